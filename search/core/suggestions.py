"""What to offer while a reader types: titles, and the terms and organizations they are under."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.core.analysis import analyse
from search.core.engine import SearchEngine
from search.core.query import SearchQuery
from search.core.schema import Schema
from search.core.synonyms import by_position

TITLE = "title"

# The folded spellings of one word: several where it is inclusive, or has hyphens.
Spellings = tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """One thing to offer: a document (`kind` "title"), or a value of the facet called `kind`.

    `text` is its title or label. `value` is the document's key, or the facet's value, of which
    `count` documents may be found. `url` is where a document is.
    """

    kind: str
    text: str
    value: str
    count: int = 1
    url: str = ""


def suggest(
    engine: SearchEngine,
    schema: Schema,
    text: str,
    *,
    locale: str,
    audience: frozenset[str],
    size: int = 8,
) -> list[Suggestion]:
    """Up to `size` titles, then up to `size` values of the facets that are suggested.

    All have every word of `text`, the last one perhaps only begun, accents or not. Only documents
    in `locale` that this audience may find count, so that nothing leads to an empty page. Raises
    `SearchUnavailable`.
    """
    words = typed_words(text, locale)
    if not words:
        return []
    hits = engine.suggest(text, locale=locale, audience=audience, size=size)
    titles = [
        Suggestion(TITLE, str(hit.stored["title"]), hit.key, url=str(hit.stored.get("url", "")))
        for hit in hits
    ]
    return titles + _values(engine, schema, words, locale, audience)[:size]


def _values(
    engine: SearchEngine,
    schema: Schema,
    words: Sequence[Spellings],
    locale: str,
    audience: frozenset[str],
) -> list[Suggestion]:
    facets = {facet.name: facet for facet in schema.facets if facet.suggested and facet.labels}
    if not facets:
        return []
    counts = engine.search(
        SearchQuery(
            locale=locale,
            audience=audience,
            locales=frozenset({locale}),
            facets=tuple(facets),
            size=0,
        )
    )
    found = []
    for facet in counts.facets:
        by_value = {each.value: each.count for each in facet.values}
        label_of = facets[facet.name].labels
        labels = label_of(by_value, locale) if label_of else {}
        found += [
            Suggestion(facet.name, str(label), value, by_value[value])
            for value, label in labels.items()
            if value in by_value and begins(str(label), words, locale)
        ]
    return sorted(found, key=lambda each: (-each.count, each.text, each.value))


def typed_words(text: str, locale: str) -> list[Spellings]:
    """The words of what is being typed; the last one may be only begun."""
    positions = by_position(analyse(text, locale))
    return [tuple(dict.fromkeys(token.exact for token in tokens)) for tokens in positions]


def begins(text: str, words: Sequence[Spellings], locale: str) -> bool:
    """Whether `text` has all of `words` (at least one), the last one perhaps as a beginning."""
    found = {token.exact for token in analyse(text, locale)}
    *before, last = words
    return all(found & set(word) for word in before) and any(
        each.startswith(last) for each in found
    )
