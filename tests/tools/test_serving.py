"""The real demo, from an empty data folder to a page that answers, and to its end."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.processes import ROOT, wait_until


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has set nothing but a data folder."""
    ours = ("DJANGO_", "TEST_", "PYTEST_", "PASSERELLE_", "DATABASE_URL", "SEARCH_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PASSERELLE_DATA_DIR": str(tmp_path_factory.mktemp("demo"))}


@pytest.fixture(scope="module")
def ready(variables: dict[str, str]) -> Path:
    """The data folder of a demo that was made ready."""
    command = [sys.executable, "run.py", "demo", "--no-serve"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(variables["PASSERELLE_DATA_DIR"])


def read(address: str) -> str:
    """The page at this address, or nothing while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode())
    except ConnectionError:
        return ""
    except OSError as error:
        if isinstance(getattr(error, "reason", None), ConnectionError):
            return ""
        raise


@pytest.mark.skipif(sys.platform == "win32", reason="Windows serves by another server")
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_answers_says_where_and_ends_when_asked(
    variables: dict[str, str], ready: Path, free_port: int, tmp_path: Path, by: signal.Signals
):
    said = tmp_path / "said.txt"
    with said.open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "run.py", "demo", "--port", str(free_port)],
            cwd=ROOT,
            env=variables,
            stdout=output,
            stderr=output,
        )
    address = f"http://localhost:{free_port}"
    try:
        wait_until(lambda: demo.poll() is not None or read(f"{address}/fr/recherche/"))
        found = read(f"{address}/fr/recherche/?q=r%C3%A9troaction")
        wait_until(lambda: f"{address}/fr/recherche/" in said.read_text(encoding="utf-8"))
    finally:
        demo.send_signal(by)
        code = demo.wait(60)
    assert "<mark>" in found, said.read_text(encoding="utf-8")
    assert code == 0
    assert str(ready / "demo-accounts.txt") in said.read_text(encoding="utf-8")
    assert "Traceback" not in said.read_text(encoding="utf-8")
    assert read(address) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_secrets_are_for_their_owner_alone(ready: Path):
    for name in ("demo-accounts.txt", "secret-key.txt"):
        assert (ready / name).stat().st_mode & 0o077 == 0


def test_the_index_of_the_demo_agrees_with_its_database(variables: dict[str, str], ready: Path):
    command = [sys.executable, "run.py", "manage", "search_health"]
    told = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
