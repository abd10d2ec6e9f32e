"""How a commit wakes the worker of the same process, where there is one."""

import threading

_event = threading.Event()


def wake() -> None:
    """Say that there is something to index."""
    _event.set()


def wait(seconds: float) -> None:
    """Return when something was said, or after `seconds`."""
    _event.wait(seconds)
    _event.clear()
