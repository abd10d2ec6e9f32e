"""`python3 run.py bench [NAME…] [--list] [--quick] [--write]`."""

import sys
from collections.abc import Iterator

from benchmarks import table
from benchmarks.catalogue import ENTRIES, PAIRS, named
from benchmarks.laboratory import measure
from benchmarks.measuring import Measured
from tools.console import Arguments, speak_unicode
from tools.node import NodeMissing
from tools.postgresql import PostgreSQLMissing


def main(arguments: list[str] | None = None) -> int:
    """Measure, show the table, and write it down where that is asked for."""
    speak_unicode()
    parser = Arguments(prog="run.py bench")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="ce qui est mesuré, tout sinon / what to measure, else all",
    )
    parser.add_argument(
        "--list", action="store_true", help="ce qui peut être mesuré / what can be measured"
    )
    parser.add_argument(
        "--quick", action="store_true", help="sur moins de données / over less data"
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="écrire le tableau dans README.md et docs / write the table to README.md and docs",
    )
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(_described()))
        return 0
    try:
        chosen = named(options.names)
    except KeyError as error:
        parser.refuse(*error.args)
    if options.write and options.names:
        parser.refuse(
            "--write écrit tout le tableau : ne nommez rien.",
            "--write writes the whole table: leave the names out.",
        )
    found: dict[str, Measured] = {}
    for pair in PAIRS:
        entries = [entry for entry in chosen if entry.pair == pair]
        if not entries:
            continue
        try:
            found |= measure(entries, pair=pair, quick=options.quick)
        except (NodeMissing, PostgreSQLMissing) as missing:
            print(f"Sauté / skipped ({pair}): {missing}", file=sys.stderr)
    text = table.report(chosen, found, quick=options.quick)
    print(f"\n{text}")
    if len(found) < len(chosen):
        return 1
    if options.write:
        table.write(text)
    return 0


def _described() -> Iterator[str]:
    for entry in ENTRIES:
        reach = f", {entry.reach}" if entry.reach else ""
        yield f"{entry.name}  [{entry.pair}]"
        yield f"    {entry.what} ({entry.unit}{reach})"
        yield f"    {entry.why}"
        yield f"    {entry.workload}"


if __name__ == "__main__":
    sys.exit(main())
