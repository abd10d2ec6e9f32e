"""From a question to tantivy queries."""

from collections.abc import Iterable, Sequence

import tantivy

from search.core.analysis import LOCALES
from search.core.parsing import ParsedText, Phrase, Word, parse
from search.core.query import SearchQuery
from search.core.schema import Schema
from search.engines.embedded.index import facet_field, text_field

Query = tantivy.Query
Must, Should, MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot

# How much a word spelled as the reader did weighs beside its stem.
EXACT_BOOST = 0.3
PREFIX_SCORE = 0.1


class QueryBuilder:
    """Builds queries for one index."""

    def __init__(self, schema: Schema, index: tantivy.Schema) -> None:
        self.schema = schema
        self.index = index

    def base(self, query: SearchQuery) -> Query:
        """What every hit, total and count must match: audience, languages and text."""
        return every([self.visible(query.audience, query.locales), self.text(query)])

    def visible(self, audience: frozenset[str], locales: frozenset[str]) -> Query:
        """Documents that this audience may find, in these languages (all when there is none)."""
        filters = [self.any_of("audience", audience)]
        if locales:
            filters.append(self.any_of("locale", locales))
        return every(filters)

    def any_of(self, field: str, values: Iterable[str]) -> Query:
        """Documents with at least one of `values`; it does not weigh in the score."""
        terms = sorted(values)
        if not terms:
            return Query.empty_query()
        found = (
            Query.term_query(self.index, field, terms[0], "basic")
            if len(terms) == 1
            else Query.term_set_query(self.index, field, terms)
        )
        return Query.const_score_query(found, 0.0)

    def selections(self, query: SearchQuery, *, but: str = "") -> list[Query]:
        """One filter per facet with chosen values, leaving out the facet `but`."""
        filters = []
        for name, chosen in sorted(query.selections.items()):
            if not chosen or name == but:
                continue
            field = facet_field(name)
            if self.schema.facet(name).within == "and":
                filters += [self.any_of(field, [value]) for value in sorted(chosen)]
            else:
                filters.append(self.any_of(field, chosen))
        return filters

    def text(self, query: SearchQuery) -> Query:
        """The words of the query, analysed in the language of each document."""
        by_locale = {
            locale: parse(query.text, locale) for locale in sorted(query.locales or LOCALES)
        }
        if not any(by_locale.values()):
            return Query.const_score_query(Query.all_query(), 0.0)
        alternatives = [
            every([self.any_of("locale", [locale]), self._parsed(parsed)])
            for locale, parsed in by_locale.items()
        ]
        return alternatives[0] if len(alternatives) == 1 else some(alternatives)

    def _parsed(self, parsed: ParsedText) -> Query:
        clauses = [(Must, self._word(word)) for word in parsed.words]
        clauses += [(Must, self._phrase(phrase)) for phrase in parsed.phrases]
        clauses += [(MustNot, self._phrase(phrase)) for phrase in parsed.excluded]
        if not any(occur == Must for occur, _query in clauses):
            clauses.append((Must, Query.const_score_query(Query.all_query(), 0.0)))
        return Query.boolean_query(clauses)

    def _word(self, word: Word) -> Query:
        ways = [
            Query.boost_query(
                Query.term_query(self.index, text_field(field.name), term, "freq"),
                field.boost,
            )
            for field in self.schema.fields
            for term in word.terms
        ]
        ways += [
            Query.boost_query(Query.term_query(self.index, "exact", exact, "basic"), EXACT_BOOST)
            for exact in word.exact
        ]
        if word.prefix:
            ways += [
                Query.const_score_query(self.starting_with("exact", exact), PREFIX_SCORE)
                for exact in word.exact
            ]
        return some(ways)

    def _phrase(self, phrase: Phrase) -> Query:
        return some(
            [
                Query.boost_query(
                    Query.phrase_query(self.index, text_field(field.name), list(phrase.terms))
                    if len(phrase.terms) > 1
                    else Query.term_query(self.index, text_field(field.name), phrase.terms[0]),
                    field.boost,
                )
                for field in self.schema.fields
            ]
        )

    def starting_with(self, field: str, start: str) -> Query:
        """Documents with a word that starts with `start` (letters, digits, apostrophes only)."""
        return Query.regex_query(self.index, field, f"{start}.*")


def every(queries: Sequence[Query]) -> Query:
    """Documents that match all of `queries`."""
    return Query.boolean_query([(Must, query) for query in queries])


def some(queries: Sequence[Query]) -> Query:
    """Documents that match at least one of `queries`."""
    return Query.boolean_query([(Should, query) for query in queries])
