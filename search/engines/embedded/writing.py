"""Who may write to the indexes of a folder, and with which writer."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import tantivy
from filelock import FileLock, Timeout

from search.core.engine import SearchUnavailable
from search.engines.embedded.opened import OpenedIndex

logger = logging.getLogger(__name__)

LOCK_FILE = "writer.lock"
LOCK_SECONDS = 30
WRITER_MEMORY = 64_000_000  # bytes that tantivy may fill before it writes a segment
KEEP_SECONDS = 0.5
"""How long a writer is kept for the next batch."""
TURN_SECONDS = 10.0
"""How long it is kept at most, for other processes to have their turn."""
PAUSE_SECONDS = 0.2
"""How long to leave the lock free between two turns; waiting processes look every 50 ms."""


class WritingTurn:
    """The right to write in `root`, among all threads and processes, taken in turns.

    Tantivy merges segments beside the writes, as long as the writer is open; whoever closes it
    waits for the merges, which takes longer than to write a document. So the writer of the last
    index stays open for a moment after each batch, and its merges delay nobody.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        # The turn is given back by a thread of its own.
        self._lock = FileLock(root / LOCK_FILE, thread_local=False)
        self._threads = threading.RLock()
        self._writer: tantivy.IndexWriter | None = None
        self._index: OpenedIndex | None = None
        self._taken_at = self._used_at = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the right to write. Raises `SearchUnavailable` when others hold it too long."""
        # The thread's lock comes first: the file's one counts the holds of its process.
        with self._threads:
            self._acquire()
            try:
                yield
            finally:
                self._lock.release()

    @contextmanager
    def writer(self, index: OpenedIndex) -> Iterator[tantivy.IndexWriter]:
        """The writer of `index`, to commit what is written with it, while the right is held.

        What was not committed when an error comes is forgotten.
        """
        if self._writer is None or self._index is not index:
            self._open(index)
        assert self._writer is not None
        try:
            yield self._writer
        except BaseException:
            with suppress(ValueError):
                self._writer.rollback()
            self.give_back()
            raise
        self._used_at = time.monotonic()

    def give_back(self) -> None:
        """Wait for the merges and let others write."""
        with self._threads:
            writer, self._writer, self._index = self._writer, None, None
            if writer is None:
                return
            try:
                writer.wait_merging_threads()
            finally:
                self._lock.release()

    def _open(self, index: OpenedIndex) -> None:
        self.give_back()
        self._acquire()  # Once more than `held`: the turn outlasts the batch.
        try:
            self._writer = index.index.writer(heap_size=WRITER_MEMORY, num_threads=1)
        except BaseException:
            self._lock.release()
            raise
        self._index = index
        self._taken_at = self._used_at = time.monotonic()
        self._look_again(KEEP_SECONDS)

    def _look_again(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._give_back_unused)
        timer.daemon = True
        timer.start()

    def _give_back_unused(self) -> None:
        with self._threads:
            if self._writer is None:
                return
            now = time.monotonic()
            over = now - self._taken_at >= TURN_SECONDS
            left = self._used_at + KEEP_SECONDS - now
            if left > 0 and not over:
                self._look_again(left)
                return
            try:
                self.give_back()
            except Exception:
                # The merges of a folder that is gone, for one: nobody waits for them.
                logger.exception("The writer of the index in %s did not end well.", self.root)
            if over:
                time.sleep(PAUSE_SECONDS)

    def _acquire(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise SearchUnavailable("Another process has been writing for too long.") from error
        except OSError as error:
            raise SearchUnavailable(f"Cannot write to {self.root}: {error}") from error
