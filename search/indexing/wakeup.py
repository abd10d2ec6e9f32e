"""How a commit wakes the workers, in this process and (with PostgreSQL) in others.

Who is not woken looks by itself a moment later: a signal that gets lost costs a second, no more.
"""

import logging
import threading
import time

from django.db import connection, transaction

logger = logging.getLogger(__name__)

CHANNEL = "search_outbox"
# How long to wait before listening again to a database that went away.
RETRY_SECONDS = 5.0

_event = threading.Event()


def wake_on_commit() -> None:
    """Wake the workers once the transaction is committed, however often it is asked."""
    if all(function is not wake_everywhere for _, function, *_ in connection.run_on_commit):
        # Robust: whoever publishes has nothing to do with a worker that cannot be told.
        transaction.on_commit(wake_everywhere, robust=True)


def wake_everywhere() -> None:
    """Say to every process that there is something to index."""
    wake()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def wake() -> None:
    """Say to the worker of this process that there is something to do."""
    _event.set()


def wait(seconds: float) -> None:
    """Return when something was said, or after `seconds`."""
    _event.wait(seconds)
    _event.clear()


def listen_in_thread() -> None:
    """Hear what other processes say, where the database carries it; in a thread of its own."""
    if connection.vendor == "postgresql":
        threading.Thread(target=_listen, name="search-wakeup", daemon=True).start()


def _listen() -> None:
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            # What was committed before nobody has heard.
            wake()
            for _notice in connection.connection.notifies():
                wake()
        except Exception as problem:
            logger.warning("Nothing wakes the indexing worker for a moment: %s", problem)
        connection.close()
        time.sleep(RETRY_SECONDS)
