"""The plain list that answers a search while no index can: what the database finds by itself."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from organizations.visibility import tokens_q
from practices.models import (
    CaseStudyPage,
    KnowledgePage,
    LessonPage,
    PracticeCompetency,
    PracticeSheetPage,
)
from practices.search import COMPETENCY, TERM_FACETS, TREES, documents
from search import fallback
from search.core.query import SearchQuery, cursor_after, first_rank
from search.core.results import Hit, SearchResults

MODELS: tuple[type[KnowledgePage], ...] = (PracticeSheetPage, CaseStudyPage, LessonPage)
MAX_WORDS = 10


@fallback.register
def list_from_database(query: SearchQuery) -> SearchResults:
    """Pages whose title or summary has every word of the query, the newest first.

    What is selected is respected, and nothing is counted by facet. Raises `InvalidCursor`.
    """
    pages = KnowledgePage.objects.live().current().public().filter(tokens_q(query.audience))
    if query.locales:
        pages = pages.filter(locale__language_code__in=query.locales)
    for facet, values in query.selections.items():
        pages = pages.filter(_selected(facet, values))
    for word in query.text.split()[:MAX_WORDS]:
        pages = pages.filter(Q(title__icontains=word) | Q(summary__icontains=word))
    pages = pages.distinct().order_by("-first_published_at", "-pk")
    first = first_rank(query)
    found = list(pages[first : first + query.size].values_list("pk", "content_type__model"))
    built = {
        document.stored["id"]: Hit(document.key, document.stored)
        for model in MODELS
        for document in documents(
            model, [pk for pk, name in found if name == model._meta.model_name]
        )
    }
    total = pages.count()
    return SearchResults(
        hits=tuple(built[pk] for pk, _name in found if pk in built),
        total=total,
        engine="database",
        next_cursor=cursor_after(query, len(found), total),
    )


def _selected(facet: str, values: frozenset[str]) -> Q:
    """The filter of one facet: any of `values`, but all of them where they are tags."""
    if facet in TERM_FACETS:
        return _has_term(TERM_FACETS[facet], values, in_tree=facet in TREES)
    if facet == "tag":
        chosen = (KnowledgePage.objects.filter(tags__slug=value) for value in values)
        return reduce(lambda q, pages: q & Q(pk__in=pages.values("pk")), chosen, Q())
    return _FILTERS[facet](values) if facet in _FILTERS else Q()


def _has_term(field: str, values: frozenset[str], *, in_tree: bool) -> Q:
    chosen = Q(**{f"{field}__slug__in": values})
    if in_tree:
        paths = (
            Q(**{f"{field}__path": value}) | Q(**{f"{field}__path__startswith": f"{value}/"})
            for value in values
        )
        chosen = reduce(or_, paths, Q())
    # Some fields are those of one type only.
    having = [model for model in MODELS if any(f.name == field for f in model._meta.get_fields())]
    return reduce(or_, (Q(pk__in=model.objects.filter(chosen).values("pk")) for model in having))


def _develops(value: str) -> Q:
    dimension, _slash, level = value.partition("/")
    rows = PracticeCompetency.objects.filter(dimension__slug=dimension)
    if level:
        rows = rows.filter(level__slug=level)
    return Q(pk__in=rows.values("page"))


_FILTERS: dict[str, Callable[[frozenset[str]], Any]] = {
    "type": lambda values: Q(
        content_type__model__in=[
            model._meta.model_name for model in MODELS if model.type_slug in values
        ]
    ),
    # Who else wrote it is left out, for some texts do not say so to everybody.
    "organization": lambda values: Q(organization__slug__in=values),
    COMPETENCY: lambda values: reduce(or_, map(_develops, values), Q()),
    "year": lambda values: (
        Q(date_end__year__in=_years(values))
        | Q(date_end=None, first_published_at__year__in=_years(values))
    ),
    "language": lambda values: Q(locale__language_code__in=values),
}


def _years(values: frozenset[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) == 4]
