"""From a question to the body of one request. Scores come from `search.core.weights` alone."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.core.analysis import CHAINS, Chain, analyse, chain_of
from search.core.parsing import MAX_TEXT_LENGTH, ParsedText, Word
from search.core.query import InvalidCursor, SearchQuery
from search.core.schema import Schema
from search.core.suggestions import Spellings
from search.core.synonyms import Terms
from search.core.weights import EXACT_SCORE, LEVELS, PREFIX_SCORE, SCORES
from search.engines.elasticsearch.documents import weighed
from search.engines.elasticsearch.mappings import (
    DEEPEST,
    LONGEST_BEGINNING,
    SHORTEST_BEGINNING,
    facet_field,
)
from search.engines.spelling import MAX_WORDS

Body = dict[str, Any]

# More values than any facet has: nothing is cut.
MAX_FACET_VALUES = 20_000
MAX_SPELLINGS = 20_000
SHOWN = ["content.stored", "content.locale"]

BY_KEY = {"key": "asc"}
ORDERS: dict[str, list[Body]] = {
    "newest": [{"sort.published": "desc"}, BY_KEY],
    "oldest": [{"sort.published": "asc"}, BY_KEY],
    "verified": [{"sort.verified": "desc"}, BY_KEY],
    "title": [{"sort.title": "asc"}, BY_KEY],
    "relevance": [{"_score": "desc"}, {"sort.published": "desc"}, BY_KEY],
}


def chains_of(query: SearchQuery) -> list[Chain]:
    """The chains of the languages to look in: one index each."""
    return sorted({chain_of(locale) for locale in query.locales} or CHAINS)


def search_body(schema: Schema, query: SearchQuery) -> Body:
    """One page of hits with its total and every facet, in one request.

    Audience, languages and text are in the query, so that they hold for all. Selections are in
    `post_filter`, and in the filter of each facet but their own. Raises `InvalidCursor`.
    """
    order = order_of(schema, query)
    size = max(0, query.size)
    first = max(0, query.page - 1) * size
    body: Body = {
        "query": base_query(schema, query),
        "size": size if query.cursor or first + size <= DEEPEST else 0,
        "sort": ORDERS[order],
        "track_total_hits": True,
        "_source": [*SHOWN, "content.texts"] if query.highlight and query.text else SHOWN,
    }
    if query.cursor:
        body["search_after"] = values_of_cursor(query.cursor, order)
    elif body["size"]:
        body["from"] = first
    if selected := selections(schema, query):
        body["post_filter"] = every(selected)
    if query.facets:
        body["aggs"] = {name: _facet(schema, query, name) for name in query.facets}
    return body


def order_of(schema: Schema, query: SearchQuery) -> str:
    """The order of the hits: relevance says nothing without a text."""
    if query.sort != "relevance":
        return query.sort
    return "relevance" if schema.parse(query.text, query.locale).ranks else "newest"


def cursor_of(order: str, values: Sequence[Any]) -> str:
    """The cursor for what follows a hit with these sort values."""
    return base64.urlsafe_b64encode(json.dumps([order, *values]).encode()).decode()


def values_of_cursor(cursor: str, order: str) -> list[Any]:
    """The sort values in a cursor. Raises `InvalidCursor` for one of another order."""
    try:
        said, *values = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidCursor from error
    fields = [next(iter(each)) for each in ORDERS[order]]
    if said != order or [_kind(field) for field in fields] != [type(value) for value in values]:
        raise InvalidCursor
    return list(values)


def _kind(field: str) -> type:
    """What the value of a sort field is."""
    if field in ("key", "sort.title"):
        return str
    return float if field == "_score" else int


def counting_body(schema: Schema, query: SearchQuery) -> Body:
    """Whether anything at all is found, selections included."""
    found = every([base_query(schema, query), *selections(schema, query)])
    return {"query": found, "size": 0, "track_total_hits": 1}


def suggest_body(
    words: Sequence[Spellings], locale: str, audience: frozenset[str], size: int
) -> Body:
    """The documents whose title has all of `words`, the last one perhaps only begun."""
    *before, last = words
    return {
        "query": every(
            [
                *visible(audience, frozenset({locale})),
                *(any_of("title", spellings) for spellings in before),
                some([starting_with("title", spelling) for spelling in last]),
            ]
        ),
        "sort": ORDERS["title"],
        "size": max(0, size),
        "track_total_hits": False,
        "_source": SHOWN,
    }


def spelling_body(query: SearchQuery) -> Body:
    """The visible words near those of the query, each with the number of documents that have it.

    Only documents with a near word are looked at; the words they have beside it are kept out by
    their first letters and their length.
    """
    words = words_to_spell(query.text, query.locale)
    near = [
        {
            "fuzzy": {
                "exact": {
                    "value": word,
                    "fuzziness": _edits(word),
                    "rewrite": "constant_score",
                }
            }
        }
        for word in words
    ]
    return {
        "query": every([*visible(query.audience, query.locales), some(near)]),
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            "spellings": {
                "terms": {
                    "field": "spellings",
                    "size": MAX_SPELLINGS,
                    "include": "|".join(_near(word, words) for word in words),
                    "execution_hint": "map",
                }
            }
        },
    }


def words_to_spell(text: str, locale: str) -> list[str]:
    """The folded spellings of the words that `closest_spelling` looks at."""
    spans: dict[tuple[int, int], dict[str, None]] = {}
    for token in analyse(text[:MAX_TEXT_LENGTH], locale):
        spans.setdefault((token.start, token.end), {})[token.exact] = None
    first = sorted(spans)[:MAX_WORDS]
    return sorted({word for span in first for word in spans[span]})


def _edits(word: str) -> int:
    return 1 if len(word) <= 5 else 2


def _near(word: str, words: Sequence[str]) -> str:
    letters = sorted({letter for each in words for letter in each[:2]})
    shortest, longest = len(word) - 1 - _edits(word), len(word) - 1 + _edits(word)
    return f"[{''.join(letters)}][^ ]{{{max(0, shortest)},{longest}}} .*"


def own_body(key: str, audience: frozenset[str]) -> Body:
    """The document `key`, when this audience may find it."""
    return {
        "query": every([any_of("key", [key]), *visible(audience, frozenset())]),
        "size": 1,
        "track_total_hits": False,
        "_source": ["content.texts", "content.locale"],
    }


def commonness_body(key: str, terms: Iterable[str], locale: str, audience: frozenset[str]) -> Body:
    """How many other documents there are, and how many of them have each of `terms`."""
    return {
        "query": _others(key, locale, audience),
        "size": 0,
        "track_total_hits": True,
        "aggs": {"having": {"filters": {"filters": {term: has_term(term) for term in terms}}}},
    }


def similar_body(
    key: str, terms: Mapping[str, int], locale: str, audience: frozenset[str], size: int
) -> Body:
    """The other documents that have most of `terms`, each of which counts as it says."""
    like = some([scored(has_term(term), worth) for term, worth in sorted(terms.items())])
    return {
        "query": {"bool": {"filter": [_others(key, locale, audience)], "must": [like]}},
        "sort": ORDERS["relevance"],
        "size": max(0, size),
        "track_total_hits": False,
        "_source": SHOWN,
    }


def scan_body(pit: str, after: Sequence[Any] | None, size: int) -> Body:
    """Keys, versions and checksums of what is not removed, in the order of keys."""
    body: Body = {
        "query": {"term": {"removed": False}},
        "pit": {"id": pit, "keep_alive": "2m"},
        "sort": [BY_KEY],
        "size": size,
        "version": True,
        "_source": False,
        "docvalue_fields": ["key", "checksum"],
        "track_total_hits": False,
    }
    return {**body, "search_after": list(after)} if after else body


# What these are made of


def base_query(schema: Schema, query: SearchQuery) -> Body:
    """What every hit, total and count must match: audience, languages and text."""
    text = _text(schema, query)
    filters = visible(query.audience, query.locales)
    return {"bool": {"filter": filters, **({"must": [text]} if text else {})}}


def visible(audience: frozenset[str], locales: frozenset[str]) -> list[Body]:
    """Filters for documents that this audience may find, in these languages (all for none)."""
    filters = [any_of("audience", audience)]
    return [*filters, any_of("locale", locales)] if locales else filters


def selections(schema: Schema, query: SearchQuery, *, but: str = "") -> list[Body]:
    """One filter per facet with chosen values, leaving out the facet `but`."""
    filters = []
    for name, chosen in sorted(query.selections.items()):
        if not chosen or name == but:
            continue
        field = facet_field(name)
        if schema.facet(name).within == "and":
            filters += [any_of(field, [value]) for value in sorted(chosen)]
        else:
            filters.append(any_of(field, chosen))
    return filters


def _facet(schema: Schema, query: SearchQuery, name: str) -> Body:
    own = name if schema.facet(name).within == "or" else ""
    values = {"terms": {"field": facet_field(name), "size": MAX_FACET_VALUES}}
    return {
        "filter": every(selections(schema, query, but=own)),
        "aggs": {"values": values},
    }


def _text(schema: Schema, query: SearchQuery) -> Body | None:
    """The words of the query, analysed in the language of each document; None for none."""
    by_chain = {chain: schema.parse(query.text, chain) for chain in chains_of(query)}
    if not any(by_chain.values()):
        return None
    ways = [
        {
            "bool": {
                "filter": [any_of("chain", [chain])],
                **_parsed(parsed, _surfaces(query.text, chain)),
            }
        }
        for chain, parsed in by_chain.items()
    ]
    return ways[0] if len(ways) == 1 else some(ways)


def _surfaces(text: str, chain: Chain) -> dict[str, list[str]]:
    """The spellings with accents of each folded one in `text`."""
    found: dict[str, list[str]] = {}
    for token in analyse(text[:MAX_TEXT_LENGTH], chain):
        spelled = found.setdefault(token.exact, [])
        if token.surface not in spelled:
            spelled.append(token.surface)
    return found


def _parsed(parsed: ParsedText, surfaces: Mapping[str, Sequence[str]]) -> Body:
    must = [_word(word, surfaces) for word in parsed.words]
    should: list[Body] = []
    for phrase in parsed.phrases:
        must.append(_phrase(phrase.terms))
        should += [_weighed([term]) for term in sorted(set(phrase.terms))]
    clauses: Body = {"must": must or [scored({"match_all": {}}, 0)]}
    if should:
        clauses["should"] = should
    if parsed.excluded:
        clauses["must_not"] = [_phrase(phrase.terms) for phrase in parsed.excluded]
    return clauses


def _word(word: Word, surfaces: Mapping[str, Sequence[str]]) -> Body:
    ways = [_weighed(word.terms)]
    ways += [scored(any_of("exact", [exact]), EXACT_SCORE) for exact in word.exact]
    ways += [_phrase(phrase) for phrase in word.phrases]
    if word.prefix:
        begun = some([starting_with("exact", exact) for exact in word.exact])
        ways.append(scored(begun, PREFIX_SCORE))
    spelled = [surface for exact in word.exact for surface in surfaces.get(exact, [exact])]
    ways.append(scored({"match": {"words": " ".join(dict.fromkeys(spelled))}}, 0))
    return some(ways)


def _weighed(terms: Sequence[str]) -> Body:
    """Documents with one of `terms`; the heaviest one gives the score."""
    return {
        "dis_max": {
            "queries": [
                scored(any_of("weights", [weighed(term, level) for term in terms]), score)
                for level, score in zip(range(LEVELS), SCORES, strict=True)
            ]
        }
    }


def _phrase(terms: Terms) -> Body:
    if len(terms) == 1:
        return scored(has_term(terms[0]), 0)
    phrase = {"query": " ".join(terms), "analyzer": "readings"}
    return scored({"match_phrase": {"positions": phrase}}, 0)


def _others(key: str, locale: str, audience: frozenset[str]) -> Body:
    filters = visible(audience, frozenset({locale}))
    return {"bool": {"filter": filters, "must_not": [any_of("key", [key])]}}


def has_term(term: str) -> Body:
    """Documents with `term`, at whatever weight."""
    return {"term": {"positions": term}}


def starting_with(field: str, start: str) -> Body:
    """Documents with a word that starts with `start`, in a field of folded words."""
    if SHORTEST_BEGINNING <= len(start) <= LONGEST_BEGINNING:
        return {"term": {f"{field}.prefix": start}}
    return {"prefix": {field: start}}


def any_of(field: str, values: Iterable[str]) -> Body:
    """Documents with at least one of `values`; none when there is none."""
    return {"terms": {field: sorted(values)}}


def every(queries: Sequence[Body]) -> Body:
    """Documents that match all of `queries`, without a score."""
    return {"bool": {"filter": list(queries)}}


def some(queries: Sequence[Body]) -> Body:
    """Documents that match at least one of `queries`; their scores add up."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def scored(query: Body, score: int) -> Body:
    """The same documents, all with this score."""
    return {"constant_score": {"filter": query, "boost": score}}
