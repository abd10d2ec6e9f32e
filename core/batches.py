"""Many things, a few at a time."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """`items` in their order, `size` of them at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
