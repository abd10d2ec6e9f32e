"""Questions to the search, whatever engine answers."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search import registry
from search.core.engine import SearchEngine
from search.core.query import SearchQuery
from search.core.results import SearchResults
from search.engines.embedded import EmbeddedEngine


@lru_cache(maxsize=1)
def engine() -> SearchEngine:
    """The engine that `SEARCH_URL` names."""
    return EmbeddedEngine(registry.schema(), Path(settings.SEARCH_DATA_DIR))


def search(query: SearchQuery) -> SearchResults:
    """One page of results. Raises `SearchUnavailable` when nothing can answer."""
    return engine().search(query)
