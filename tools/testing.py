"""`run.py test`: the whole suite, on each pair of database and search engine that is supported."""

import contextlib
import os
from collections.abc import Iterator

from tools import packages, system
from tools.console import Arguments, Stop, say
from tools.node import Node, NodeMissing
from tools.places import environment, venv_python
from tools.postgresql import PostgreSQL, PostgreSQLMissing
from tools.processes import INTERRUPTED, hand_over

PAIRS = ["embedded", "servers"]
SERVERS = ("TEST_DATABASE_URL", "TEST_SEARCH_URL")


def run(arguments: list[str]) -> int:
    """Run pytest once for each pair; 0 when every run passed, else the first other exit code."""
    parser = Arguments(
        prog="run.py test",
        allow_abbrev=False,
        epilog="Les autres arguments vont à pytest. / Other arguments go to pytest.",
    )
    parser.add_argument(
        "--engine",
        choices=PAIRS,
        help="une seule paire : SQLite et tantivy, ou PostgreSQL et Elasticsearch"
        " / one pair only: SQLite and tantivy, or PostgreSQL and Elasticsearch",
    )
    options, for_pytest = parser.parse_known_args(arguments)
    packages.ensure(dev=True)
    system.ensure_chromium()
    codes = {}
    for pair in [options.engine] if options.engine else PAIRS:
        codes[pair] = _embedded(for_pytest) if pair == "embedded" else _servers(for_pytest)
        if codes[pair] == INTERRUPTED:
            return INTERRUPTED
    failed = [pair for pair, code in codes.items() if code]
    if set(failed) - {pair}:  # The last run has just said so itself.
        say(f"Échec avec : {', '.join(failed)}.", f"Failed with: {', '.join(failed)}.")
    return next(filter(None, codes.values()), 0)


def _embedded(for_pytest: list[str]) -> int:
    say("Tests : SQLite et la recherche embarquée.", "Tests: SQLite and the embedded search.")
    variables = {key: value for key, value in environment().items() if key not in SERVERS}
    return _pytest(for_pytest, variables)


def _servers(for_pytest: list[str]) -> int:
    say("Tests : PostgreSQL et Elasticsearch.", "Tests: PostgreSQL and Elasticsearch.")
    try:
        with contextlib.ExitStack() as servers:
            return _pytest(for_pytest, environment(**dict(_started(servers))))
    except (PostgreSQLMissing, NodeMissing) as missing:
        french = f"Les serveurs des tests manquent : {missing}"
        english = f"The servers for the tests are missing: {missing}"
        if os.environ.get("CI"):
            raise Stop(french, english) from missing
        say(f"Sauté. {french}", f"Skipped. {english}")
        return 0


def _started(servers: contextlib.ExitStack) -> Iterator[tuple[str, str]]:
    """The addresses of the servers: those that were named, or some that live for the tests."""
    if "TEST_DATABASE_URL" not in os.environ:
        yield "TEST_DATABASE_URL", servers.enter_context(PostgreSQL()).url
    if "TEST_SEARCH_URL" not in os.environ:
        yield "TEST_SEARCH_URL", f"{servers.enter_context(Node()).url}/passerelle-tests"


def _pytest(arguments: list[str], variables: dict[str, str]) -> int:
    # What the shell says about the settings of an installation is not for the tests.
    variables.pop("DJANGO_SETTINGS_MODULE", None)
    return hand_over([str(venv_python()), "-m", "pytest", *arguments], variables)
