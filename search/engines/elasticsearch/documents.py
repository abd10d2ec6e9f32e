"""From a document to what Elasticsearch is sent of it."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, TypeVar

from search.core.analysis import Words, chain_of
from search.core.documents import Document, with_ancestors
from search.core.schema import Schema
from search.core.weights import level_of_terms

Value = TypeVar("Value")

# Longer titles are equal in the order of titles; Elasticsearch refuses what is far longer.
MAX_TITLE_KEY = 1_000


def weighed(term: str, level: int) -> str:
    """How the index field `weights` says that a document has `term` at `level`."""
    return f"{term}#{level}"


def removal(key: str) -> dict[str, Any]:
    """What stays of a removed document: its version, so that an older write changes nothing.

    Elasticsearch itself forgets the version of a deleted document after a minute.
    """
    return {"key": key, "removed": True}


def source_of(document: Document, schema: Schema) -> dict[str, Any]:
    """The fields of a document, as `mappings.index_body` declares them."""
    fields = schema.words(document.texts, document.locale)
    spellings = _spellings(words for _field, words in fields)
    titles = _spellings(words for field, words in fields if field.name == "title")
    levels = level_of_terms(fields)
    return {
        "key": document.key,
        "removed": False,
        "checksum": document.checksum,
        "chain": chain_of(document.locale),
        "locale": document.locale,
        "audience": sorted(document.audience),
        "weights": [weighed(term, level) for term, level in levels.items()],
        "exact": _each_once(exact for exact, _surface in spellings),
        "title": _each_once(exact for exact, _surface in titles),
        "spellings": [" ".join(spelling) for spelling in spellings],
        "positions": [_positions(words) for _field, words in fields if words.readings],
        "words": " ".join(_each_once(surface for _exact, surface in spellings)),
        "facets": {
            facet.name: _values(document.facets.get(facet.name, ()), facet.kind == "tree")
            for facet in schema.facets
        },
        "sort": {
            "published": int(document.sort.get("published", 0)),
            "verified": int(document.sort.get("verified", 0)),
            "title": document.title_key[:MAX_TITLE_KEY],
        },
        "content": {
            "locale": document.locale,
            "stored": dict(document.stored),
            "texts": {name: text for name, text in document.texts.items() if text},
        },
    }


def _spellings(fields: Iterable[Words]) -> list[tuple[str, str]]:
    """The spellings of all words, each once, in the order in which they come."""
    return _each_once(chain.from_iterable(words.spellings for words in fields))


def _each_once(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))


def _positions(words: Words) -> str:
    """The stems of a text in order; those of one position together, between bars."""
    return " ".join(map("|".join, words.readings))


def _values(values: Iterable[str], is_tree: bool) -> list[str]:
    if is_tree:
        values = [ancestor for value in values for ancestor in with_ancestors(value)]
    return sorted(set(values))
