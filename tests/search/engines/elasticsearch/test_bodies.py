"""The bodies that are sent, as golden files. `PASSERELLE_GOLDEN=write` writes them anew."""

import json
import os
from pathlib import Path

import pytest

from search.core.analysis import CHAINS
from search.core.documents import Document
from search.core.query import InvalidCursor, SearchQuery
from search.engines.elasticsearch import queries
from search.engines.elasticsearch.documents import source_of
from search.engines.elasticsearch.mappings import index_body
from tests.search.engines.corpus import PUBLIC, SCHEMA, ask

GOLDEN = Path(__file__).parent / "golden"
MEMBER = frozenset({"public", "community", "org:1"})

BODIES = {
    "index-fr": index_body(SCHEMA, "fr", "passerelle-fr-000001-write"),
    "index-en": index_body(SCHEMA, "en", "passerelle-en-000001-write"),
    "document": source_of(
        Document(
            key="page:1",
            locale="fr",
            audience=MEMBER,
            texts={
                "title": "L’évaluation à la TÉLUQ",
                "body": "Des enseignant·e·s.",
                "summary": "",
            },
            facets={"theme": ("a/b",), "tag": ("y", "x")},
            sort={"published": 1_700_000_000, "title": "evaluation"},
            stored={"title": "L’évaluation à la TÉLUQ"},
        ),
        SCHEMA,
    ),
    "search-everything": queries.search_body(SCHEMA, ask()),
    "search-words-in-french": queries.search_body(
        SCHEMA, ask("l’évaluation enseignante", MEMBER, locales=frozenset({"fr"}), facets=())
    ),
    "search-selections": queries.search_body(
        SCHEMA,
        ask(
            selections={"type": ["sheet", "case"], "tag": ["x", "y"]},
            locales=frozenset({"fr"}),
            facets=("type", "tag", "cost"),
            sort="title",
            page=3,
        ),
    ),
    "search-phrase-and-exclusion": queries.search_body(
        SCHEMA,
        ask('"travail à distance" -stage', locales=frozenset({"en"}), facets=(), highlight=False),
    ),
    "suggest": queries.suggest_body([("plan",), ("act",)], "fr", PUBLIC, 8),
    "spelling": queries.spelling_body(ask("évaluatoin tdha", MEMBER)),
    "similar": queries.similar_body("page:1", {"evalu": 9, "elev": 4}, "fr", MEMBER, 5),
    "scan": queries.scan_body("the-id", ["page:7"], 1_000),
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_the_body_is_the_golden_one(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    text = json.dumps(BODIES[name], indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("PASSERELLE_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("chain", CHAINS)
def test_an_index_carries_the_hash_of_its_schema(chain: str) -> None:
    mappings = BODIES[f"index-{chain}"]["mappings"]

    assert mappings["_meta"] == {"schema": SCHEMA.hash}
    assert mappings["dynamic"] == "strict"


def test_every_field_that_is_sent_is_declared() -> None:
    assert BODIES["document"].keys() <= BODIES["index-fr"]["mappings"]["properties"].keys()


def test_nobody_searches_without_an_audience() -> None:
    body = queries.search_body(SCHEMA, ask("x", audience=()))

    assert {"terms": {"audience": []}} in body["query"]["bool"]["filter"]


def test_a_page_too_deep_is_not_asked_for_but_still_counted() -> None:
    body = queries.search_body(SCHEMA, ask(page=10**9))

    assert body["size"] == 0
    assert "from" not in body


@pytest.mark.parametrize("cursor", ["x", "é", "bnVsbA==", "WzFd", "WyJuZXdlc3QiLCAiYSIsICJiIl0="])
def test_a_cursor_of_nobody_is_refused(cursor: str) -> None:
    question = SearchQuery(locale="fr", audience=PUBLIC, cursor=cursor)

    with pytest.raises(InvalidCursor):
        queries.search_body(SCHEMA, question)


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = queries.cursor_of("title", ["evaluation", "page:1"])

    assert queries.values_of_cursor(cursor, "title") == ["evaluation", "page:1"]
    with pytest.raises(InvalidCursor):
        queries.values_of_cursor(cursor, "newest")
