"""Pages as references: for Zotero, EndNote, LaTeX and whatever reads RIS, BibTeX or CSL-JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

from exchange.exporting.dossier import Dossier
from exchange.exporting.records import Record

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_SPACES = re.compile(r"\s+")


def write_ris(dossier: Dossier) -> Iterator[bytes]:
    """RIS: each page a report of its organization."""
    for record in dossier.records:
        lines = [("TY", "RPRT"), ("ID", str(record.persistent_id)), ("TI", record.title)]
        lines += [("AU", name) for name in record.authors or record.organizations]
        lines += [("PB", name) for name in record.organizations]
        if record.published:
            lines.append(("PY", str(record.published.year)))
            lines.append(("DA", f"{record.published:%Y/%m/%d}"))
        lines += [("M3", record.type_label), ("AB", record.summary)]
        lines += [("KW", word) for word in record.keywords]
        lines += [("LA", record.language), ("UR", record.permalink), ("N1", record.licence)]
        lines.append(("ER", ""))
        yield "".join(f"{tag}  - {_one_line(text)}\r\n" for tag, text in lines).encode() + b"\r\n"


def write_bibtex(dossier: Dossier) -> Iterator[bytes]:
    """BibTeX in UTF-8: each page a technical report of its organization."""
    for record in dossier.records:
        names = record.authors or record.organizations
        fields = {
            "title": f"{{{_bibtex(record.title)}}}",
            # The braces keep a name whole, whatever words it has.
            "author": " and ".join(f"{{{_bibtex(name)}}}" for name in names),
            "institution": "; ".join(_bibtex(name) for name in record.organizations),
            "type": _bibtex(record.type_label),
            "year": str(record.published.year) if record.published else "",
            "month": str(record.published.month) if record.published else "",
            "abstract": _bibtex(record.summary),
            "keywords": ", ".join(_bibtex(word) for word in record.keywords),
            "language": record.language,
            "url": record.permalink,
            "note": _bibtex(record.licence),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        yield f"@techreport{{{record.persistent_id},\n{lines}\n}}\n\n".encode()


def write_csl(dossier: Dossier) -> Iterator[bytes]:
    """CSL-JSON, as citation processors take it."""
    yield from json_list((_csl(record) for record in dossier.records), "[", "]")


def json_list(items: Iterator[dict[str, Any]], opening: str, closing: str) -> Iterator[bytes]:
    """A list of objects as JSON, one after the other."""
    separator = f"{opening}\n"
    for item in items:
        yield (separator + json.dumps(item, ensure_ascii=False)).encode()
        separator = ",\n"
    yield (f"\n{closing}\n" if separator == ",\n" else f"{separator}{closing}\n").encode()


def _csl(record: Record) -> dict[str, Any]:
    names = record.authors or record.organizations
    item: dict[str, Any] = {
        "id": str(record.persistent_id),
        "type": "report",
        "genre": record.type_label,
        "title": record.title,
        "author": [{"literal": name} for name in names],
        "publisher": "; ".join(record.organizations),
        "abstract": record.summary,
        "keyword": ", ".join(record.keywords),
        "language": record.language,
        "URL": record.permalink,
        "note": record.licence,
    }
    if day := record.published:
        item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
    return item


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in _one_line(text))
