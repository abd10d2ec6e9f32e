"""Pages as a table: one line each, for spreadsheets. CSV and XLSX have the same columns."""

import csv
import datetime
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from core.text import plain_text
from exchange.exporting.dossier import Dossier
from exchange.exporting.records import Record
from practices.completeness import label_of
from practices.facts import TERM_LABELS
from practices.reading import SECTIONS

# What a cell of a spreadsheet can hold.
MOST_CHARACTERS = 32_767
CHUNK = 64 * 1024
# How many rows tell the widths of columns, and the bounds of these, in characters.
SAMPLE = 200
NARROWEST, WIDEST = 12, 60
WRAPPED = Alignment(wrap_text=True, vertical="top")
BOLD = Font(bold=True)
# What makes a spreadsheet take a text for a formula, full-width signs included:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what it holds of a page."""

    label: Any
    value: Callable[[Record], Any]


def _terms(field: str) -> Column:
    return Column(TERM_LABELS[field], lambda record: record.labels(field))


def _text(label: Any, field: str) -> Column:
    return Column(label, lambda record: plain_text(record.section(field)))


def _contact(record: Record) -> str:
    page = record.page
    people = [page.contact_name, page.contact_email] if page.names_people else []
    return ", ".join(filter(None, people))


IDENTIFIER = Column(_("Persistent identifier"), lambda record: record.page.persistent_id)
TITLE = Column(_("Title"), lambda record: record.title)
COLUMNS: tuple[Column, ...] = (
    IDENTIFIER,
    Column(_("Type"), lambda record: record.reference.kind),
    TITLE,
    Column(pgettext_lazy("of a page", "Summary"), lambda record: record.summary),
    Column(_("Language"), lambda record: record.reference.language),
    Column(_("Organizations"), lambda record: record.reference.publishers),
    Column(pgettext_lazy("names", "People"), lambda record: record.people),
    Column(_("Contact"), _contact),
    Column(_("Licence"), lambda record: record.reference.licence),
    Column(_("Address"), lambda record: record.url),
    Column(_("Lasting link"), lambda record: record.reference.url),
    _terms("themes"),
    Column(_("Tags"), lambda record: record.tags),
    _terms("status"),
    _terms("evidence_level"),
    _terms("cost_class"),
    _terms("impact"),
    Column(_("Severity"), lambda record: record.fact("severity")),
    Column(_("Stage"), lambda record: record.fact("stage")),
    *map(_terms, ("delivery_modes", "settings", "audiences", "education_levels", "territories")),
    Column(
        _("Digital competency"),
        lambda record: [each.label for each in record.text.terms.competencies],
    ),
    Column(_("Carried out from"), lambda record: record.page.date_start),
    Column(_("Carried out until"), lambda record: record.page.date_end),
    Column(pgettext_lazy("a date", "Published"), lambda record: record.reference.published),
    Column(pgettext_lazy("a date", "Changed"), lambda record: record.reference.dated),
    Column(_("Last verified"), lambda record: record.page.last_verified_on),
    Column(_("Review by"), lambda record: record.page.review_by),
)


def columns() -> list[Column]:
    """The columns of all types: facts first, then one for each part of a text."""
    texts: dict[str, Column] = {}
    for model, sections in SECTIONS.items():
        for name, _template in sections:
            texts.setdefault(name, _text(capfirst(label_of(model, name)), name))
    return [*COLUMNS, *texts.values()]


def write_csv(dossier: Dossier) -> Iterator[bytes]:
    """CSV as spreadsheets open it: UTF-8 with a mark, CRLF, nothing that runs as a formula."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    yield "\ufeff".encode()
    for row in _rows(dossier.records, columns()):
        writer.writerow([_harmless(_as_text(value)) for value in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def write_xlsx(dossier: Dossier) -> Iterator[bytes]:
    """A workbook with one sheet; texts are texts, days are days, nothing is a formula.

    Titles come first and stay in sight, identifiers come last; every column can be filtered.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(_("Pages")))
    sheet.freeze_panes = "B2"
    rows = _rows(dossier.records, _for_eyes(columns()))
    # Widths are written before the rows: the first ones tell them.
    first = list(islice(rows, SAMPLE))
    for number, values in enumerate(zip(*first, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(values)
    count = 0
    for count, row in enumerate(chain(first, rows), start=1):
        sheet.append([_cell(sheet, value, is_heading=count == 1) for value in row])
        yield b""
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(first[0]))}{count}"
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _for_eyes(found: list[Column]) -> list[Column]:
    """The columns as a person reads them: the title first, the identifier last."""
    inside = [each for each in found if each not in (IDENTIFIER, TITLE)]
    return [TITLE, *inside, IDENTIFIER]


def _width(values: Iterable[Any]) -> int:
    """As wide as the longest line among `values`, within bounds; the rest is wrapped."""
    lines = (line for value in values for line in _as_text(value).splitlines())
    longest = max(map(len, lines), default=0)
    return min(max(longest + 2, NARROWEST), WIDEST)


def _rows(records: Iterable[Record], chosen: Sequence[Column]) -> Iterator[Sequence[Any]]:
    yield [str(column.label) for column in chosen]
    for record in records:
        yield [column.value(record) for column in chosen]


def _cell(sheet: Any, value: Any, *, is_heading: bool = False) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime.date):
        cell = WriteOnlyCell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, _as_text(value)[:MOST_CHARACTERS])
        cell.data_type = "s"  # openpyxl takes what begins with “=” for a formula
    cell.alignment = WRAPPED
    if is_heading:
        cell.font = BOLD
    return cell


def _as_text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return " ; ".join(map(str, value))
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
