"""What people type in a plain box, and the rich texts and streams in which it is kept.

Pure functions. Reading answers None for what a plain box cannot hold without losing something:
what an editor made in the admin is shown there, and never flattened here.
"""

import re
from collections.abc import Sequence
from html import escape

from bs4 import BeautifulSoup, NavigableString, Tag
from django.utils.text import Truncator

# The last ones are those that word processors write.
BULLET = re.compile(r"^\s*(?:[-•*–·◦▪‣\uf0a7\uf0b7]\s+|o\t\s*|\d{1,2}[.)]\s+)")
# “September 2024: we met”: the colon of a time (“14:30”) has no space after it.
MOMENT = re.compile(r"^(?P<when>.{1,60}?)\s*:\s+(?P<what>.+)$")
TITLE = 150


def html_of(text: str) -> str:
    """Paragraphs where there are blank lines, lists where lines begin with a dash."""
    parts = re.split(r"\n\s*\n", text.strip())
    return "".join(_block(part.split("\n")) for part in parts if part.strip())


def _block(lines: Sequence[str]) -> str:
    if all(BULLET.match(line) for line in lines):
        items = "".join(f"<li>{escape(BULLET.sub('', line).strip())}</li>" for line in lines)
        return f"<ul>{items}</ul>"
    return "<p>" + "<br/>".join(escape(line.strip()) for line in lines) + "</p>"


def text_of(html: str) -> str | None:
    """The text that `html_of` makes `html` from, or None where `html` holds more than that."""
    parts = []
    for node in BeautifulSoup(html, "html.parser").contents:
        if isinstance(node, NavigableString) and not node.strip():
            continue
        text = _text_of_block(node) if isinstance(node, Tag) else None
        if text is None:
            return None
        if text.strip():
            parts.append(text)
    return "\n\n".join(parts)


def _text_of_block(block: Tag) -> str | None:
    if block.name == "p":
        return _inline(block)
    if block.name == "ul":
        items = [_inline(item) if isinstance(item, Tag) else None for item in block.contents]
        if all(item is not None for item in items):
            return "\n".join(f"- {item}" for item in items)
    return None


def _inline(block: Tag) -> str | None:
    found = []
    for node in block.contents:
        if isinstance(node, Tag):
            if node.name != "br":
                return None
            found.append("\n")
        else:
            found.append(str(node))
    return "".join(found)


def lines_of(text: str) -> list[str]:
    """One entry a line, without the dash or the number that people put before it."""
    lines = (BULLET.sub("", line).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def moment_of(line: str) -> tuple[str, str]:
    """When and what, from “September 2024: we met”; no “when” where no colon says it."""
    found = MOMENT.match(line)
    return (found["when"].strip(), found["what"].strip()) if found else ("", line)


def short_title(text: str) -> str:
    """A title of a block, which has room for so much; the rest is kept below it."""
    return Truncator(text).chars(TITLE)
