"""Leaves an engine that does not answer alone for a while, so that no reader waits for it."""

import threading
import time

FIRST_PAUSE = 1.0  # seconds; doubled while the engine goes on failing
LONGEST_PAUSE = 15.0


class CircuitBreaker:
    """Closed while all is well; opened by a failure; lets one question try again after a pause."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the engine failed when it was last asked."""
        return self._failures > 0

    def allows(self) -> bool:
        """Whether the engine may be asked now."""
        with self._lock:
            if not self._failures:
                return True
            now = time.monotonic()
            if now < self._next_try:
                return False
            # This one tries; the others wait for what it finds.
            self._next_try = now + LONGEST_PAUSE
            return True

    def succeeded(self) -> None:
        """The engine answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The engine did not answer."""
        with self._lock:
            self._failures += 1
            pause = min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE)
            self._next_try = time.monotonic() + pause
