"""From what an address asks to what the search answers, without the values that mean nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search import registry, service
from search.core.declarations import Facet, Field
from search.core.results import FacetValue, SearchResults
from search.core.suggestions import TITLE, Suggestion
from search.labels import LabelBook
from search.params import MAX_PAGE, Problem, SearchParams

# As many as a reader takes in at a glance.
MOST_SUGGESTIONS = 8


@dataclass(frozen=True)
class Answer:
    """Results, for the `params` that were really asked in the end, and what was left out."""

    params: SearchParams
    results: SearchResults
    labels: LabelBook
    facets: Sequence[Facet]
    audience: frozenset[str]
    problems: tuple[Problem, ...] = ()

    @property
    def last_page(self) -> int:
        """The number of the last page that can be asked for; 1 when there is nothing."""
        return min(max(1, math.ceil(self.results.total / self.params.size)), MAX_PAGE)

    def count(self, params: SearchParams) -> int:
        """How many results the same viewer would get for other params."""
        query = params.query(self.audience, facets=(), size=1, highlight=False)
        return service.search(query).total

    def values_in_use(self, facet: str) -> tuple[FacetValue, ...]:
        """The values of a facet that the viewer may find something under, in their language."""
        start = SearchParams(locale=self.params.locale, facets=self.params.facets)
        query = start.query(self.audience, facets=[facet], size=1, highlight=False)
        found = service.search(query).facets
        return tuple(value for each in found for value in each.values if value.count)


def known_fields() -> tuple[Field, ...]:
    """The texts that words are searched in, as the rooms declared them."""
    return registry.schema().fields


def known_facets() -> tuple[Facet, ...]:
    """The facets that the rooms declared, in the order in which they are shown."""
    return registry.schema().facets


def ask(params: SearchParams, *, audience: frozenset[str]) -> Answer:
    """Search; a selected value that does not exist for this viewer is reported and left out.

    A value exists when a document that the viewer may find has it, or when it is an entry of the
    closed list that its facet declares. What only hidden documents have is as good as unknown.
    """
    facets = known_facets()
    labels = LabelBook(facets, params.locale)
    results = _search(params, audience)
    problems = tuple(_unknown_values(params, results, labels, audience))
    if problems:
        for problem in problems:
            params = params.without_value(problem.parameter, problem.value)
        results = _search(params, audience)
    for facet in results.facets:
        labels.expect(facet.name, (value.value for value in facet.values))
    return Answer(params, results, labels, facets, audience, problems)


def suggestions(text: str, *, locale: str, audience: frozenset[str]) -> list[Suggestion]:
    """What to offer while `text` is typed: titles, then a few values to narrow by; none but what
    this viewer may find."""
    found = service.suggest(text, locale=locale, audience=audience, size=MOST_SUGGESTIONS)
    titles = [each for each in found if each.kind == TITLE]
    values = [each for each in found if each.kind != TITLE]
    room = max(MOST_SUGGESTIONS - len(titles), MOST_SUGGESTIONS // 2)
    values = values[:room]
    return titles[: MOST_SUGGESTIONS - len(values)] + values


def with_existing_page(answer: Answer) -> Answer:
    """The same answer, or its last page where the one that was asked for lies beyond it."""
    params = answer.params
    if params.page <= answer.last_page:
        return answer
    problem = Problem("page", "page", str(params.page), ("1", str(answer.last_page)))
    params = params.with_page(answer.last_page)
    return replace(
        answer,
        params=params,
        results=_search(params, answer.audience),
        problems=(*answer.problems, problem),
    )


def _search(params: SearchParams, audience: frozenset[str]) -> SearchResults:
    """The results, where what a range takes in and nothing has is not a value that was chosen."""
    results = service.search(params.query(audience))
    facets = tuple(
        replace(facet, values=tuple(each for each in facet.values if each.count))
        if facet.name in params.ranges
        else facet
        for facet in results.facets
    )
    return replace(results, facets=facets)


def _unknown_values(
    params: SearchParams,
    results: SearchResults,
    labels: LabelBook,
    audience: frozenset[str],
) -> list[Problem]:
    if results.degraded and not results.facets:
        # A plain list counts nothing, which says nothing of what exists.
        return []
    counts = {
        facet.name: {value.value for value in facet.values if value.count}
        for facet in results.facets
    }
    problems = []
    for facet, values in params.chosen.items():
        # What other filters leave out may exist all the same: look at the facet alone.
        if suspects := values - counts.get(facet, set()):
            known = labels.entries(facet)
            names = list(known) if known is not None else _values_in_use(params, facet, audience)
            problems += [
                Problem("value", facet, value, tuple(names))
                for value in sorted(suspects - set(names))
            ]
    return problems


def _values_in_use(params: SearchParams, facet: str, audience: frozenset[str]) -> list[str]:
    everything = params.without_filters().with_text("")
    query = replace(
        everything.query(audience, facets=[facet], size=1, highlight=False),
        selections={},
    )
    return [each.value for found in service.search(query).facets for each in found.values]
