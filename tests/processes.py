"""Processes of the site: with the database of the tests, or as a server of their own."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
NAME = "passerelle.example"
PATIENCE = 60  # seconds


def environment(folder: Path) -> dict[str, str]:
    """The variables of a process that works on the database and the index of this test."""
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "DJANGO_SETTINGS_MODULE": "passerelle.settings.dev",
        "PASSERELLE_DATA_DIR": str(folder),
        "DATABASE_URL": _database_url(),
        "SEARCH_URL": settings.SEARCH_URL,
    }


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = (database["HOST"] or "").replace("/", "%2F")
    return (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{database['PORT'] or 5432}"
        f"/{database['NAME']}"
    )


def production(folder: Path) -> dict[str, str]:
    """The variables of a server with a data folder of its own below `folder`."""
    kept = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "passerelle.settings.production",
        "SECRET_KEY": "a secret of this test",
        "ALLOWED_HOSTS": f".{NAME},localhost",
        "BASE_URL": f"https://{NAME}",
        "PASSERELLE_DATA_DIR": str(folder / "data"),
        "PASSERELLE_STATIC_ROOT": str(folder / "collected"),
        "WEB_CONCURRENCY": "1",
    }


@contextlib.contextmanager
def serving(variables: dict[str, str]) -> Iterator[str]:
    """Collect the static files and serve the site with gunicorn; its host and port."""
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=variables, check=True)
    log = Path(variables["PASSERELLE_STATIC_ROOT"]).with_name("gunicorn.txt")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"],
            cwd=ROOT,
            env={**variables, "BIND": "127.0.0.1:0"},
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: b"Booting worker" in log.read_bytes() or server.poll() is not None)
        found = re.search(r"Listening at: http://(\S+)", log.read_text(encoding="utf-8"))
        assert found, log.read_text(encoding="utf-8")
        wait_until(lambda: healthcheck(variables, found[1]).returncode == 0)
        yield found[1]
    finally:
        server.terminate()
        server.wait(60)


def healthcheck(variables: dict[str, str], address: str) -> "subprocess.CompletedProcess[str]":
    """Run the health check of the image."""
    return subprocess.run(
        [sys.executable, "deploy/healthcheck.py"],
        cwd=ROOT,
        env={**variables, "BIND": address},
        capture_output=True,
        text=True,
    )


def get(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer, asked as the proxy asks."""
    asked = http.client.HTTPConnection(address, timeout=60)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    asked.request("GET", path, headers={"Host": NAME, **names})
    answer = asked.getresponse()
    text = answer.read().decode(errors="replace")
    return answer.status, {key.lower(): value for key, value in answer.getheaders()}, text


def wait_until(happens: Callable[[], object]) -> None:
    """Wait for something that another process does; fail the test when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, f"{happens} did not happen within {PATIENCE} s"
        time.sleep(0.05)
