"""Who asks for something that takes much waits for their turn, and not everybody can wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """One at a time in this process of the site, while at most `most_waiting` others wait."""

    def __init__(self, most_waiting: int) -> None:
        self.most_waiting = most_waiting
        self._turn = Lock()
        self._counting = Lock()
        self._here = 0  # whose turn it is, and those who wait

    @property
    def are_taken(self) -> bool:
        """Whether one more would only keep a thread of the site from other readers."""
        return self._here > self.most_waiting

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn, and take it."""
        with self._counting:
            self._here += 1
        try:
            with self._turn:
                yield
        finally:
            with self._counting:
                self._here -= 1
