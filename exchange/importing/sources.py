"""Readers of what others left: CSV and XLSX tables, folders of Markdown with front matter."""

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from exchange.importing.errors import ImportSetupError

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Columns that readers add to what the source itself names.
BODY = "_body"
FILE_NAME = "_file"

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class Row:
    """One record of a source: where it stands (for messages) and its values by column."""

    place: str
    values: Mapping[str, Any]
    sections: Mapping[str, str] = field(default_factory=dict)


def read(
    source: Path,
    *,
    encoding: str | None,
    stray_bytes: Mapping[int, str],
    delimiter: str | None,
) -> list[Row]:
    """All rows of `source`: a `.csv` or `.xlsx` file, or a folder of `.md` and `.mdx` files.

    `encoding` is a Python codec name, or None to detect it. `stray_bytes` says what a byte that
    the encoding does not know stands for. Raises `ImportSetupError` when nothing can be read.
    """
    if source.is_dir():
        return list(_read_markdown_folder(source, encoding, stray_bytes))
    if not source.exists():
        raise ImportSetupError(_("There is no file or folder “%(path)s”.") % {"path": source})
    match source.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            text = decode(source.read_bytes(), encoding, stray_bytes)
            return list(_read_csv(text, delimiter))
        case ".xlsx":
            return list(_read_xlsx(source))
        case ".md" | ".mdx":
            return [_read_markdown_file(source, encoding, stray_bytes)]
    raise ImportSetupError(
        _("“%(path)s” cannot be imported. Give a .csv or .xlsx file, or a folder of .md files.")
        % {"path": source}
    )


def decode(data: bytes, encoding: str | None, stray_bytes: Mapping[int, str]) -> str:
    """`data` as text, with U+FFFD for bytes that neither the encoding nor the table knows."""
    if encoding is None:
        encoding = detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = _decode_with_strays(data, encoding, stray_bytes)
    except LookupError as error:
        raise ImportSetupError(
            _("“%(encoding)s” is not an encoding. Known ones: utf-8, cp1252, mac_roman…")
            % {"encoding": encoding}
        ) from error
    return text.lstrip("\ufeff")


def detect_encoding(data: bytes) -> str:
    """The name of the encoding that `data` is most likely written in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        guess = from_bytes(data).best()
        return guess.encoding if guess else "cp1252"
    return "utf-8"


def _decode_with_strays(data: bytes, encoding: str, stray_bytes: Mapping[int, str]) -> str:
    parts: list[str] = []
    while data:
        try:
            parts.append(data.decode(encoding))
            break
        except UnicodeDecodeError as error:
            parts.append(data[: error.start].decode(encoding))
            strays = data[error.start : error.end]
            parts.extend(stray_bytes.get(byte, REPLACEMENT) for byte in strays)
            data = data[error.end :]
    return "".join(parts)


def _read_csv(text: str, delimiter: str | None) -> Iterator[Row]:
    if delimiter is None:
        try:
            delimiter = csv.Sniffer().sniff(text.split("\n", 1)[0], delimiters=",;\t|").delimiter
        except csv.Error:
            delimiter = ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = _header(next(reader, []))
    try:
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                yield Row(str(number), dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise ImportSetupError(
            _("Line %(line)s of the table cannot be read: %(error)s.")
            % {"line": reader.line_num, "error": error}
        ) from error


def _read_xlsx(source: Path) -> Iterator[Row]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = load_workbook(source, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise ImportSetupError(
            _("“%(path)s” is not a readable .xlsx workbook.") % {"path": source}
        ) from error
    try:
        sheet = workbook.worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        header = _header([_cell(value) for value in next(rows, ())])
        for number, cells in enumerate(rows, start=2):
            values = [_cell(value) for value in cells]
            if any(value.strip() for value in values):
                yield Row(str(number), dict(zip(header, values, strict=False)))
    finally:
        workbook.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def _header(cells: list[str]) -> list[str]:
    """Column names, with `column 3` for the third when it has none."""
    names = [cell.strip() or f"column {i}" for i, cell in enumerate(cells, start=1)]
    if not names:
        raise ImportSetupError(_("The table is empty: its first line must name the columns."))
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ImportSetupError(
            _("Two columns have the same name: %(names)s. Rename one.")
            % {"names": ", ".join(twice)}
        )
    return names


_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_SECTION = re.compile(r"^##[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
# MDX allows JavaScript between the paragraphs; it is code, not content.
_MDX_CODE = re.compile(r"^(?:import|export)\s.*$", re.MULTILINE)


def _read_markdown_folder(
    folder: Path, encoding: str | None, stray_bytes: Mapping[int, str]
) -> Iterator[Row]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".md", ".mdx"})
    if not paths:
        raise ImportSetupError(_("There is no .md or .mdx file in “%(path)s”.") % {"path": folder})
    for path in paths:
        if path.resolve().is_relative_to(folder.resolve()):
            yield _read_markdown_file(path, encoding, stray_bytes)


def _read_markdown_file(path: Path, encoding: str | None, stray_bytes: Mapping[int, str]) -> Row:
    text = decode(path.read_bytes(), encoding, stray_bytes)
    match = _FRONT_MATTER.match(text)
    try:
        front_matter = yaml.safe_load(match.group(1)) if match else {}
    except yaml.YAMLError as error:
        return Row(
            path.name,
            {
                FILE_NAME: path.stem,
                "_problem": _("Its front matter is not YAML: %(error)s")
                % {"error": " ".join(str(error).split())},
            },
        )
    body = text[match.end() :] if match else text
    if path.suffix.lower() == ".mdx":
        body = _MDX_CODE.sub("", body)
    values = dict(front_matter) if isinstance(front_matter, dict) else {}
    return Row(
        path.name,
        {
            **{str(k): v for k, v in values.items()},
            BODY: body.strip(),
            FILE_NAME: path.stem,
        },
        sections=_sections(body),
    )


def _sections(body: str) -> dict[str, str]:
    """The text under each second-level heading, by heading; what comes before is under ""."""
    parts = _SECTION.split(body)
    sections = {"": parts[0].strip()}
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        key = heading.strip()
        sections[key] = f"{sections[key]}\n\n{text.strip()}" if key in sections else text.strip()
    return sections
