"""The catalogue of benchmarks, what is shown of it, and the cheap ones at work."""

import re
import subprocess
import sys

import pytest

from benchmarks import table
from benchmarks.catalogue import ENTRIES, PAIRS, Entry, Reach, named
from benchmarks.measuring import Measured, interleaved, median, percentile
from tools.places import ROOT

ENTRY = Entry("speed", "embedded", "a ÷ b", "why", "over this", "ratio", Reach("≤", 2), "a:b")


def bench(*arguments):
    """What `run.py bench` says, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_entry_says_what_it_is_and_has_something_that_measures_it(entry):
    assert entry.what
    assert entry.why.endswith(".")
    assert entry.workload
    assert entry.unit
    assert entry.pair in PAIRS
    assert callable(entry.load())


def test_names_are_unique_and_an_unknown_one_is_answered_with_the_known_ones():
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert named([]) == list(ENTRIES)
    assert [entry.name for entry in named([names[2], names[0]])] == [names[0], names[2]]
    with pytest.raises(KeyError, match="No benchmark “speeed”"):
        named(["speeed"])


def test_the_list_shows_every_entry_without_measuring():
    code, said, _errors = bench("--list")
    assert code == 0
    assert all(f"{entry.name}  [{entry.pair}]" in said for entry in ENTRIES)


@pytest.mark.parametrize("arguments", [["speeed"], ["queries", "--write"]])
def test_what_cannot_be_done_is_refused_before_anything_is_measured(arguments):
    code, _said, errors = bench(*arguments)
    assert code == 2
    assert "speeed" in errors or "--write" in errors


def test_things_compared_take_turns_and_turn_about():
    calls = []
    rounds = [[lambda: calls.append("a"), lambda: calls.append("b")]] * 3
    taken = interleaved(rounds)
    assert "".join(calls) == "abbaab"
    assert [len(each) for each in taken] == [3, 3]


def test_a_percentile_is_a_value_that_was_measured():
    values = list(range(1, 101))
    assert percentile(values, 0.95) == 95
    assert percentile([3], 0.95) == 3
    assert median([1, 9, 2]) == 2


@pytest.mark.parametrize(
    ("value", "holds", "mark"), [(1.9, True, "✓"), (2.1, True, "✗"), (1.9, False, "✗")]
)
def test_the_table_marks_what_misses_its_reach_or_does_not_hold(value, holds, mark):
    found = {"speed": Measured(value, "2 s and 1 s", "10 pages", holds=holds)}
    line = table.table([ENTRY], found).splitlines()[-1]
    assert f"≤ 2 {mark}" in line
    assert f"**{value}** ratio (2 s and 1 s)" in line


def test_what_was_not_measured_is_not_in_the_table():
    assert "a ÷ b" not in table.table([ENTRY], {})


def test_the_table_replaces_what_stands_between_the_markers(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", encoding="utf-8")
    table.write("new", [page])
    table.write("newer", [page])
    expected = f"before\n{table.BEGIN}\n\nnewer\n\n{table.END}\nafter\n"
    assert page.read_text(encoding="utf-8") == expected
    with pytest.raises(ValueError, match="add these two lines"):
        table.between_markers("no markers", "new")


@pytest.mark.parametrize("path", table.PLACES, ids=lambda path: path.name)
def test_the_readme_and_the_documentation_have_a_place_for_the_table(path):
    text = path.read_text(encoding="utf-8")
    assert table.between_markers(text, "table").count("table") >= 1


def test_the_number_of_queries_is_measured_in_an_installation_of_its_own():
    code, said, errors = bench("--quick", "queries")
    assert code == 0, errors
    found = re.search(r"\*\*(\d+)\*\* queries .* ≤ 8 ✓", said)
    assert found, said
