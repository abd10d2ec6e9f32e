"""Leaves an engine that does not answer alone for a while, so that no reader waits for it."""

import threading
import time

FIRST_PAUSE = 1.0  # seconds; doubled while the engine goes on failing
LONGEST_PAUSE = 15.0


class CircuitBreaker:
    """Closed while all is well; open from a failure until a trial succeeds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the engine failed when it was last asked."""
        return self._failures > 0

    def take_trial(self) -> bool:
        """Whether it is time to try the engine again; True for one caller only."""
        with self._lock:
            now = time.monotonic()
            if not self._failures or now < self._next_trial:
                return False
            # Should this trial never end, another one may follow it.
            self._next_trial = now + LONGEST_PAUSE
            return True

    def succeeded(self) -> None:
        """The engine answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The engine did not answer."""
        with self._lock:
            self._failures += 1
            pause = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
            self._next_trial = time.monotonic() + pause
