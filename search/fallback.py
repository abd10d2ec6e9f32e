"""The last resort: a plain list from the database, when no index can answer.

The search knows no page; the room that has the pages registers how to list them.
"""

from collections.abc import Callable

from search.core.engine import SearchUnavailable
from search.core.query import SearchQuery
from search.core.results import SearchResults

Lister = Callable[[SearchQuery], SearchResults]

_lister: Lister | None = None


def register(lister: Lister) -> Lister:
    """Let `lister(query)` answer from the database: visible pages only, no facets."""
    global _lister
    _lister = lister
    return lister


def search(query: SearchQuery) -> SearchResults:
    """A page of results from the database. Raises `SearchUnavailable` when no room lists any."""
    if _lister is None:
        raise SearchUnavailable("No room lists its pages from the database.")
    return _lister(query)
