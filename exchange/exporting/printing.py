"""A dossier to print: PDF with its own fonts, tagged for those who do not see it."""

import json
import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from core.dates import date_format
from exchange.exporting.dossier import Dossier
from exchange.exporting.facts import facts_of
from exchange.exporting.records import Record

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("dossier.typ")
ACCESSIBLE = "ua-1"
_BLOCKS = {"p": "p", "h3": "h", "h4": "h"}
_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub", "a": "a"}
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
    inputs = {"data": json.dumps(data)}
    try:
        yield _compile(inputs, ACCESSIBLE)
    except typst.TypstError as problem:
        logger.warning("A dossier that is tagged but not PDF/UA: %s", problem)
        yield _compile(inputs, None)


def _authors(records: Sequence[Record]) -> list[str]:
    """Who wrote the pages, each once: the people who are credited, or else the organizations."""
    credited = (author for record in records for author in record.reference.credited)
    return list(dict.fromkeys(author.name for author in credited))


def _compile(inputs: dict[str, str], standard: Any) -> bytes:
    compiler = typst.Compiler(TEMPLATE.read_bytes(), font_paths=_fonts(), sys_inputs=inputs)
    pdf = compiler.compile(format="pdf", pdf_standards=standard)
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts that come with the library, then those of the machine for signs they lack."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


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
            self.homes[-1].append(node)
            self.homes.append(node["children"])
        elif tag == "br":
            self._place().append({"tag": "br", "children": []})
        elif tag in _INLINE:
            node = {"tag": _INLINE[tag], "children": []}
            if tag == "a":
                node["href"] = dict(attrs).get("href") or ""
                if not node["href"].startswith(_SCHEMES):
                    node["tag"] = "span"
            self._place().append(node)
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
