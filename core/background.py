"""Work that goes on beside the requests: in a thread of the serving process, or in a command."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, close_old_connections, connection

logger = logging.getLogger(__name__)

# Seconds to wait after a failure, of the database or of the work itself.
AFTER_FAILURE = 5.0

_threads: dict[str, threading.Thread] = {}
_lock = threading.Lock()


def keep_working(
    stop: threading.Event,
    work: Callable[[], float],
    wait: Callable[[float], object] | None = None,
) -> None:
    """Do `work`, which says how many seconds to wait then, until `stop` is set.

    A database that is away is waited for, and a failure is logged: what ends silently would be
    missed too late. `wait` may return sooner than asked; by default only `stop` ends the waiting.
    """
    wait = wait or stop.wait
    while not stop.is_set():
        try:
            close_old_connections()
            seconds = work()
        except DatabaseError:
            logger.exception("The database does not answer %s.", work.__module__)
            connection.close()
            seconds = AFTER_FAILURE
        except Exception:
            logger.exception("%s failed, and goes on.", work.__module__)
            seconds = AFTER_FAILURE
        if not stop.is_set():
            wait(seconds)
    connection.close()


def start_in_thread(name: str, target: Callable[[threading.Event], None]) -> None:
    """Have a thread of this process call `target` with an event that is never set.

    Asked again while the thread lives, it does nothing.
    """
    with _lock:
        thread = _threads.get(name)
        if thread is None or not thread.is_alive():
            _threads[name] = threading.Thread(
                target=target, args=(threading.Event(),), name=name, daemon=True
            )
            _threads[name].start()


def stop_on_signals(wake: Callable[[], object] | None = None) -> threading.Event:
    """An event that SIGTERM and Ctrl-C set; `wake` ends a wait that does not look at it."""
    stop = threading.Event()

    def end(signum: int, frame: Any) -> None:
        stop.set()
        if wake:
            wake()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop
