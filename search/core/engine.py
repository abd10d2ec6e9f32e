"""What an engine must be able to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.core.documents import Write
from search.core.query import SearchQuery
from search.core.results import Hit, SearchResults


class SearchUnavailable(Exception):
    """The engine cannot answer now. The message says why, for the operator."""


@dataclass(frozen=True)
class WriteOutcome:
    """What became of one write: done (or stale, which is as good), or the reason it failed."""

    key: str
    stale: bool = False
    error: str = ""


@dataclass(frozen=True)
class Entry:
    """What the index knows of one document: enough to compare it with the database."""

    key: str
    version: int
    checksum: str


@dataclass(frozen=True)
class Health:
    """Whether the engine can answer, and what it holds."""

    available: bool
    detail: str = ""
    generation: str = ""
    documents: int = 0


class SearchEngine(Protocol):
    """An index of documents in generations, one of which (the live one) answers.

    Every method may raise `SearchUnavailable`. Generations are named by the engine; a write
    without a name goes to the live one.
    """

    name: str

    def write(self, batch: Sequence[Write], *, generation: str = "") -> list[WriteOutcome]:
        """Write a batch; one outcome per write, in order. Newer versions win, in any order."""

    def refresh(self, *, generation: str = "") -> None:
        """Make everything written so far findable."""

    def search(self, query: SearchQuery) -> SearchResults:
        """One page of results with facets. Arbitrary text never raises."""

    def suggest(
        self, text: str, *, locale: str, audience: frozenset[str], size: int = 8
    ) -> list[Hit]:
        """Documents whose title starts, in some word, with the last word of `text`."""

    def similar(
        self, key: str, *, locale: str, audience: frozenset[str], size: int = 5
    ) -> list[Hit]:
        """Documents most like the document `key` that this audience may find; never itself."""

    def scan(self, *, generation: str = "") -> Iterator[Entry]:
        """Everything the index holds, removed documents left out."""

    def live_generation(self) -> str:
        """The name of the generation that answers, or "" when there is none."""

    def generations(self) -> list[str]:
        """The names of all generations, the oldest first."""

    def create_generation(self) -> str:
        """A new empty generation, which does not answer yet; its name."""

    def promote_generation(self, generation: str) -> None:
        """Make `generation` the one that answers, at once."""

    def drop_generation(self, generation: str) -> None:
        """Remove a generation. The live one cannot be dropped (`ValueError`)."""

    def health(self) -> Health:
        """Whether it answers; never raises."""

    def close(self) -> None:
        """Release files and connections."""
