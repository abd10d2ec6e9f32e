"""From the pages of the database to the index, beside two other ways there."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import Elasticsearch, helpers

from benchmarks import corpus
from benchmarks.measuring import ROUNDS, Measured, interleaved, median
from benchmarks.wagtail_search import searched_by, update_index
from search import registry, service
from search.core.analysis import CHAINS, chain_of
from search.engines.elasticsearch import writing
from search.engines.elasticsearch.documents import source_of
from search.engines.elasticsearch.mappings import index_body
from search.indexing import documents, ledger
from search.indexing.rebuild import BATCH, rebuild

MODELSEARCH = "modelsearch.backends.elasticsearch8"
# The minimal node has no n-gram filter and tokenizer; what stands in for them is cheaper.
INDEX_SETTINGS = {
    "settings": {
        "analysis": {
            "tokenizer": {
                "ngram_tokenizer": {"type": "standard"},
                "edgengram_tokenizer": {"type": "standard"},
            },
            "filter": {"ngram": {"type": "edge_ngram", "min_gram": 3, "max_gram": 15}},
        }
    }
}


def beside_bulk(quick: bool) -> Measured:
    """Documents a second of a rebuild, and of sending the same documents ready made."""
    number = corpus.pages(500 if quick else 3_000)
    service.reset()
    engine, client = service.engine(), _client()
    rebuild(engine)
    ready = _ready_documents()

    def bulk() -> None:
        for chain in CHAINS:
            client.options(ignore_status=404).indices.delete(index=f"raw-{chain}")
            body = index_body(registry.schema(), chain, f"raw-{chain}-alias")
            client.indices.create(index=f"raw-{chain}", **body)
        helpers.bulk(client, ready)
        client.indices.refresh(index="raw-*")

    bulk()
    ours, theirs = interleaved([(lambda: rebuild(engine), bulk)] * ROUNDS)
    client.indices.delete(index=[f"raw-{chain}" for chain in CHAINS])
    rates = [len(ready) / median(ours), len(ready) / median(theirs)]
    return Measured(
        rates[0] / rates[1],
        f"{rates[0]:,.0f} and {rates[1]:,.0f} documents/s; {_where_time_goes(rebuild, engine)}",
        f"{number:,} pages",
    )


def beside_update_index(quick: bool) -> Measured:
    """A whole new index, by our command and by Wagtail's."""
    number = corpus.pages(500 if quick else 3_000)
    service.reset()
    engine = service.engine()
    address = urlsplit(settings.SEARCH_URL)
    options = {
        "URLS": [f"{address.scheme}://{address.netloc}"],
        "INDEX_PREFIX": "modelsearch_",
        "INDEX_SETTINGS": INDEX_SETTINGS,
        "TIMEOUT": 60,
    }
    with searched_by(MODELSEARCH, **options):
        ours, theirs = interleaved([(lambda: rebuild(engine), update_index)] * ROUNDS)
    return Measured(
        median(theirs) / median(ours),
        f"{median(theirs):.1f} s and {median(ours):.1f} s",
        f"{number:,} pages; modelsearch’s n-grams replaced by edge n-grams, which cost it less",
    )


def _ready_documents() -> list[dict[str, Any]]:
    """The actions that index every page, as the pipeline would make them."""
    actions = []
    for keys in documents.every_key(BATCH):
        for write in ledger.read_as_writes(keys)[0]:
            if write.document is not None:
                actions.append(
                    {
                        "_index": f"raw-{chain_of(write.document.locale)}",
                        "_id": write.key,
                        "_source": source_of(write.document, registry.schema()),
                    }
                )
    return actions


def _where_time_goes(work: Callable[..., object], *arguments: object) -> str:
    """Of one more rebuild: the seconds of its parts, which work side by side."""
    spent: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        stack.enter_context(_timed(ledger, "read_as_writes", spent, "reading and building"))
        stack.enter_context(_timed(writing, "source_of", spent, "analysis"))
        stack.enter_context(_timed(Elasticsearch, "bulk", spent, "Elasticsearch"))
        started = time.perf_counter()
        work(*arguments)
        whole = time.perf_counter() - started
    parts = [f"{name} {seconds:.1f} s" for name, seconds in spent.items()]
    return f"of {whole:.1f} s, side by side: " + ", ".join(parts)


@contextmanager
def _timed(owner: Any, name: str, spent: dict[str, float], label: str) -> Iterator[None]:
    original = getattr(owner, name)

    def timed(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return original(*arguments, **options)
        finally:
            spent[label] += time.perf_counter() - started

    with mock.patch.object(owner, name, timed):
        yield


def _client() -> Elasticsearch:
    address = urlsplit(settings.SEARCH_URL)
    return Elasticsearch(f"{address.scheme}://{address.netloc}", request_timeout=60)
