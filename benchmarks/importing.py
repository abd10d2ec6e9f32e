"""Rows of a real table as published pages."""

import csv
import itertools
import tempfile
from pathlib import Path

from benchmarks.measuring import ROUNDS, Measured, median
from exchange.importing.mapping import load_mapping
from exchange.importing.services import import_content
from tools.places import ROOT

LESSONS = ROOT / "tests" / "exchange" / "fixtures" / "nasa-llis.csv"
MAPPING = ROOT / "docs" / "import" / "nasa-lessons.yaml"
# The table holds bytes of no encoding, which this one lets through as they are.
BYTES = "latin-1"


def rows_per_second(quick: bool) -> Measured:
    """The lessons of the tests, again and again under new identifiers."""
    rows = 100 if quick else 300
    mapping = load_mapping(MAPPING)
    # The first import makes the organizations.
    import_content(LESSONS, mapping=mapping, publish=True)
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            table = Path(folder) / f"lessons-{number}.csv"
            _write_table(table, first_id=1_000_000 * (number + 1), rows=rows)
            report = import_content(table, mapping=mapping, publish=True)
            assert report.created == rows, report.problems
            rates.append(rows / report.seconds)
    return Measured(
        median(rates),
        f"{min(rates):.0f} to {max(rates):.0f}",
        f"{ROUNDS} imports of {rows} rows",
    )


def _write_table(path: Path, *, first_id: int, rows: int) -> None:
    with LESSONS.open(encoding=BYTES, newline="") as source:
        known = list(csv.DictReader(source))
    with path.open("w", encoding=BYTES, newline="") as target:
        table = csv.DictWriter(target, known[0].keys())
        table.writeheader()
        for count, row in enumerate(itertools.islice(itertools.cycle(known), rows)):
            table.writerow({**row, "LessonId": first_id + count})
