"""`run.py test`: the whole suite, on each pair of database and search engine that is supported."""

import contextlib
import os
from collections.abc import Iterator

from tools import packages, system, web_checkers
from tools.console import Arguments, Stop, say
from tools.node import Node, NodeMissing
from tools.places import environment, venv_python
from tools.postgresql import PostgreSQL, PostgreSQLMissing
from tools.processes import INTERRUPTED, behind, hand_over

PAIRS = ["embedded", "servers"]
SERVERS = ("TEST_DATABASE_URL", "TEST_SEARCH_URL")


def run(arguments: list[str]) -> int:
    """Run pytest once for each pair; 0 when every run passed."""
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
    if os.environ.get("CI"):
        system.ensure_java()
        web_checkers.ensure()
    if options.engine == "embedded":
        return _embedded(for_pytest)
    with contextlib.ExitStack() as servers:
        variables = _with_servers(servers)
        if options.engine:
            return _servers(for_pytest, variables) if variables else 0
        if variables is None:
            return _embedded(for_pytest)
        return _side_by_side(for_pytest, variables)


def _side_by_side(for_pytest: list[str], variables: dict[str, str]) -> int:
    """Both at once, since neither fills two cores; the second shows what it found at its end."""
    codes: dict[str, int] = {}
    with behind(_pytest(for_pytest), variables) as servers:
        codes["embedded"] = _embedded(for_pytest)
        if codes["embedded"] == INTERRUPTED:
            return INTERRUPTED
        _say_servers()
        codes["servers"] = servers()
    if codes["embedded"] and codes["servers"] != INTERRUPTED:
        failed = ", ".join(pair for pair, code in codes.items() if code)
        say(f"Échec avec : {failed}.", f"Failed with: {failed}.")
    return codes["servers"] if codes["servers"] == INTERRUPTED else max(codes.values())


def _embedded(for_pytest: list[str]) -> int:
    say("Tests : SQLite et la recherche embarquée.", "Tests: SQLite and the embedded search.")
    variables = {key: value for key, value in environment().items() if key not in SERVERS}
    return hand_over(_pytest(for_pytest), _of_tests(variables))


def _servers(for_pytest: list[str], variables: dict[str, str]) -> int:
    _say_servers()
    return hand_over(_pytest(for_pytest), variables)


def _say_servers() -> None:
    say("Tests : PostgreSQL et Elasticsearch.", "Tests: PostgreSQL and Elasticsearch.")


def _with_servers(servers: contextlib.ExitStack) -> dict[str, str] | None:
    """The variables of a run with the real servers; None where they cannot be had, which is said.

    Raises `Stop` for this in continuous integration.
    """
    try:
        return _of_tests(environment(**dict(_started(servers))))
    except (PostgreSQLMissing, NodeMissing) as missing:
        french = f"Les serveurs des tests manquent : {missing}"
        english = f"The servers for the tests are missing: {missing}"
        if os.environ.get("CI"):
            raise Stop(french, english) from missing
        say(f"Sauté. {french}", f"Skipped. {english}")
        return None


def _started(servers: contextlib.ExitStack) -> Iterator[tuple[str, str]]:
    """The addresses of the servers: those that were named, or some that live for the tests."""
    if "TEST_DATABASE_URL" not in os.environ:
        yield "TEST_DATABASE_URL", servers.enter_context(PostgreSQL()).url
    if "TEST_SEARCH_URL" not in os.environ:
        yield "TEST_SEARCH_URL", f"{servers.enter_context(Node()).url}/passerelle-tests"


def _of_tests(variables: dict[str, str]) -> dict[str, str]:
    """`variables` without what the shell says about the settings of an installation."""
    return {key: value for key, value in variables.items() if key != "DJANGO_SETTINGS_MODULE"}


def _pytest(arguments: list[str]) -> list[str]:
    return [str(venv_python()), "-m", "pytest", *arguments]
