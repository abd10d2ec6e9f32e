"""Stands for Django's command line: writes down what it was asked, once it has done it."""

import importlib
import os
import sys
import time
from pathlib import Path

DEPENDENCY = importlib.import_module("dependency")
HERE = Path(__file__).resolve().parent
DATA = Path(os.environ["PASSERELLE_DATA_DIR"])


def main(command: str) -> None:
    """Do nothing for long when a test asks for time to interrupt, or fail when it asks for that."""
    if command == "migrate":
        (DATA / "db.sqlite3").touch()
    if (HERE / f"slow-{command}").exists():
        (HERE / f"doing-{command}").touch()
        time.sleep(60)
    if (HERE / f"broken-{command}").exists():
        sys.exit(f"{DEPENDENCY.NAME} cannot {command}")
    with (HERE / "journal.txt").open("a", encoding="utf-8") as journal:
        journal.write(f"{command}\n")


if __name__ == "__main__":
    main(sys.argv[1])
