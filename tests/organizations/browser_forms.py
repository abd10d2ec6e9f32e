"""What a browser would send for a form of the admin."""

import json
from typing import Any

from bs4 import BeautifulSoup
from django.test import Client


def form_data(client: Client, path: str, form: str = "page-edit-form", **changes: Any) -> Any:
    """The data of the form at `path` as it stands, with `changes`.

    Streams, whose fields a script makes, are sent empty.
    """
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
    soup = BeautifulSoup(answer.content, "html.parser").find("form", id=form)
    assert soup is not None, f"no form “{form}” at {path}"
    data: dict[str, Any] = {
        f"{each['id'].removesuffix('-root')}-count": "0"
        for each in soup.find_all(attrs={"data-block": True})
        if each.get("id")
    }
    for each in soup.find_all(["input", "textarea", "select"]):
        name, kind = each.get("name"), each.get("type")
        unchecked = kind in ("checkbox", "radio") and not each.has_attr("checked")
        if not name or unchecked or kind in ("submit", "file"):
            continue
        if each.name == "select":
            chosen = [option.get("value", "") for option in each.find_all("option", selected=True)]
            data[name] = chosen if each.has_attr("multiple") else (chosen or [""])[0]
        elif each.name == "textarea":
            data[name] = each.text
        else:
            data.setdefault(name, []).append(each.get("value", ""))
    return {**data, **changes}


def rich_text(text: str, link: str = "", pk: int = 0) -> str:
    """What the rich text editor sends for one paragraph, perhaps one link (LINK, DOCUMENT)."""
    entity = {"type": link, "mutability": "MUTABLE", "data": {"id": pk}}
    ranges = [{"offset": 0, "length": len(text), "key": 0}] if link else []
    block = {
        "key": "a",
        "type": "unstyled",
        "depth": 0,
        "text": text,
        "inlineStyleRanges": [],
        "entityRanges": ranges,
    }
    return json.dumps({"blocks": [block], "entityMap": {"0": entity} if link else {}})
