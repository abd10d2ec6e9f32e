"""How long the engine took to answer the questions of this process."""

import threading
from collections import deque

RECENT = 500


class Latencies:
    """Counts answers and their seconds, and keeps the last ones for quantiles."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recent: deque[float] = deque(maxlen=RECENT)
        self.count = 0
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Take account of one answer."""
        with self._lock:
            self._recent.append(seconds)
            self.count += 1
            self.seconds += seconds

    def quantile(self, share: float) -> float:
        """The seconds within which this `share` (0 to 1) of the last answers came; 0 for none."""
        with self._lock:
            recent = sorted(self._recent)
        return recent[min(int(share * len(recent)), len(recent) - 1)] if recent else 0.0
