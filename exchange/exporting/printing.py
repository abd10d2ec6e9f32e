"""A dossier to print: PDF with its own fonts, tagged for those who do not see it."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _

from core.dates import date_format
from exchange.exporting import typesetting
from exchange.exporting.dossier import Dossier
from exchange.exporting.facts import facts_of
from exchange.exporting.records import Record
from exchange.exporting.turns import Turns

logger = logging.getLogger(__name__)

# Each takes much memory while it is made, and who waits holds one of a few threads.
TURNS = Turns(most_waiting=1)
# Seconds, for what takes a few of them: who waits for their turn must not wait for ever.
LONGEST = 120.0
_BLOCKS = {"p": "p", "h3": "h", "h4": "h"}
_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub", "a": "a"}
# Lists in lists and marks in marks: what is deeper stays at this depth. Typst stops at more of them
# and at longer addresses, and one text must not keep all others from being printed.
DEEPEST = 8
LONGEST_ADDRESS = 2000
_SCHEMES = ("http://", "https://", "mailto:", "tel:")

Node = dict[str, Any]


def write_pdf(dossier: Dossier) -> Iterator[bytes]:
    """One PDF with a table of contents; PDF/UA-1 unless a text has signs that no font draws."""
    records, pages = [], []
    for record in dossier.records:
        records.append(record)
        pages.append(_page(record))
        yield b""
    data = {
        "title": dossier.title,
        "authors": _authors(records) or [dossier.site_name],
        "language": dossier.language,
        "paper": "us-letter",
        "url": dossier.url,
        "site_name": dossier.site_name,
        "source": _("From %(site)s, %(day)s:")
        % {"site": dossier.site_name, "day": date_format(dossier.day, "DATE_FORMAT")},
        "contents": _("Contents"),
        "lasting_link": _("Lasting link"),
        "pages": pages,
    }
    yield _typeset(json.dumps(data))


def _authors(records: Sequence[Record]) -> list[str]:
    """Who wrote the pages, each once: the people who are credited, or else the organizations."""
    credited = (author for record in records for author in record.reference.credited)
    return list(dict.fromkeys(author.name for author in credited))


def _typeset(data: str) -> bytes:
    command = [sys.executable, "-I", typesetting.__file__]
    with TURNS.mine():
        done = subprocess.run(
            command, input=data.encode(), capture_output=True, check=False, timeout=LONGEST
        )
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode:
        raise RuntimeError(f"The dossier was not typeset: {said}")
    if said:
        logger.warning("%s", said)
    return done.stdout


def _page(record: Record) -> Node:
    return {
        "title": record.title,
        "type": record.reference.kind,
        "language": record.reference.language,
        "summary": record.summary,
        "permalink": record.reference.url,
        "facts": [{"label": fact.label, "text": fact.text} for fact in facts_of(record)],
        "sections": [
            {"title": section.title, "blocks": tree(section.html)} for section in record.sections
        ],
    }


def tree(html: str) -> list[Node]:
    """A rich text as blocks (paragraphs, headings, lists) that hold words and marks."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.blocks


class _Reader(HTMLParser):
    """Reads what the editor can write: no text outside a block, no block inside a paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Node] = []
        # The children of each open list or item, the innermost last.
        self.homes: list[list[Node]] = [self.blocks]
        # The children of the open paragraph and of the marks in it; empty between two blocks.
        self.words: list[list[Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._open(_BLOCKS[tag])
        elif tag in ("ul", "ol", "li"):
            self.words = []
            node: Node = {"tag": tag, "children": []}
            # Each list is two steps: itself and its item.
            if len(self.homes) > 2 * DEEPEST:
                node["children"] = self.homes[-1]
            else:
                self.homes[-1].append(node)
            self.homes.append(node["children"])
        elif tag == "br":
            self._place().append({"tag": "br", "children": []})
        elif tag in _INLINE:
            node = {"tag": _INLINE[tag], "children": []}
            if tag == "a":
                node["href"] = dict(attrs).get("href") or ""
                if not _can_be_followed(node["href"]):
                    node["tag"] = "span"
            place = self._place()
            if len(self.words) > DEEPEST:
                node["children"] = place
            else:
                place.append(node)
            self.words.append(node["children"])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol", "li"):
            self.words = []
            if len(self.homes) > 1:
                self.homes.pop()
        elif tag in _BLOCKS:
            self.words = []
        elif tag in _INLINE and len(self.words) > 1:
            self.words.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() or self.words:
            self._place().append(data)

    def _place(self) -> list[Any]:
        if not self.words:
            self._open("p")
        return self.words[-1]

    def _open(self, tag: str) -> None:
        node: Node = {"tag": tag, "children": []}
        self.homes[-1].append(node)
        self.words = [node["children"]]


def _can_be_followed(address: str) -> bool:
    return address.startswith(_SCHEMES) and len(address) <= LONGEST_ADDRESS
