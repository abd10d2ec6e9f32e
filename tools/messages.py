"""`run.py messages`: collect the strings to translate, then compile what is translated."""

from tools import packages, system
from tools.console import Arguments, Stop
from tools.places import venv_python
from tools.processes import hand_over


def run(arguments: list[str]) -> int:
    """Update and compile the catalogs; `--compile` only compiles."""
    parser = Arguments(prog="run.py messages")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--update", action="store_true", help="extraire et compiler / extract and compile (usual)"
    )
    chosen.add_argument("--compile", action="store_true", help="compiler / compile")
    options = parser.parse_args(arguments)
    packages.ensure(dev=True)
    if not options.compile and not system.ensure_gettext():
        raise Stop(
            "Il faut les outils gettext (xgettext, msgmerge) : installez le paquet « gettext ».",
            "The gettext tools (xgettext, msgmerge) are needed: install the package “gettext”.",
        )
    action = "--compile" if options.compile else "--update"
    return hand_over([str(venv_python()), "-m", "tools.catalogs", action])
