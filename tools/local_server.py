"""What the servers of one's own share: a folder, a log, a user that is not root, an orderly end."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.places import WINDOWS

HOST = "127.0.0.1"


class LocalServer(ABC):
    """A server that lives as long as the `with` block, in a folder that goes with it.

    Started by root it runs as the user `nobody`, since such servers refuse to be root.
    """

    # What Linux sends to the server when the process that started it has died.
    end_signal = signal.SIGTERM

    def __init__(self, prefix: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=prefix))
        self._log = self._folder / "log.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, Any] = _nobody() if is_root() else {}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def start(self) -> None:
        """Start the server and wait until it answers."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the server in order."""

    def close(self) -> None:
        """Stop the server and forget its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def options(self, *, die_with_parent: bool = False) -> dict[str, Any]:
        """How to start a process of the server, for `subprocess`."""
        options: dict[str, Any] = {"cwd": self._folder, **self._as_user}
        if WINDOWS:
            return options
        # Its own session: Ctrl-C is for the launcher, which then stops the server in order.
        options["start_new_session"] = True
        if die_with_parent and sys.platform == "linux":
            options["preexec_fn"] = self._die_with_parent
        return options

    def last_lines(self) -> str:
        """The end of what the server said."""
        try:
            lines: Sequence[str] = self._log.read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        return "\n".join(line[:500] for line in lines[-40:])

    def _die_with_parent(self) -> None:
        parent_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(parent_death_signal, self.end_signal)


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_root() -> bool:
    """Whether this process may do everything."""
    return not WINDOWS and os.geteuid() == 0


def _nobody() -> dict[str, Any]:
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
