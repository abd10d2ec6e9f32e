"""What an index is: its analysis, its fields and its settings, for one language."""

from typing import Any

from search.core.analysis import Chain
from search.core.schema import Schema

# The longest beginning of a word that is indexed as such; a longer one is looked for word by word.
LONGEST_BEGINNING = 15
SHORTEST_BEGINNING = 2
# How far into the results a page number may lead; a cursor leads on from there.
DEEPEST = 50_000

ELISIONS = [
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu",
]  # fmt: skip
# Folding comes after the stem: without accents, stop words and stems would go wrong.
CHAIN_FILTERS: dict[Chain, list[str]] = {
    "fr": ["french_elision", "lowercase", "french_stop", "french_stem", "asciifolding"],
    "en": ["english_possessive", "lowercase", "english_stop", "english_stem", "asciifolding"],
}
FILTERS: dict[Chain, dict[str, Any]] = {
    "fr": {
        "french_elision": {"type": "elision", "articles": ELISIONS, "articles_case": True},
        "french_stop": {"type": "stop", "stopwords": "_french_"},
        "french_stem": {"type": "stemmer", "language": "light_french"},
    },
    "en": {
        "english_possessive": {"type": "stemmer", "language": "possessive_english"},
        "english_stop": {"type": "stop", "stopwords": "_english_"},
        "english_stem": {"type": "stemmer", "language": "english"},
    },
}
KEYWORD = {"type": "keyword"}
# Found, but neither sorted by nor counted.
FINDABLE = {"type": "keyword", "doc_values": False}
# A word folded by the domain, and its beginnings.
SPELLED = {
    **FINDABLE,
    "fields": {
        "prefix": {
            "type": "text",
            "analyzer": "beginnings",
            "search_analyzer": "keyword",
            "norms": False,
            "index_options": "docs",
        }
    },
}
# How soon a live index shows what was written to it.
REFRESH_INTERVAL = "500ms"


def facet_field(name: str) -> str:
    """The index field that holds the values of the facet `name`."""
    return f"facets.{name}"


def index_body(schema: Schema, chain: Chain, alias: str) -> dict[str, Any]:
    """The body that creates the index of one generation for the texts of `chain`.

    `alias` is the name that writes go to. They require it, so that a deleted index is never made
    again by a write, without its mapping.
    """
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            # Nobody reads an index that is being filled: it takes documents faster so. What makes
            # it answer also sets `REFRESH_INTERVAL`.
            "refresh_interval": "-1",
            "max_result_window": DEEPEST,
            "analysis": {
                "filter": {
                    **FILTERS[chain],
                    "beginnings": {
                        "type": "edge_ngram",
                        "min_gram": SHORTEST_BEGINNING,
                        "max_gram": LONGEST_BEGINNING,
                    },
                    "readings": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": ["([^|]+)"],
                    },
                },
                "analyzer": {
                    "language": {
                        "type": "custom",
                        "tokenizer": "standard",
                        "filter": CHAIN_FILTERS[chain],
                    },
                    "beginnings": {
                        "type": "custom",
                        "tokenizer": "keyword",
                        "filter": ["beginnings"],
                    },
                    "readings": {
                        "type": "custom",
                        "tokenizer": "whitespace",
                        "filter": ["readings"],
                    },
                },
            },
        },
        "aliases": {alias: {"is_write_index": True}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema": schema.hash},
            # The rest can be made again from the database, and is never shown.
            "_source": {"includes": ["content", "removed"]},
            "properties": {
                "key": KEYWORD,
                "removed": {"type": "boolean"},
                "checksum": {"type": "keyword", "index": False},
                "chain": FINDABLE,
                "locale": FINDABLE,
                "audience": FINDABLE,
                "weights": FINDABLE,
                "exact": SPELLED,
                "title": SPELLED,
                "spellings": {"type": "keyword", "index": False},
                "positions": {
                    "type": "text",
                    "analyzer": "readings",
                    "norms": False,
                    "position_increment_gap": 100,
                },
                "words": {
                    "type": "text",
                    "analyzer": "language",
                    "norms": False,
                    "index_options": "docs",
                },
                "facets": {
                    "properties": {facet.name: KEYWORD for facet in schema.facets},
                },
                "sort": {
                    "properties": {
                        "published": {"type": "long", "index": False},
                        "verified": {"type": "long", "index": False},
                        "title": {"type": "keyword", "index": False},
                    }
                },
                "content": {"type": "object", "enabled": False},
            },
        },
    }
