"""A miniature of the project: the real launcher, around a site that is ready in no time."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import PATIENCE, ROOT, wait_until
from tests.tools.miniature.backend import write_wheel
from tools import local_server

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "passerelle"
version = "1.0"
"""


@pytest.fixture(autouse=True, scope="session")
def _heed_interruptions() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Project:
    """A copy of the launcher in a folder of its own, with its own environment and data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.venv = folder / ".venv"
        self.data = folder / "data"
        shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("*.pyc"))
        shutil.copyfile(ROOT / "run.py", folder / "run.py")
        for source in (Path(__file__).parent / "miniature").glob("*.py"):
            shutil.copyfile(source, folder / source.name)
        (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        wheels = folder / "wheels"
        wheels.mkdir()
        wheel = write_wheel(wheels, "dependency", {"dependency.py": "NAME = 'miniature'\n"})
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        for name in ("requirements.txt", "requirements-dev.txt"):
            pinned = f"dependency==1.0 --hash=sha256:{digest}\n"
            (folder / name).write_text(pinned, encoding="utf-8")
        self.variables = {
            "PATH": os.defpath,  # Without uv, whose settings are not pip's.
            "HOME": str(folder),
            "PYTHONUTF8": "1",
            "PASSERELLE_DATA_DIR": str(self.data),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
        }

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run the launcher to its end."""
        return subprocess.run(
            [sys.executable, "run.py", *arguments],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=5 * PATIENCE,
        )

    def interrupt(
        self, *arguments: str, at: str, by: signal.Signals = signal.SIGINT
    ) -> tuple[int, str]:
        """Start the launcher and interrupt it once the file `at` appears: exit code and output.

        SIGINT goes to all its processes, as Ctrl-C does; other signals to the launcher alone.
        """
        process = subprocess.Popen(
            [sys.executable, "run.py", *arguments],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            wait_until((self.folder / at).exists)
            if by == signal.SIGINT:
                os.killpg(process.pid, by)
            else:
                process.send_signal(by)
            output, _ = process.communicate(timeout=PATIENCE)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        (self.folder / at).unlink()
        return process.returncode, output

    def journal(self) -> list[str]:
        """The commands that were carried out to their end since the last call."""
        path = self.folder / "journal.txt"
        done = path.read_text(encoding="utf-8").split() if path.exists() else []
        path.unlink(missing_ok=True)
        return done


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project on which no command was run yet."""
    return Project(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose environment is whole; `fresh_data` gives each test its own start."""
    project = Project(tmp_path_factory.mktemp("installed"))
    ready = project.run("demo", "--no-serve")
    assert ready.returncode == 0, ready.stdout + ready.stderr
    return project


@pytest.fixture
def fresh_data(installed: Project) -> Iterator[Project]:
    """An installed project without data."""
    shutil.rmtree(installed.data, ignore_errors=True)
    installed.journal()
    yield installed
    for pattern in ("slow-*", "broken-*", "doing-*"):
        for path in installed.folder.glob(pattern):
            path.unlink()


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nothing listens on."""
    return local_server.free_port()
