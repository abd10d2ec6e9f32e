"""The Elasticsearch node that the tests share: `TEST_SEARCH_URL` names it, or it is started."""

import os
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from search.core.schema import Schema
from search.engines.elasticsearch import ElasticsearchEngine
from tools.node import Node, NodeMissing


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of a node without security, to which a prefix is added."""
    if url := os.environ.get("TEST_SEARCH_URL"):
        parts = urlsplit(url)
        yield f"{parts.scheme}://{parts.netloc}"
        return
    with started() as node:
        yield node.url


def started(**options: object) -> Node:
    """A node that is yet to be entered; the test is skipped where none can be had."""
    try:
        return Node(**options)
    except NodeMissing as missing:
        message = f"No Elasticsearch for the tests: {missing}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


def engine_of_the_test(request: pytest.FixtureRequest, schema: Schema) -> ElasticsearchEngine:
    """An engine with indexes of its own on the shared node, removed after the test."""
    base = request.getfixturevalue("elasticsearch_url")
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    request.addfinalizer(lambda: remove_indexes(base, prefix))
    # A machine that runs tests may be slow for other reasons than the engine's.
    return ElasticsearchEngine.from_url(schema, f"{base}/{prefix}", read_seconds=30)


def remove_indexes(base: str, prefix: str) -> None:
    """Leave nothing of the indexes with this prefix."""
    with Elasticsearch(base) as client:
        if indexes := list(client.indices.get_alias(index=f"{prefix}-*").body):
            client.indices.delete(index=indexes, ignore_unavailable=True)
