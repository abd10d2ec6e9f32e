"""The PostgreSQL that the tests start for themselves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.processes import ROOT, wait_until
from tools.postgresql import PostgreSQL, PostgreSQLMissing, find

HOLD = """
import sys, time
from tools.postgresql import PostgreSQL
with PostgreSQL() as server:
    print(server.url, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    if find() is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL on this machine")
    with PostgreSQL() as started:
        yield started


def ask(url: str, question: str) -> object:
    """The first value that the database `postgres` of this server answers."""
    with psycopg.connect(url.replace("/passerelle", "/postgres"), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def test_it_answers_and_knows_accents(server: PostgreSQL):
    assert ask(server.url, "SELECT lower('ÉLÈVES')") == "élèves"


def test_what_it_holds_survives_a_stop_and_a_start(server: PostgreSQL):
    ask(server.url, "CREATE TABLE kept (one int)")
    ask(server.url, "INSERT INTO kept VALUES (1)")
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(server.url, "SELECT 1")
    server.start()
    assert ask(server.url, "SELECT one FROM kept") == 1


def test_nothing_is_left_of_it():
    with PostgreSQL() as server:
        folder = Path(str(ask(server.url, "SHOW data_directory"))).parent
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        ask(server.url, "SELECT 1")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of such a death")
def test_it_ends_with_the_process_that_started_it():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    url = holder.stdout.readline().strip()
    assert ask(url, "SELECT 1") == 1
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    def is_gone() -> bool:
        try:
            ask(url, "SELECT 1")
        except psycopg.OperationalError:
            return True
        return False

    wait_until(is_gone)


def test_programs_that_do_not_work_are_told(tmp_path: Path):
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    with pytest.raises(PostgreSQLMissing, match="broken"):
        PostgreSQL(tmp_path).__enter__()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root changes users")
def test_root_copies_the_programs_that_nobody_may_reach(tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0o700)
    programs = find()
    install = tmp_path / "closed" / "site-packages" / programs.parent.parent.name
    install.mkdir(parents=True)
    subprocess.run(["cp", "-r", str(programs.parent), str(install)], check=True)
    libraries = programs.parent.parent.with_name(f"{install.name}.libs")
    if libraries.is_dir():
        subprocess.run(["cp", "-r", str(libraries), str(install.parent)], check=True)
    with PostgreSQL(install / programs.parent.name / "bin") as server:
        assert ask(server.url, "SELECT 1") == 1
