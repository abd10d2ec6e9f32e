"""The commands of `run.py`, their options, and what they do when interrupted."""

import signal
from collections.abc import Callable, Sequence
from types import FrameType

from tools import checks, demo, messages, node, packages, testing
from tools.console import Arguments, Stop, complain, speak_unicode
from tools.places import ROOT, venv_python
from tools.processes import INTERRUPTED, Terminated, hand_over

INTRODUCTION = """\
Passerelle : essayer, éprouver et développer. / Passerelle: try it, test it, work on it.

  demo       démonstration complète, puis le site à l’adresse affichée
             a complete demonstration, then the site at the address shown
  test       toute la suite de tests ; les arguments vont à pytest
             the whole test suite; arguments go to pytest
  check      style, types, couches, gabarits, migrations, traductions, réglages
             style, types, layers, templates, migrations, translations, settings
  bench      mesures de performance / performance measurements
  node       un nœud Elasticsearch pour essayer / an Elasticsearch node to try
  manage     commande Django / Django command
  messages   chaînes à traduire : extraire et compiler / strings to translate: extract, compile
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command of the launcher and return its exit code."""
    speak_unicode()
    signal.signal(signal.SIGTERM, _interrupt)
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("--help", [])
    if command in ("-h", "--help", "help"):
        print(INTRODUCTION)
        return 0
    try:
        if command not in COMMANDS:
            known = ", ".join(COMMANDS)
            raise Stop(
                f"Commande inconnue : « {command} ». Commandes : {known}.",
                f"Unknown command: “{command}”. Commands: {known}.",
                code=2,
            )
        return COMMANDS[command](rest)
    except Stop as stop:
        complain(stop)
        return stop.code
    except KeyboardInterrupt:
        complain(
            Stop(
                "Interrompu. La même commande reprendra là où il faut.",
                "Interrupted. The same command will take up where it must.",
            )
        )
        return INTERRUPTED


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise Terminated


def _demo(arguments: list[str]) -> int:
    parser = Arguments(prog="run.py demo")
    parser.add_argument("--port", type=int, default=8000, help="port du site / port of the site")
    parser.add_argument(
        "--no-serve", action="store_true", help="préparer seulement / only get everything ready"
    )
    parser.add_argument(
        "--reset",
        action="store_true",
        help="effacer d’abord les données de la démonstration / first erase the demo’s data",
    )
    options = parser.parse_args(arguments)
    return demo.run(port=options.port, serve=not options.no_serve, reset=options.reset)


def _manage(arguments: list[str]) -> int:
    packages.ensure()
    return hand_over([str(venv_python()), str(ROOT / "manage.py"), *arguments])


def _bench(arguments: list[str]) -> int:
    packages.ensure(dev=True)
    return hand_over([str(venv_python()), "-m", "benchmarks", *arguments])


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "test": testing.run,
    "check": checks.run,
    "bench": _bench,
    "node": node.run,
    "manage": _manage,
    "messages": messages.run,
}
