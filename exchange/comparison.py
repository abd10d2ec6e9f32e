"""Pages side by side: what tells one from another, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.dates import date_format
from core.text import plain_text
from exchange.exporting.records import Record

# Enough of a text to know what it is about.
CONTEXT_CHARACTERS = 280


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


def _terms(field: str) -> Callable[[Record], str]:
    return lambda record: ", ".join(record.terms.get(field, ()))


def _verified(record: Record) -> str:
    return date_format(record.verified, "DATE_FORMAT") if record.verified else ""


ROWS: tuple[tuple[Any, Callable[[Record], str]], ...] = (
    (_("Type"), lambda record: record.type_label),
    (_("Organizations"), lambda record: ", ".join(record.organizations)),
    (_("Context"), _context),
    (pgettext_lazy("kinds of places", "Settings"), _terms("settings")),
    (_("Audiences"), _terms("audiences")),
    (_("Cost"), _terms("cost_class")),
    (_("Evidence"), _terms("evidence_level")),
    (_("Delivery"), _terms("delivery_modes")),
    (_("Status"), _terms("status")),
    (_("Last verified"), _verified),
)


def compare(records: Sequence[Record]) -> list[Row]:
    """The lines that some page has something to say of."""
    rows = (
        Row(str(label), [Cell(record, value(record)) for record in records])
        for label, value in ROWS
    )
    return [row for row in rows if any(cell.text for cell in row.cells)]
