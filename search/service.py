"""Questions to the search, whatever engine answers.

When the engine that `SEARCH_URL` names does not answer, its stand-in does (an embedded index fed by
the same outbox), or else the database; results then say that they are degraded.
"""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from search import fallback, registry
from search.breaker import CircuitBreaker
from search.core.engine import SearchEngine, SearchUnavailable
from search.core.query import SearchQuery
from search.core.results import Hit, SearchResults

logger = logging.getLogger(__name__)

breaker = CircuitBreaker()

Answer = TypeVar("Answer")


@lru_cache(maxsize=1)
def engine() -> SearchEngine:
    """The engine that `SEARCH_URL` names."""
    if settings.SEARCH_URL.startswith(("http://", "https://")):
        from search.engines.elasticsearch import ElasticsearchEngine

        return ElasticsearchEngine.from_url(
            registry.schema(),
            settings.SEARCH_URL,
            ca_certs=settings.SEARCH_CA_CERTS or None,
            api_key=settings.SEARCH_API_KEY or None,
        )
    return _embedded(Path(settings.SEARCH_DATA_DIR))


@lru_cache(maxsize=1)
def standby() -> SearchEngine | None:
    """The embedded index that answers while another engine is away, or None where none is kept."""
    if settings.SEARCH_STANDBY and settings.SEARCH_URL.startswith("http"):
        return _embedded(Path(settings.SEARCH_DATA_DIR) / "standby")
    return None


def _embedded(folder: Path) -> SearchEngine:
    from search.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(registry.schema(), folder)


def engines() -> list[SearchEngine]:
    """Every index that is kept: the engine, and its stand-in where there is one."""
    other = standby()
    return [engine()] if other is None else [engine(), other]


def reset() -> None:
    """Forget the engines, for tests and for a process that has just been forked."""
    global breaker
    for make in (engine, standby):
        if make.cache_info().currsize and (made := make()) is not None:
            made.close()
        make.cache_clear()
    breaker = CircuitBreaker()
    latency.clear()


# Seconds that the last answers of the engine took, the newest last.
latency: list[float] = []
LATENCIES_KEPT = 200


def search(query: SearchQuery) -> SearchResults:
    """One page of results. Raises `SearchUnavailable` when nothing at all can answer."""
    try:
        return _ask(lambda: engine().search(query))
    except SearchUnavailable:
        pass
    other = standby()
    if other is not None:
        try:
            return other.search(query).degraded_copy()
        except SearchUnavailable as problem:
            logger.warning("The stand-in of the search engine cannot answer: %s", problem)
    return fallback.search(query).degraded_copy()


def suggest(text: str, *, locale: str, audience: frozenset[str], size: int = 8) -> list[Hit]:
    """Documents whose title starts with what is typed; none while the engine is away."""
    try:
        return _ask(lambda: engine().suggest(text, locale=locale, audience=audience, size=size))
    except SearchUnavailable:
        return []


def similar(key: str, *, locale: str, audience: frozenset[str], size: int = 5) -> list[Hit]:
    """The documents most like another one; none while the engine is away."""
    try:
        return _ask(lambda: engine().similar(key, locale=locale, audience=audience, size=size))
    except SearchUnavailable:
        return []


def _ask(question: Callable[[], Answer]) -> Answer:
    if not breaker.allows():
        raise SearchUnavailable("The engine failed a moment ago and is left alone.")
    started = time.perf_counter()
    try:
        answer = question()
    except SearchUnavailable as problem:
        breaker.failed()
        logger.warning("The search engine does not answer: %s", problem)
        raise
    breaker.succeeded()
    latency.append(time.perf_counter() - started)
    del latency[:-LATENCIES_KEPT]
    return answer
