"""Our page and our one request beside what Elasticsearch needs by itself."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from unittest import mock
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from elasticsearch import Elasticsearch

from benchmarks import corpus
from benchmarks.measuring import Measured, interleaved, median, milliseconds
from search import service
from search.audience import PUBLIC
from search.core.query import SearchQuery
from search.engines.elasticsearch import ElasticsearchEngine

PAGE = "/fr/recherche/"
FACETS = ("type", "theme", "setting", "audience", "level", "mode", "year", "tag")
TWICE = 2  # rounds with each of the queries

Request = tuple[list[str], dict[str, Any]]


def page(quick: bool) -> Measured:
    """The page by HTTP, and the request that it sends."""
    number = _fill(quick)
    client = _client()
    texts = corpus.QUERIES * TWICE
    with _served() as get:
        requests = {text: _request_of(partial(get, text)) for text in corpus.QUERIES}

        def raw(text: str) -> Callable[[], object]:
            indexes, body = requests[text]
            return partial(client.search, index=indexes, body=body)

        for text in corpus.QUERIES:
            raw(text)()
        rounds = [(partial(get, text), raw(text)) for text in texts]
        ours, theirs = interleaved(rounds)
    return Measured(
        median(ours) / median(theirs),
        f"{milliseconds(median(ours))} and {milliseconds(median(theirs))}",
        f"{number:,} documents, one node",
    )


def one_request(quick: bool) -> Measured:
    """Hits and facets together, or one after the other."""
    number = _fill(quick)
    client = _client()
    rounds = []
    equal = True
    for text in corpus.QUERIES * TWICE:
        indexes, body = _request_of(partial(service.search, _question(text)))
        apart = [{**body, "aggs": {}}, *_facet_by_facet(body)]

        def together(indexes: list[str] = indexes, body: dict[str, Any] = body) -> Any:
            return _counts([client.search(index=indexes, body=body, request_cache=False)])

        def one_by_one(indexes: list[str] = indexes, apart: list[dict[str, Any]] = apart) -> Any:
            return _counts(
                client.search(index=indexes, body=each, request_cache=False) for each in apart
            )

        equal = equal and together() == one_by_one()
        rounds.append((together, one_by_one))
    ours, theirs = interleaved(rounds)
    return Measured(
        median(ours) / median(theirs),
        f"{milliseconds(median(ours))} and {milliseconds(median(theirs))},"
        f" counts {'equal' if equal else 'DIFFERENT'}",
        f"{number:,} documents, one node, without its request cache",
        holds=equal,
    )


def _fill(quick: bool) -> int:
    """An index with so many documents, in place of what the pages gave."""
    number = 5_000 if quick else 100_000
    service.reset()
    engine = service.engine()
    if engine.health().documents != number:
        for name in engine.generations():
            if name != engine.live_generation():
                engine.drop_generation(name)
        engine.promote_generation(engine.create_generation())
        corpus.fill(engine, corpus.documents(number, body=60))
    return number


def _question(text: str) -> SearchQuery:
    """Words, and the most frequent value of two facets."""
    asked = SearchQuery("fr", PUBLIC, text, facets=FACETS)
    facets = {facet.name: facet.values for facet in service.search(asked).facets}
    chosen = {name: frozenset({facets[name][0].value}) for name in ("type", "theme")}
    return replace(asked, selections=chosen)


def _facet_by_facet(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, facet in body["aggs"].items():
        yield {
            "query": body["query"],
            "size": 0,
            "track_total_hits": False,
            "aggs": {name: facet},
        }


def _counts(answers: Any) -> dict[str, dict[str, int]]:
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in found["values"]["buckets"]}
        for answer in answers
        for name, found in answer.get("aggregations", {}).items()
    }


def _request_of(ask: Callable[[], object]) -> Request:
    """The last request that `ask` sends to Elasticsearch."""
    sent: list[Request] = []
    send = ElasticsearchEngine._ask

    def recording(engine: ElasticsearchEngine, indexes: list[str], body: Any) -> Any:
        sent.append((indexes, dict(body)))
        return send(engine, indexes, body)

    with mock.patch.object(ElasticsearchEngine, "_ask", recording):
        ask()
    return sent[-1]


def _client() -> Elasticsearch:
    address = urlsplit(settings.SEARCH_URL)
    return Elasticsearch(f"{address.scheme}://{address.netloc}")


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


@contextmanager
def _served() -> Iterator[Callable[[str], None]]:
    """The site by real HTTP, over one connection; a function that asks its search page."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)

    def get(text: str) -> None:
        connection.request("GET", f"{PAGE}?{urlencode({'q': text})}")
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:500]
        assert b"<mark>" in content, f"no highlights for “{text}”"

    try:
        get(corpus.QUERIES[0])
        yield get
    finally:
        connection.close()
        server.shutdown()
        server.server_close()
        thread.join()
