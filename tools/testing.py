"""`run.py test`: the whole suite, with what its browser tests need."""

from tools import packages, system
from tools.console import say
from tools.places import venv_python
from tools.processes import hand_over


def run(arguments: list[str]) -> int:
    """Run pytest with these arguments and give its exit code."""
    packages.ensure(dev=True)
    system.ensure_chromium()
    say("Tests : pytest, sur SQLite et la recherche embarquée.", "Tests: pytest, on SQLite.")
    return hand_over([str(venv_python()), "-m", "pytest", *arguments])
