"""How many SQL queries a results page takes, by page and by API."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import corpus
from benchmarks.measuring import Measured
from search import registry, service
from search.audience import PUBLIC
from search.core.query import SearchQuery

Value = str | int | list[str]

PAGE = "/fr/recherche/"
API = "/api/v1/search/"


def most_queries(quick: bool) -> Measured:
    """The same number whatever is asked, of few documents and of many."""
    numbers = (200, 2_000) if quick else (1_000, 20_000)
    counted: dict[str, set[int]] = {PAGE: set(), API: set()}
    for number in numbers:
        with (
            tempfile.TemporaryDirectory() as folder,
            corpus.searching_in(Path(folder)) as engine,
        ):
            corpus.fill(engine, corpus.documents(number, body=10))
            chosen = _values_of_twelve_facets()
            one = dict(list(chosen.items())[:1])
            for choice in ({}, one, chosen):
                asked: dict[str, Value] = {"q": "élève", **choice}
                counted[PAGE].add(_queries(PAGE, asked))
                for size in (10, 50):
                    counted[API].add(_queries(API, {**asked, "lang": "fr", "page_size": size}))
    return Measured(
        max(max(found) for found in counted.values()),
        "; ".join(f"{path} {_range(found)}" for path, found in counted.items()),
        " and ".join(f"{number:,}" for number in numbers) + " documents",
        holds=all(len(found) == 1 for found in counted.values()),
    )


def _values_of_twelve_facets() -> dict[str, list[str]]:
    """All values of twelve facets: each facet is chosen from, and there still are many hits."""
    names = tuple(facet.name for facet in registry.schema().facets)[:12]
    results = service.search(SearchQuery("fr", PUBLIC, "élève", facets=names))
    return {facet.name: [value.value for value in facet.values] for facet in results.facets}


def _queries(path: str, data: Mapping[str, Value]) -> int:
    client = Client()
    client.get(path, data)  # What a process looks up once is not the page's.
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, data)
    assert response.status_code == 200, response.content[:500]
    assert b"page-" in response.content, "no hits"
    return len(captured)


def _range(found: set[int]) -> str:
    return f"always {min(found)}" if len(found) == 1 else f"{min(found)} to {max(found)}"
