"""Running the commands that do the work."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from tools.places import ROOT, environment

INTERRUPTED = 130
PATIENCE = 3  # seconds left to a command to end by itself once interrupted


class Terminated(KeyboardInterrupt):
    """The launcher was asked to end by another program, which its child has not heard."""


def hand_over(command: list[str], variables: Mapping[str, str] | None = None) -> int:
    """Run a command that talks to the person itself, and give its exit code."""
    process = subprocess.Popen(command, cwd=ROOT, env=dict(variables or environment()))
    try:
        code = process.wait()
    except KeyboardInterrupt as interruption:
        _end(process, heard=not isinstance(interruption, Terminated))
        return INTERRUPTED
    return INTERRUPTED if code == -signal.SIGINT else code


@contextmanager
def behind(command: list[str], variables: Mapping[str, str]) -> Iterator[Callable[[], int]]:
    """Run a command out of sight; the function waits, shows what it said, gives its exit code.

    It ends with the block at the latest.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(variables), stdout=said, stderr=subprocess.STDOUT
        )

        def finish() -> int:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                return INTERRUPTED
            said.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(said, sys.stdout.buffer)
            sys.stdout.flush()
            return INTERRUPTED if code == -signal.SIGINT else code

        try:
            yield finish
        finally:
            if process.poll() is None:
                _end(process, heard=False)


def _end(process: "subprocess.Popen[bytes]", *, heard: bool) -> None:
    """Let the child end by itself, then less and less gently."""
    endings = [process.terminate, process.kill]
    if os.name == "posix":
        endings.insert(0, lambda: process.send_signal(signal.SIGINT))
    if not heard:
        endings.pop(0)()
    for ending in endings:
        try:
            process.wait(PATIENCE)
            return
        except subprocess.TimeoutExpired:
            ending()
        except KeyboardInterrupt:
            process.kill()
    process.wait()
