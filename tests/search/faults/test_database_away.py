"""PostgreSQL is stopped and started again: the search answers, and nothing is lost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.processes import ROOT, get, production, serving, wait_until
from tools.postgresql import PostgreSQL, find

SEARCH = "/fr/recherche/"
API = "/api/v1/search/"
SESSION = "sessionid=abcdefghijklmnopqrstuvwxyz012345"
PUBLISH = """
from tests.practices.factories import LessonFactory
LessonFactory(title={title!r}, **{fields!r}).save_revision().publish()
"""


class Installation:
    """A server of its own: PostgreSQL, gunicorn and the worker, each a process."""

    def __init__(self, variables: dict[str, str], address: str, database: PostgreSQL) -> None:
        self.variables = variables
        self.address = address
        self.database = database

    def get(self, path: str, cookies: str = "") -> tuple[int, dict[str, str], str]:
        """What a reader gets."""
        return get(self.address, path, X_Forwarded_Proto="https", Cookie=cookies)

    def finds(self, title: str) -> bool:
        """Whether a search finds the page `title`."""
        status, _headers, text = self.get(SEARCH)
        return status == 200 and title in text

    def publish(self, title: str, **fields: str) -> None:
        """Publish a page, in a process of its own."""
        script = PUBLISH.format(title=title, fields=fields)
        manage(self.variables, "shell", "--no-imports", "-c", script)


def manage(variables: dict[str, str], *arguments: str) -> None:
    """Run a command of the site; the test fails with what it says when it does."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """The embedded search will do here: only the database fails."""
    if find() is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL on this machine")
    with PostgreSQL() as database:
        with psycopg.connect(
            database.url.replace("/passerelle", "/postgres"), autocommit=True
        ) as connection:
            connection.execute("CREATE DATABASE passerelle")
        variables = {**production(tmp_path), "DATABASE_URL": database.url}
        variables["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "site")))
        manage(variables, "migrate", "--verbosity", "0")
        manage(variables, "createcachetable")
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "search_worker"],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with serving(variables) as address:
                yield Installation(variables, address, database)
            assert worker.poll() is None, "the worker did not outlive the database"
        finally:
            worker.terminate()
            worker.wait(30)


def test_a_database_that_is_stopped_and_started_again_loses_nothing(
    installation: Installation,
) -> None:
    installation.publish("Tutorat d’avant")
    installation.publish("Secret de l’équipe", sharing_level="organization")
    wait_until(lambda: installation.finds("Tutorat d’avant"))

    installation.database.stop()
    for path in (SEARCH, f"{SEARCH}?q=tutorat&type=lesson&theme=inconnu", API, f"{API}?q=tutorat"):
        # Who asks cannot be known, whatever they show: everyone finds what is public.
        for cookies in ("", SESSION):
            status, _headers, text = installation.get(path, cookies)
            assert status == 200, path
            assert "avant" in text  # “Tutorat” is marked where it was asked for
            assert "Secret" not in text
    assert json.loads(installation.get(API, SESSION)[2])["degraded"] is True
    status, headers, text = installation.get("/fr/")
    assert status == 503
    assert int(headers["retry-after"]) > 0
    assert installation.get("/readyz")[0] == 503
    assert installation.get("/healthz")[0] == 200

    installation.database.start()
    assert installation.finds("Tutorat d’avant")
    assert installation.get(API)[0] == 200
    assert installation.get("/readyz")[0] == 200
    installation.publish("Tutorat d’après")
    wait_until(lambda: installation.finds("Tutorat d’après"))
    manage(installation.variables, "search_health")
