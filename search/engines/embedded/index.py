"""One tantivy index: its schema, and documents in and out of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tantivy

from search.core.analysis import Words, chain_of
from search.core.documents import Document, Write, with_ancestors
from search.core.schema import Schema
from search.core.weights import level_of_terms

# Words come analysed (search.core.analysis), one by one: tantivy has nothing to cut.
_WORD = "raw"
_BIGGEST = 2**62
# Fields follow one another in one sequence of positions, too far apart for a phrase.
_FIELD_GAP = 100

SORT_FIELDS = {
    "newest": "sort_newest",
    "oldest": "sort_oldest",
    "verified": "sort_verified",
    "title": "sort_title",
}


def facet_field(name: str) -> str:
    """The index field that holds the values of the facet `name`."""
    return f"facet_{name}"


def weighed(term: str, level: int) -> str:
    """How the index field `weights` says that a document has `term` at `level`."""
    return f"{term}#{level}"


def spelled(exact: str, surface: str) -> str:
    """How the index field `exact` keeps the accents of a word, behind its folded form."""
    return f"{exact}|{surface}"


def build_schema(schema: Schema) -> tantivy.Schema:
    """The tantivy schema for documents of `schema`."""
    builder = tantivy.SchemaBuilder()

    def add_words(name: str, *, stored: bool = False, fast: bool = False) -> None:
        builder.add_text_field(
            name, stored=stored, fast=fast, tokenizer_name=_WORD, index_option="basic"
        )

    add_words("key", stored=True, fast=True)
    builder.add_unsigned_field("version", stored=True)
    builder.add_bytes_field("content", stored=True)
    builder.add_boolean_field("removed", indexed=True)
    builder.add_integer_field("published", fast=True)
    for name in ("locale", "chain", "audience", "weights", "exact", "exact_title"):
        add_words(name)
    builder.add_text_field("positions", tokenizer_name=_WORD, index_option="position")
    for facet in schema.facets:
        add_words(facet_field(facet.name), fast=True)
    for name in SORT_FIELDS.values():
        add_words(name, fast=True)
    return builder.build()


def to_index(write: Write, schema: Schema) -> tantivy.Document:
    """What is stored for one write; a removal leaves its version and nothing to find."""
    record = tantivy.Document()
    record.add_text("key", write.key)
    record.add_unsigned("version", write.version)
    record.add_boolean("removed", write.document is None)
    if write.document is not None:
        _fill(record, write.document, schema)
    return record


def _fill(record: tantivy.Document, document: Document, schema: Schema) -> None:
    record.add_text("locale", document.locale)
    record.add_text("chain", chain_of(document.locale))
    _add_all(record, "audience", document.audience)
    fields = schema.words(document.texts, document.locale)
    levels = level_of_terms(fields)
    _add_all(record, "weights", (weighed(term, level) for term, level in levels.items()))
    _add_all(record, "exact", _spellings(words for _field, words in fields))
    titles = (words for field, words in fields if field.name == "title")
    _add_all(record, "exact_title", (exact for words in titles for exact, _ in words.spellings))
    _add_positions(record, [words for _field, words in fields])
    for facet in schema.facets:
        values: Iterable[str] = document.facets.get(facet.name, ())
        if facet.kind == "tree":
            values = [ancestor for value in values for ancestor in with_ancestors(value)]
        _add_all(record, facet_field(facet.name), values)
    record.add_integer("published", int(document.sort.get("published", 0)))
    for name, value in _sort_keys(document).items():
        record.add_text(name, f"{value}\0{document.key}")
    content = {
        "locale": document.locale,
        "stored": document.stored,
        "texts": {name: text for name, text in document.texts.items() if text},
        "checksum": document.checksum,
    }
    record.add_bytes("content", json.dumps(content, ensure_ascii=False).encode())


def _add_all(record: tantivy.Document, name: str, values: Iterable[str]) -> None:
    for value in dict.fromkeys(values):
        record.add_text(name, value)


def _spellings(fields: Iterable[Words]) -> Iterator[str]:
    for exact, surface in {spelling for words in fields for spelling in words.spellings}:
        yield exact
        if surface != exact:
            yield spelled(exact, surface)


def _add_positions(record: tantivy.Document, fields: Iterable[Words]) -> None:
    places: list[tantivy.Token] = []
    start = 0
    for words in fields:
        for position, terms in enumerate(words.readings, start):
            places += [tantivy.Token(term, position, 0, 0) for term in terms]
        if words.readings:
            start += len(words.readings) - 1 + _FIELD_GAP
    if places:
        record.add_pre_tokenized_text("positions", tantivy.PreTokenizedString("", places))


def _sort_keys(document: Document) -> Mapping[str, str]:
    """Texts whose ascending order is each sort; the key behind them breaks ties."""
    published = int(document.sort.get("published", 0))
    verified = int(document.sort.get("verified", 0))
    return {
        SORT_FIELDS["newest"]: f"{_BIGGEST - published:020d}",
        SORT_FIELDS["oldest"]: f"{_BIGGEST + published:020d}",
        SORT_FIELDS["verified"]: f"{_BIGGEST - verified:020d}",
        SORT_FIELDS["title"]: document.title_key.replace("\0", " "),
    }


def content_of(record: tantivy.Document) -> dict[str, Any]:
    """What `to_index` stored of a document: its "locale", "stored", "texts" and "checksum"."""
    content: dict[str, Any] = json.loads(bytes(record.get_first("content") or b"{}"))
    return content
