"""Questions to the search, whatever engine answers.

When the engine that `SEARCH_URL` names does not answer, its stand-in does (an embedded index fed by
the same outbox), or else the database; results then say that they are degraded.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from search import fallback, registry
from search.audience import PUBLIC
from search.breaker import CircuitBreaker
from search.core import suggestions
from search.core.engine import SearchEngine, SearchUnavailable
from search.core.query import InvalidCursor, SearchQuery
from search.core.results import Hit, SearchResults
from search.latency import Latencies

logger = logging.getLogger(__name__)

breaker = CircuitBreaker()
latencies = Latencies()

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
    """Forget the engines, for tests and for settings that have changed."""
    global breaker, latencies
    for make in (engine, standby):
        if make.cache_info().currsize and (made := make()) is not None:
            made.close()
        make.cache_clear()
    breaker = CircuitBreaker()
    latencies = Latencies()


def search(query: SearchQuery) -> SearchResults:
    """One page of results. Raises `SearchUnavailable` when nothing at all can answer.

    Raises `InvalidCursor` for a cursor that no results gave.
    """
    try:
        results, degraded = _ask(lambda each: each.search(query))
    except SearchUnavailable:
        return fallback.search(query).degraded_copy()
    return results.degraded_copy() if degraded else results


def suggest(
    text: str, *, locale: str, audience: frozenset[str], size: int = 8
) -> list[suggestions.Suggestion]:
    """What to offer while a reader types `text`; nothing while no index answers."""
    schema = registry.schema()
    try:
        return _ask(
            lambda each: suggestions.suggest(
                each, schema, text, locale=locale, audience=audience, size=size
            )
        )[0]
    except SearchUnavailable:
        return []


def similar(key: str, *, locale: str, audience: frozenset[str], size: int = 5) -> list[Hit]:
    """The documents most like another one; none while no index answers."""
    try:
        return _ask(
            lambda each: each.similar(key, locale=locale, audience=audience, size=size),
        )[0]
    except SearchUnavailable:
        return []


def _ask(question: Callable[[SearchEngine], Answer]) -> tuple[Answer, bool]:
    """The answer of the engine, or (and then True) of its stand-in."""
    try:
        return _ask_engine(question), False
    except SearchUnavailable:
        other = standby()
        if other is None:
            raise
    try:
        return question(other), True
    except SearchUnavailable as problem:
        logger.warning("The stand-in of the search engine cannot answer: %s", problem)
        raise


def _ask_engine(question: Callable[[SearchEngine], Answer]) -> Answer:
    if breaker.is_open:
        if breaker.take_trial():
            threading.Thread(target=_try_again, args=(engine(), breaker), daemon=True).start()
        raise SearchUnavailable("The engine failed a moment ago and is left alone.")
    started = time.perf_counter()
    try:
        answer = question(engine())
    except InvalidCursor:
        raise
    except SearchUnavailable as problem:
        breaker.failed()
        logger.warning("The search engine does not answer: %s", problem)
        raise
    except Exception as problem:
        # Something that the engine should have borne: this reader gets an answer all the same.
        logger.exception("The search engine failed.")
        raise SearchUnavailable("The engine failed.") from problem
    latencies.add(time.perf_counter() - started)
    return answer


def _try_again(engine: SearchEngine, breaker: CircuitBreaker) -> None:
    """Ask a small question, apart from any reader, who would wait for the answer."""
    try:
        engine.search(SearchQuery("fr", PUBLIC, size=1))
    except Exception as problem:
        logger.warning("The search engine still does not answer: %s", problem)
        breaker.failed()
    else:
        logger.info("The search engine answers again.")
        breaker.succeeded()
