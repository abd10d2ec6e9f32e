"""What the search answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True)
class Fragment:
    """A piece of a text and the spans (start, end; in characters) that match the query."""

    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Match:
    """The words of one field of a document that answer the query.

    `words` are what the reader typed, in a form of it; `others` mean the same.
    """

    field: str
    words: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One document that was found, and why: `matches` names all fields that answer the query."""

    key: str
    stored: Mapping[str, Any]
    score: float = 0.0
    highlights: Mapping[str, tuple[Fragment, ...]] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet and the number of documents that choosing it would find."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True)
class FacetResult:
    """All values of one facet that the other selections leave, and the selected ones."""

    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class SearchResults:
    """One page of hits, the exact total, the facets, and a better spelling where there is one.

    `next_cursor` asks for the hits that follow (see `SearchQuery.cursor`); "" after the last.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: tuple[FacetResult, ...] = ()
    suggestion: str = ""
    took_ms: float = 0.0
    engine: str = ""
    degraded: bool = False
    next_cursor: str = ""

    def degraded_copy(self) -> Self:
        """The same results, marked as coming from a stand-in."""
        return replace(self, degraded=True)
