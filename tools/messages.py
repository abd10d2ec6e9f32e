"""`run.py messages`: collect the strings to translate, then compile what is translated."""

from tools import packages, system
from tools.console import Stop
from tools.places import venv_python
from tools.processes import hand_over


def run(arguments: list[str]) -> int:
    """Update and compile the catalogs; `--compile` only compiles."""
    packages.ensure(dev=True)
    if "--compile" not in arguments and not system.ensure_gettext():
        raise Stop(
            "Il faut les outils gettext (xgettext, msgmerge) : installez le paquet « gettext ».",
            "The gettext tools (xgettext, msgmerge) are needed: install the package “gettext”.",
        )
    return hand_over([str(venv_python()), "-m", "tools.catalogs", *(arguments or ["--update"])])
