"""Pages side by side: what tells one from another, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.text import plain_text
from exchange.exporting.records import Record
from practices.facts import TERM_LABELS

# Enough of a text to know what it is about.
CONTEXT_CHARACTERS = 280
# What is compared of what is chosen from a vocabulary.
COMPARED = ("settings", "audiences", "cost_class", "evidence_level", "delivery_modes", "status")


@dataclass(frozen=True)
class Cell:
    """What one page has to say of something: "" where it says nothing."""

    record: Record
    text: str


@dataclass(frozen=True)
class Row:
    """One line: what it compares, and what each page has to say of it."""

    label: str
    cells: Sequence[Cell]


def _context(record: Record) -> str:
    html = record.section("original_context") or record.section("organization_context")
    return Truncator(plain_text(html)).chars(CONTEXT_CHARACTERS)


def _fact(name: str) -> Callable[[Record], str]:
    return lambda record: record.fact(name)


ROWS: tuple[tuple[Any, Callable[[Record], str]], ...] = (
    (_("Type"), lambda record: record.reference.kind),
    (_("Organizations"), lambda record: ", ".join(record.reference.publishers)),
    (_("Context"), _context),
    *((TERM_LABELS[name], _fact(name)) for name in COMPARED),
    (_("Last verified"), _fact("last_verified_on")),
)


def compare(records: Sequence[Record]) -> list[Row]:
    """The lines that some page has something to say of."""
    rows = (
        Row(str(label), [Cell(record, value(record)) for record in records])
        for label, value in ROWS
    )
    return [row for row in rows if any(cell.text for cell in row.cells)]
