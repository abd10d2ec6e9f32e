"""How times are taken: the things compared run in turn, so that a busy machine slows all alike."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

ROUNDS = 5

Work = Callable[[], object]


@dataclass(frozen=True)
class Measured:
    """What one benchmark found.

    `value` is in the unit of its entry. `detail` says what it was made of, `workload` over how much
    it was measured. `holds` is False when what had to be equal was not. `table` is a table of its
    own, in Markdown, for what one number does not say.
    """

    value: float
    detail: str
    workload: str
    holds: bool = True
    table: str = ""

    def as_json(self) -> dict[str, Any]:
        """What crosses from the process that measures to the one that writes the table."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The same, on the other side."""
        return cls(**data)


def seconds(work: Work) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def interleaved(rounds: Sequence[Sequence[Work]]) -> list[list[float]]:
    """The seconds of each thing compared, one for each round.

    A round holds one call for each of them; every other round takes them the other way about.
    """
    taken: list[list[float]] = [[] for _work in rounds[0]]
    for number, works in enumerate(rounds):
        order = list(range(len(works)))
        for place in order if number % 2 == 0 else reversed(order):
            taken[place].append(seconds(works[place]))
    return taken


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def milliseconds(taken: float) -> str:
    """A time as a reader of the table wants it: "3.4 ms", "1,250 ms"."""
    thousandths = taken * 1000
    return f"{thousandths:,.0f} ms" if thousandths >= 100 else f"{thousandths:.1f} ms"
