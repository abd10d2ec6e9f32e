"""One tantivy index: its schema, and documents in and out of it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tantivy

from search.core.analysis import analyse, fold
from search.core.documents import Document, Write, with_ancestors
from search.core.schema import Schema

# Terms come analysed (search.core.analysis), so tantivy only has to cut them at spaces.
_TERMS = "terms"
_BIGGEST = 2**62

SORT_FIELDS = {
    "newest": "sort_newest",
    "oldest": "sort_oldest",
    "verified": "sort_verified",
    "title": "sort_title",
}


def text_field(name: str) -> str:
    """The index field that holds the terms of the document field `name`."""
    return f"text_{name}"


def facet_field(name: str) -> str:
    """The index field that holds the values of the facet `name`."""
    return f"facet_{name}"


def build_schema(schema: Schema) -> tantivy.Schema:
    """The tantivy schema for documents of `schema`."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(
        "key", stored=True, fast=True, tokenizer_name="raw", index_option="basic"
    )
    builder.add_unsigned_field("version", stored=True, fast=True)
    builder.add_text_field("checksum", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_boolean_field("removed", stored=True, indexed=True)
    builder.add_text_field("locale", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("content", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("exact", tokenizer_name=_TERMS, index_option="basic")
    builder.add_text_field("exact_title", tokenizer_name=_TERMS, index_option="basic")
    for field in schema.fields:
        builder.add_text_field(text_field(field.name), tokenizer_name=_TERMS)
    for facet in schema.facets:
        builder.add_text_field(
            facet_field(facet.name),
            fast=True,
            tokenizer_name="raw",
            index_option="basic",
        )
    for name in SORT_FIELDS.values():
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def open_index(schema: Schema, path: Path) -> tantivy.Index:
    """Open the index in the folder `path`, or make it there."""
    path.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(build_schema(schema), path=str(path))
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TERMS, analyzer)
    return index


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
    record.add_text("checksum", document.checksum)
    record.add_text("locale", document.locale)
    for token in document.audience:
        record.add_text("audience", token)
    exact: set[str] = set()
    shown: dict[str, str] = {}
    for field in schema.fields:
        text = document.texts.get(field.name, "")
        if not text:
            continue
        tokens = analyse(text, document.locale)
        record.add_text(text_field(field.name), " ".join(token.term for token in tokens))
        words = {token.exact for token in tokens}
        exact |= words
        if field.name == "title":
            record.add_text("exact_title", " ".join(sorted(words)))
        if field.highlight:
            shown[field.name] = text
    record.add_text("exact", " ".join(sorted(exact)))
    for facet in schema.facets:
        values: Iterable[str] = document.facets.get(facet.name, ())
        if facet.kind == "tree":
            values = {ancestor for value in values for ancestor in with_ancestors(value)}
        for value in dict.fromkeys(values):
            record.add_text(facet_field(facet.name), value)
    for name, value in _sort_keys(document).items():
        record.add_text(name, f"{value}\0{document.key}")
    record.add_text(
        "content",
        json.dumps({"locale": document.locale, "stored": document.stored, "texts": shown}),
    )


def _sort_keys(document: Document) -> Mapping[str, str]:
    """Texts whose ascending order is each sort; the key behind them breaks ties."""
    published = int(document.sort.get("published", 0))
    verified = int(document.sort.get("verified", 0))
    return {
        SORT_FIELDS["newest"]: f"{_BIGGEST - published:020d}",
        SORT_FIELDS["oldest"]: f"{_BIGGEST + published:020d}",
        SORT_FIELDS["verified"]: f"{_BIGGEST - verified:020d}",
        SORT_FIELDS["title"]: str(document.sort.get("title", ""))
        or fold(document.texts.get("title", "")),
    }


def content_of(record: tantivy.Document) -> dict[str, Any]:
    """What `to_index` stored of a document: its "locale", "stored" and highlightable "texts"."""
    content: dict[str, Any] = json.loads(record.get_first("content") or "{}")
    return content
