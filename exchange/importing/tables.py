"""CSV files and XLSX workbooks as rows: the first line names the columns."""

import csv
import datetime
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from exchange.importing.errors import ImportSetupError
from exchange.importing.mapping import ReadingOptions
from exchange.importing.records import Row, cleaned

DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def read_csv(text: str, options: ReadingOptions) -> list[Row]:
    """The rows of a CSV text. Raises `ImportSetupError` when it is no table."""
    delimiter = options.delimiter or _delimiter(text)
    lines = list(_cells(text, delimiter))
    header = _header(lines[0] if lines else [])
    return [
        _row(number, header, cells)
        for number, cells in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]


def _delimiter(text: str) -> str:
    """The delimiter that stands most often in the first line, outside of quotes."""
    header = _QUOTED.sub("", text.lstrip().split("\n", 1)[0])
    return max(DELIMITERS, key=header.count)


def _cells(text: str, delimiter: str) -> Iterable[list[str]]:
    """The lines of the table; lenient with quotes, except with one that is never closed."""
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    record = 0
    try:
        for record, _cells in enumerate(strict, start=1):  # noqa: B007
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise ImportSetupError(
                _(
                    "A quotation mark that opens in row %(row)s is never closed: all that follows "
                    "would be one cell. Close it, or double it where it belongs to the text."
                )
                % {"row": record + 1}
            ) from error
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise ImportSetupError(
            _("The table cannot be read: %(error)s.") % {"error": error}
        ) from error


def read_xlsx(source: Path, options: ReadingOptions) -> list[Row]:
    """The rows of one sheet of a workbook, the first unless `options` name another.

    A merged cell counts for each of the cells that it covers. Raises `ImportSetupError` when it
    is no workbook.
    """
    from openpyxl import load_workbook

    try:
        values = load_workbook(source, data_only=True)
        # The same again with the formulas: without a stored result they read as empty.
        formulas = load_workbook(source)
    except OSError:
        raise
    except Exception as error:  # whatever its readers of ZIP and XML meet in a broken file
        raise ImportSetupError(
            _(
                "“%(path)s” is not a readable .xlsx workbook. Open it in a spreadsheet program, "
                "and save it again without a password."
            )
            % {"path": source}
        ) from error
    name = options.sheet
    if name is None and values.worksheets:
        name = values.worksheets[0].title
    if name not in [sheet.title for sheet in values.worksheets]:
        raise ImportSetupError(
            _("“%(path)s” has no sheet “%(sheet)s”. It has: %(known)s.")
            % {"path": source, "sheet": name, "known": ", ".join(values.sheetnames)}
        )
    sheet, formula_sheet = values[name], formulas[name]
    merged = {
        place: sheet.cell(area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for place in area.cells
    }
    header: list[str] = []
    rows = []
    for cells in sheet.iter_rows():
        cells = [merged.get((cell.row, cell.column), cell) for cell in cells]
        texts = [_value(cell.value, options) for cell in cells]
        if not header:
            header = _header([str(text) for text in texts])
            continue
        problems = [
            problem
            for name, cell in zip(header, cells, strict=False)
            if (problem := _cell_problem(name, cell, formula_sheet))
        ]
        if problems or any(str(text).strip() for text in texts):
            row = _row(cells[0].row if cells else 0, header, texts)
            place = str(sheet.max_row if not cells else cells[0].row)
            rows.append(Row(place, row.values, problem=" ".join(problems) or row.problem))
    if not header:
        header = _header([])
    return rows


def _value(value: object, options: ReadingOptions) -> Any:
    """The value of a cell as a text, or as the date that it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()  # as spreadsheets show it
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.date):
        return value
    return cleaned(str(value), options)


def _cell_problem(column: str, cell: Any, formulas: Any) -> str:
    if cell.data_type == "e":
        return _("The cell of “%(column)s” shows the error %(error)s.") % {
            "column": column,
            "error": cell.value,
        }
    if cell.value is None and formulas.cell(cell.row, cell.column).data_type == "f":
        return _(
            "The cell of “%(column)s” holds a formula whose result is not in the file. Open and "
            "save it in a spreadsheet program, or paste the values."
        ) % {"column": column}
    return ""


def _header(cells: list[str]) -> list[str]:
    """Column names, with `column 3` for the third when it has none."""
    names = [cell.strip() or f"column {i}" for i, cell in enumerate(cells, start=1)]
    if not any(cell.strip() for cell in cells):
        raise ImportSetupError(_("The table is empty: its first line must name the columns."))
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ImportSetupError(
            _("Two columns have the same name: %(names)s. Rename one.")
            % {"names": ", ".join(twice)}
        )
    return names


def _row(number: int, header: list[str], cells: list[Any]) -> Row:
    """A row by column names; a short one lacks its last values, a long one cannot be trusted."""
    cells = [*cells, *[""] * (len(header) - len(cells))]
    beyond = [cell for cell in cells[len(header) :] if str(cell).strip()]
    problem = ""
    if beyond:
        problem = _(
            "It has %(cells)d cells, and the first line names %(columns)d columns: a delimiter in "
            "the text, or a quotation mark too few?"
        ) % {"cells": len(cells), "columns": len(header)}
    return Row(str(number), dict(zip(header, cells, strict=False)), problem=problem)
