"""Markdown as the blocks of a StreamField, in the form that the database stores."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.fields import StreamField

from core.markdown import markdown_to_rich_text, sections_of
from core.text import plain_text
from exchange.importing.errors import ValueProblem

# Block identifiers follow from the content, so that a second import finds nothing changed.
_NAMESPACE = uuid.UUID("6f0e4c53-52b3-4f3e-9d4e-3b0f6f7a5c11")
# What stands at the top of a rich text, which is a flat series of blocks and lists.
_TOP = re.compile(r"<(p|h3|h4)>.*?</\1>|<(ol|ul)>", re.DOTALL)
_LIST_TAG = re.compile(r"<(/?)(?:ol|ul|li)>")
_HEADING = re.compile(r"<(/?)h[34]>")
_LIST = re.compile(r"<[ou]l>")
_TAGS_OF_BLOCKS = ("<p>", "<ul>", "<ol>")
_DATED = re.compile(r"(.{1,60}?)\s*(?:: | [–—-] )\s*(.+)")


def blocks_from(markdown: str, field: StreamField, *, language: str, base_url: str = "") -> str:
    """The JSON of the blocks that `field` can hold, from a Markdown text.

    A heading of the third level starts a building block or a moment; each item of a list, or
    else each paragraph, is a learning point or a recommendation; a paragraph is a quote. What the
    text leaves unnamed is named in `language`.
    """
    (name,) = field.stream_block.child_blocks
    values = _READERS[name](markdown, base_url)
    with override(language):
        unnamed = _("Steps")
    for value in values:
        if isinstance(value, dict) and value.get("title") == "":
            value["title"] = unnamed
    return json.dumps([_block(name, value) for value in values])


def can_hold_blocks(field: StreamField) -> bool:
    """Whether this module knows how to write the blocks of `field`."""
    names = list(field.stream_block.child_blocks)
    return len(names) == 1 and names[0] in _READERS


def _block(kind: str, value: Any) -> dict[str, Any]:
    identifier = uuid.uuid5(_NAMESPACE, json.dumps([kind, value], sort_keys=True))
    if kind == "building_block":
        steps = [
            {"type": "item", "value": step, "id": str(uuid.uuid5(identifier, f"{number} {step}"))}
            for number, step in enumerate(value["steps"])
        ]
        value = {**value, "steps": steps}
    return {"type": kind, "value": value, "id": str(identifier)}


def _building_blocks(markdown: str, base_url: str) -> list[Any]:
    found = []
    for title, text in sections_of(markdown, level=3).items():
        steps = _steps(markdown_to_rich_text(text, base_url=base_url))
        if steps:
            found.append(
                {"title": _plain(title)[:150], "aim": "", "steps": steps, "enabling_factors": ""}
            )
    return found


def _steps(rich_text: str) -> list[str]:
    """Each item of a numbered list is a step, and what stands between such lists is one too.

    Bullets right after a step belong to it: many texts forget to indent them.
    """
    steps: list[str] = []
    between = ""
    for part in _top_parts(rich_text):
        if part.startswith("<ol>"):
            steps += [between] if between else []
            steps += [_in_paragraph(item) for item in _items(part)]
            between = ""
        elif part.startswith("<ul>") and steps and not between:
            steps[-1] += part
        else:
            between += _without_headings(part)
    return [*steps, between] if between else steps


def _in_paragraph(item: str) -> str:
    """The content of a list item on its own; lists inside it stay lists."""
    if item.startswith(_TAGS_OF_BLOCKS):
        return item
    nested = _LIST.search(item)
    end = nested.start() if nested else len(item)
    return f"<p>{item[:end].strip()}</p>{item[end:]}"


def _without_headings(rich_text: str) -> str:
    """Headings as paragraphs, where the field holds none."""
    return _HEADING.sub(r"<\1p>", rich_text)


def _moments(markdown: str, base_url: str) -> list[Any]:
    found = []
    for heading, text in sections_of(markdown, level=3).items():
        if not heading and not text:
            continue
        match = _DATED.fullmatch(_plain(heading))
        if match is None:
            raise ValueProblem(
                _("“%(heading)s” does not say when: write “### September 2024: What happened”.")
                % {"heading": heading[:60]}
            )
        found.append(
            {
                "date": match[1],
                "title": match[2][:150],
                "text": _without_headings(markdown_to_rich_text(text, base_url=base_url)),
            }
        )
    return found


def _points(markdown: str, base_url: str) -> list[Any]:
    return [plain_text(item) for item in _list_items(markdown, base_url)]


def _recommendations(markdown: str, base_url: str) -> list[Any]:
    return [
        {"action": _in_paragraph(item), "owner": ""} for item in _list_items(markdown, base_url)
    ]


def _quotes(markdown: str, base_url: str) -> list[Any]:
    paragraphs = _top_parts(markdown_to_rich_text(markdown, base_url=base_url))
    return [{"text": plain_text(paragraph), "author": ""} for paragraph in paragraphs]


_READERS: Mapping[str, Callable[[str, str], list[Any]]] = {
    "building_block": _building_blocks,
    "moment": _moments,
    "point": _points,
    "recommendation": _recommendations,
    "quote": _quotes,
}


def _list_items(markdown: str, base_url: str) -> list[str]:
    items: list[str] = []
    for part in _top_parts(markdown_to_rich_text(markdown, base_url=base_url)):
        items += _items(part) if _LIST.match(part) else [_without_headings(part)]
    return items


def _top_parts(rich_text: str) -> list[str]:
    """The paragraphs, headings and whole lists of a rich text, in order."""
    parts = []
    position = 0
    while match := _TOP.search(rich_text, position):
        position = _end_of_list(rich_text, match.start()) if match[2] else match.end()
        parts.append(rich_text[match.start() : position])
    return parts


def _items(rich_list: str) -> list[str]:
    """The content of each item of a list, lists inside it included."""
    items = []
    depth = start = 0
    for match in _LIST_TAG.finditer(rich_list):
        if match[0] == "<li>" and depth == 1:
            start = match.end()
        if match[0] == "</li>" and depth == 2:
            items.append(rich_list[start : match.start()].strip())
        depth += -1 if match[1] else 1
    return [item for item in items if item]


def _end_of_list(rich_text: str, start: int) -> int:
    depth = 0
    for match in _LIST_TAG.finditer(rich_text, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    return len(rich_text)


def _plain(markdown: str) -> str:
    return plain_text(markdown_to_rich_text(markdown))
