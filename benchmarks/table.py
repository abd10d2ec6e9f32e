"""The findings as Markdown, and their place in the README and in the documentation."""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.catalogue import Entry
from benchmarks.measuring import Measured
from tools.places import ROOT

BEGIN = "<!-- benchmarks:begin -->"
END = "<!-- benchmarks:end -->"
PLACES = (ROOT / "README.md", ROOT / "docs" / "benchmarks.md")


def table(entries: Sequence[Entry], found: Mapping[str, Measured]) -> str:
    """One line for each entry that was measured: what, how much, how far it had to reach."""
    lines = ["| what | found | reach | over what |", "| --- | --- | --- | --- |"]
    for entry in entries:
        if measured := found.get(entry.name):
            engine = "SQLite, tantivy" if entry.pair == "embedded" else "PostgreSQL, Elasticsearch"
            reach = f"{entry.reach} {_mark(entry, measured)}" if entry.reach else ""
            value = f"**{number(measured.value)}** {entry.unit} ({measured.detail})"
            lines.append(
                f"| {entry.what} ({engine}) | {value} | {reach} | {entry.workload};"
                f" {measured.workload} |"
            )
    return "\n".join(lines)


def report(entries: Sequence[Entry], found: Mapping[str, Measured], *, quick: bool) -> str:
    """The table with where and when it was measured, and the tables that entries add."""
    cores = os.cpu_count() or 1
    day = time.strftime("%Y-%m-%d")
    size = "a quick run, over less than usual" if quick else "a full run"
    about = (
        f"Measured on {day} ({size}), on {cores} cores, {platform.system()},"
        f" Python {platform.python_version()}. Ratios come from one run; each is of medians of at"
        " least five rounds in which the things compared took turns."
    )
    more = [found[entry.name].table for entry in entries if entry.name in found]
    return "\n\n".join([table(entries, found), about, *filter(None, more)])


def between_markers(text: str, content: str) -> str:
    """`text` with `content` between the markers. Raises `ValueError` where it has none."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The text has no “{BEGIN}” … “{END}”: add these two lines to it.")
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{after}"


def write(content: str, places: Sequence[Path] = PLACES) -> None:
    """Put `content` between the markers of each file."""
    for path in places:
        path.write_text(between_markers(path.read_text("utf-8"), content), encoding="utf-8")


def number(value: float) -> str:
    """Three figures of a value, with no more digits than that says."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def _mark(entry: Entry, measured: Measured) -> str:
    met = measured.holds and entry.reach is not None and entry.reach.is_met(measured.value)
    return "✓" if met else "✗"
