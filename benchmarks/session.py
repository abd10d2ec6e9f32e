"""The process that measures: `python -m benchmarks.session ANSWERS [--quick] NAME…`.

Started by `laboratory.measure`, with the variables of a throw-away installation.
"""

import argparse
import json
import time
import traceback
from pathlib import Path

import django

from benchmarks.catalogue import named


def main() -> None:
    """Make the database, measure, and write down what was found after each entry."""
    parser = argparse.ArgumentParser(prog="benchmarks.session")
    parser.add_argument("answers", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("names", nargs="+")
    options = parser.parse_args()
    django.setup()
    _prepare_database()
    found = {}
    for entry in named(options.names):
        print(f"{entry.name}…", end=" ", flush=True)
        started = time.monotonic()
        try:
            measured = entry.load()(options.quick)
        except Exception:
            # The others may still say something.
            traceback.print_exc()
            continue
        print(
            f"{measured.value:,.3g} {entry.unit} ({measured.detail}; {measured.workload}),"
            f" in {time.monotonic() - started:.0f} s",
            flush=True,
        )
        found[entry.name] = measured.as_json()
        options.answers.write_text(json.dumps(found), encoding="utf-8")


def _prepare_database() -> None:
    from django.core.management import call_command

    from taxonomy.services import sync_terms

    call_command("migrate", verbosity=0, interactive=False)
    sync_terms()


if __name__ == "__main__":
    main()
