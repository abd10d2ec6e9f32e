"""What is kept in an index."""

from dataclasses import replace

import pytest

from search.core.documents import Document, with_ancestors

DOCUMENT = Document(
    key="page:1",
    locale="fr",
    audience=frozenset({"public", "org:1"}),
    texts={"title": "Été", "body": "x"},
    facets={"tag": ("a", "b"), "type": ("sheet",)},
    sort={"published": 3, "title": "ete"},
    stored={"id": 1, "title": "Été"},
)


def test_the_checksum_is_the_same_for_the_same_content() -> None:
    same = Document(
        key="page:1",
        locale="fr",
        audience=frozenset(["org:1", "public"]),
        texts={"body": "x", "title": "Été"},
        facets={"type": ("sheet",), "tag": ("b", "a")},
        sort={"title": "ete", "published": 3},
        stored={"title": "Été", "id": 1},
    )

    assert same.checksum == DOCUMENT.checksum


@pytest.mark.parametrize(
    "change",
    [
        {"key": "page:2"},
        {"locale": "en"},
        {"audience": frozenset({"public"})},
        {"texts": {"title": "Été"}},
        {"facets": {"tag": ("a", "b")}},
        {"sort": {"published": 4, "title": "ete"}},
        {"stored": {"id": 1, "title": "Ete"}},
    ],
)
def test_the_checksum_changes_with_anything(change: dict[str, object]) -> None:
    assert replace(DOCUMENT, **change).checksum != DOCUMENT.checksum


def test_a_tree_value_has_all_its_ancestors() -> None:
    assert with_ancestors("a") == ["a"]
    assert with_ancestors("a/b/c") == ["a", "a/b", "a/b/c"]


def test_a_title_is_put_in_order_by_its_key_or_else_its_folded_text() -> None:
    assert DOCUMENT.title_key == "ete"
    assert replace(DOCUMENT, sort={}).title_key == "ete"
    assert replace(DOCUMENT, sort={}, texts={}).title_key == ""
