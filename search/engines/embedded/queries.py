"""From a question to tantivy queries. Scores come from `search.core.weights` alone."""

from collections.abc import Iterable, Mapping, Sequence

import tantivy

from search.core.analysis import CHAINS, chain_of
from search.core.parsing import ParsedText, Word
from search.core.query import SearchQuery
from search.core.schema import Schema
from search.core.suggestions import Spellings
from search.core.synonyms import Terms
from search.core.weights import EXACT_SCORE, LEVELS, PREFIX_SCORE, SCORES
from search.engines.embedded.index import facet_field, weighed

Query = tantivy.Query
Must, Should, MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


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
        return _scored(
            self._has(field, terms[0])
            if len(terms) == 1
            else Query.term_set_query(self.index, field, terms),
            0,
        )

    def has_term(self, term: str) -> Query:
        """Documents with `term` in any field, at whatever weight."""
        return self.any_of("weights", (weighed(term, level) for level in range(LEVELS)))

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
        chains = {chain_of(locale) for locale in query.locales} or set(CHAINS)
        by_chain = {chain: self.schema.parse(query.text, chain) for chain in sorted(chains)}
        if not any(by_chain.values()):
            return anything()
        return some(
            [
                every([self.any_of("chain", [chain]), self._parsed(parsed)])
                for chain, parsed in by_chain.items()
            ]
        )

    def titled(self, words: Sequence[Spellings]) -> Query:
        """Documents whose title has all of `words`, the last one perhaps as a beginning."""
        *before, last = words
        begun = [self._starting_with("exact_title", spelling) for spelling in last]
        return every([*(self.any_of("exact_title", word) for word in before), some(begun)])

    def like(self, terms: Mapping[str, int]) -> Query:
        """Documents with at least one of `terms`; their score is the sum of what these count."""
        return some([_scored(self.has_term(term), worth) for term, worth in terms.items()])

    def _parsed(self, parsed: ParsedText) -> Query:
        clauses = [(Must, self._word(word)) for word in parsed.words]
        for phrase in parsed.phrases:
            clauses.append((Must, self._phrase(phrase.terms)))
            clauses += [(Should, self._weighed([term])) for term in sorted(set(phrase.terms))]
        if not clauses:
            clauses.append((Must, anything()))
        clauses += [(MustNot, self._phrase(phrase.terms)) for phrase in parsed.excluded]
        return Query.boolean_query(clauses)

    def _word(self, word: Word) -> Query:
        ways = [self._weighed(word.terms)]
        ways += [_scored(self._has("exact", exact), EXACT_SCORE) for exact in word.exact]
        ways += [self._phrase(phrase) for phrase in word.phrases]
        if word.prefix:
            begun = some([self._starting_with("exact", exact) for exact in word.exact])
            ways.append(_scored(begun, PREFIX_SCORE))
        return some(ways)

    def _weighed(self, terms: Sequence[str]) -> Query:
        """Documents with one of `terms`; the heaviest one gives the score."""
        return Query.disjunction_max_query(
            [
                _scored(self._has("weights", weighed(term, level)), score)
                for term in terms
                for level, score in enumerate(SCORES)
            ]
        )

    def _phrase(self, terms: Terms) -> Query:
        if len(terms) == 1:
            return self.has_term(terms[0])
        return _scored(Query.phrase_query(self.index, "positions", list(terms)), 0)

    def _has(self, field: str, value: str) -> Query:
        return Query.term_query(self.index, field, value, "basic")

    def _starting_with(self, field: str, start: str) -> Query:
        # A hundred times faster to make than the same as a regular expression.
        return Query.fuzzy_term_query(self.index, field, start, distance=0, prefix=True)


def anything() -> Query:
    """Every document, with no score."""
    return _scored(Query.all_query(), 0)


def every(queries: Sequence[Query]) -> Query:
    """Documents that match all of `queries`."""
    return Query.boolean_query([(Must, query) for query in queries])


def some(queries: Sequence[Query]) -> Query:
    """Documents that match at least one of `queries`."""
    return Query.boolean_query([(Should, query) for query in queries])


def _scored(query: Query, score: int) -> Query:
    return Query.const_score_query(query, float(score))


def without(query: Query, excluded: Query) -> Query:
    """Documents that match `query` and not `excluded`."""
    return Query.boolean_query([(Must, query), (MustNot, excluded)])
