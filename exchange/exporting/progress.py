"""An export that says how far it is, for the script of the page on which formats are chosen.

One JSON object a line: first what will come, then how many pages are done and perhaps a piece of
the file (base64), last that it is whole. A line that is missing tells that something broke.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from exchange.exporting.records import Record

CONTENT_TYPE = "application/x-ndjson"


class Counted:
    """Records, and how many of them were taken."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.done = 0
        self._records = iter(records)

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        record = next(self._records)
        self.done += 1
        return record


def told(
    pieces: Iterable[bytes], counted: Counted, *, name: str, content_type: str, total: int
) -> Iterator[bytes]:
    """The `pieces` of a file, each with how many of `total` pages are in it or read for it."""
    yield _line({"name": name, "type": content_type, "total": total})
    for piece in pieces:
        data = {"data": b64encode(piece).decode()} if piece else {}
        yield _line({"done": counted.done, **data})
    yield _line({"done": counted.done, "whole": True})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"
