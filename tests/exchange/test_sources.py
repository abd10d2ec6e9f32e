"""Files as others left them, read as rows or refused with a reason."""

import datetime
import os

import pytest
from openpyxl import Workbook

from exchange.importing.errors import ImportSetupError
from exchange.importing.mapping import ReadingOptions
from exchange.importing.markdown_files import without_code
from exchange.importing.records import REPLACEMENT, decode, detect_encoding
from exchange.importing.sources import read
from tests.exchange.conftest import READING

FRENCH = "Élève,Précision\nÀ l’été où naît l’œuvre ça et là,déjà vu même si c’était prévu\n"


def rows_of(tmp_path, text, name="table.csv", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, ReadingOptions(**options))


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_the_encoding_of_a_french_text_is_detected(encoding):
    assert decode(FRENCH.encode(encoding), READING) == FRENCH


def test_a_few_damaged_bytes_leave_a_text_in_utf_8():
    data = FRENCH.encode() + b"\xea\x96"
    assert detect_encoding(data) == "utf-8"
    assert decode(data, READING) == FRENCH + REPLACEMENT * 2


def test_a_stray_byte_stands_for_what_the_mapping_says():
    options = ReadingOptions(encoding="ascii", stray_bytes={0xEA: "’"})
    assert decode(b"KSC\xeas \x80", options) == f"KSC’s {REPLACEMENT}"


def test_a_million_stray_bytes_are_read_in_a_moment():
    assert decode(b"\xea" * 1_000_000, ReadingOptions(encoding="ascii")) == REPLACEMENT * 1_000_000


def test_utf_16_that_breaks_off_is_read_as_far_as_it_goes():
    assert decode("abc".encode("utf-16")[:-1], READING) == f"ab{REPLACEMENT}"


def test_control_characters_are_left_out():
    assert decode(b"a\x00b\x07c\td\x1be", READING) == "abc\tde"


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_table_is_found(delimiter, tmp_path):
    text = f'id{delimiter}"a, b"\n1{delimiter}x\n'
    (row,) = rows_of(tmp_path, text)
    assert row.values == {"id": "1", "a, b": "x"}


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path):
    rows = rows_of(tmp_path, ',b\n1,"two\nlines"\n\n2,x\n')
    assert [row.place for row in rows] == ["2", "4"]
    assert rows[0].values == {"column 1": "1", "b": "two\nlines"}


def test_a_row_with_too_many_cells_is_a_problem_and_one_with_too_few_is_filled(tmp_path):
    long, short, trailing = rows_of(tmp_path, "a,b\n1,2,3\n1\n1,2,,\n")
    assert "3" in long.problem
    assert short.values == {"a": "1", "b": ""}
    assert not short.problem
    assert not trailing.problem


def test_a_quotation_mark_that_is_never_closed_is_found(tmp_path):
    with pytest.raises(ImportSetupError, match="3"):
        rows_of(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n')


def test_quotation_marks_in_the_middle_of_a_cell_are_text(tmp_path):
    (row,) = rows_of(tmp_path, 'a,b\n5" pipe,"x"y\n')
    assert row.values["a"] == '5" pipe'


def test_a_huge_cell_is_read(tmp_path):
    (row,) = rows_of(tmp_path, f'a\n"{"x" * 3_000_000}"\n')
    assert len(row.values["a"]) == 3_000_000


@pytest.mark.parametrize("text", ["", "\n", ",,\n1,2,3\n"])
def test_a_table_without_column_names_is_refused(text, tmp_path):
    with pytest.raises(ImportSetupError):
        rows_of(tmp_path, text)


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(ImportSetupError, match="title"):
        rows_of(tmp_path, "title,title\n1,2\n")


def test_what_the_mapping_replaces_is_replaced_everywhere(tmp_path):
    (row,) = rows_of(tmp_path, "a\nKSC&raquo;s\n", replace={"&raquo;": "’"})
    assert row.values["a"] == "KSC’s"


@pytest.mark.parametrize("name", ["nowhere.csv", "picture.png", "old.xls"])
def test_what_is_missing_or_of_another_kind_is_named(name, tmp_path):
    if not name.startswith("nowhere"):
        (tmp_path / name).touch()
    with pytest.raises(ImportSetupError, match=name):
        read(tmp_path / name, READING)


# XLSX


@pytest.fixture
def workbook(tmp_path):
    """Save rows as a workbook, changed by a function, and read it."""

    def save(rows, change=lambda sheet: None, **options):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        book.save(tmp_path / "table.xlsx")
        return read(tmp_path / "table.xlsx", ReadingOptions(**options))

    return save


def test_cells_of_a_workbook_are_texts_except_dates(workbook):
    day = datetime.datetime(2024, 5, 1, 13, 30)  # noqa: DTZ001
    (row,) = workbook([["a", "b", "c", "d", "e"], ["x", 5.0, day, True, None]])
    assert row.values == {"a": "x", "b": "5", "c": day, "d": "TRUE", "e": ""}


def test_a_formula_without_its_result_is_a_problem(workbook):
    (row,) = workbook([["id", "total"], ["1", "=1+1"]])
    assert "total" in row.problem


def test_a_cell_that_shows_an_error_is_a_problem(workbook):
    (row,) = workbook([["id", "total"], ["1", "#REF!"]])
    assert "#REF!" in row.problem


def test_a_merged_cell_counts_for_all_that_it_covers(workbook):
    rows = workbook(
        [["group", "id"], ["A", "1"], [None, "2"], ["B", "3"]],
        lambda sheet: sheet.merge_cells("A2:A3"),
    )
    assert [row.values["group"] for row in rows] == ["A", "A", "B"]


def test_another_sheet_can_be_named(workbook):
    def add(sheet):
        other = sheet.parent.create_sheet("Leçons")
        other.append(["id"])
        other.append(["7"])

    (row,) = workbook([["a"]], add, sheet="Leçons")
    assert row.values == {"id": "7"}
    with pytest.raises(ImportSetupError, match="Leçons"):
        workbook([["a"]], add, sheet="Lessons")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 password"])
def test_a_broken_workbook_is_refused(data, tmp_path):
    (tmp_path / "broken.xlsx").write_bytes(data)
    with pytest.raises(ImportSetupError, match=r"broken\.xlsx"):
        read(tmp_path / "broken.xlsx", READING)


# Markdown


def markdown(tmp_path, text, name="page.md"):
    (row,) = rows_of(tmp_path, text, name)
    return row


def test_front_matter_stays_as_it_is_written(tmp_path):
    row = markdown(tmp_path, "---\ntitle: 2020\ntime: 1:30\nok: NO\nday: 2024-05-01\nno: ~\n---\nX")
    assert row.values["title"] == "2020"
    assert row.values["time"] == "1:30"
    assert row.values["ok"] == "NO"
    assert row.values["day"] == "2024-05-01"
    assert row.values["no"] is None
    assert row.values["_body"] == "X"
    assert row.values["_file"] == row.values["_path"] == "page"


def test_the_sections_of_a_text_are_found_by_their_headings(tmp_path):
    row = markdown(tmp_path, "Intro\n\n## A ##\n1\n```\n## no heading\n```\n## B\n2\n## A\n3")
    assert row.sections == {"": "Intro", "A": "1\n```\n## no heading\n```\n\n3", "B": "2"}


@pytest.mark.parametrize(
    "text",
    [
        "---\n- a\n- b\n---\n",
        "---\njust a text\n---\n",
        "---\na: [\n---\n",
        "---\na: &x [1]\nb: *x\n---\n",
        "---\na: !!python/object/apply:os.system [ls]\n---\n",
        "---\na: " + "[" * 5000 + "\n---\n",
        "---\na: " + "x" * 200_000 + "\n---\n",
        "---\ntitle: never closed\n\nText\n",
    ],
    ids=["list", "text", "broken", "alias", "object", "deep", "long", "open"],
)
def test_front_matter_that_cannot_be_read_is_the_problem_of_its_file(text, tmp_path):
    assert markdown(tmp_path, text).problem


def test_files_are_read_below_the_folder_in_order_and_never_outside_of_it(tmp_path):
    folder = tmp_path / "methods"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.md").write_text("---\ntitle: B\n---\n")
    (folder / "sub" / "a.mdx").write_text("---\ntitle: A\n---\n")
    (folder / "notes.txt").write_text("no page")
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\n---\n")
    os.symlink(tmp_path / "secret.md", folder / "link.md")
    os.symlink(folder / "loop.md", folder / "loop.md")
    rows = {row.place: row for row in read(folder, READING)}
    assert list(rows) == ["b.md", "link.md", "loop.md", "sub/a.mdx"]
    assert rows["sub/a.mdx"].values["_path"] == "sub/a"
    assert rows["link.md"].problem
    assert not rows["link.md"].values
    assert rows["loop.md"].problem


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ImportSetupError, match=r"\.mdx"):
        read(tmp_path, READING)


def test_code_of_mdx_is_left_out_and_words_are_not():
    text = (
        "import { Card } from './card'\nexport const a = {\n  b: 1,\n}\n\n"
        "We\nimport ideas.\n\n{/* a note\n\nof two */}\n```js\n\nimport x from 'y'\n```"
    )
    assert without_code(text) == "\nWe\nimport ideas.\n\n\n```js\n\nimport x from 'y'\n```"
