"""What other pages show of the search: how much there is, and ways in."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.urls import reverse
from django.utils.translation import get_language

from search.answers import Answer, ask, known_facets
from search.audience import audience_of
from search.core.engine import SearchUnavailable
from search.page import Link
from search.params import SearchParams

register = template.Library()


@dataclass(frozen=True)
class Overview:
    """All that the reader may find, counted by facet."""

    answer: Answer
    path: str

    @property
    def total(self) -> int:
        """How many pages of knowledge there are in the reader's language."""
        return self.answer.results.total

    def links(self, facet: str) -> list[Link]:
        """The values of a facet that something is filed under, as searches; only the broadest."""
        found = [
            value
            for result in self.answer.results.facets
            for value in result.values
            if result.name == facet and value.count and "/" not in value.value
        ]
        labels = self.answer.labels.labels(facet, [value.value for value in found])
        params = self.answer.params
        return [
            Link(
                labels[value.value],
                params.with_selection(facet, [value.value]).url(self.path),
                value.count,
            )
            for value in found
        ]

    def rarest(self, facet: str, most: int) -> list[Link]:
        """The broadest values of a facet with a closed list that at most `most` pages have."""
        known = self.answer.labels.entries(facet) or {}
        counts = counts_of(self, facet)
        params = self.answer.params
        found = [
            Link(label, params.with_selection(facet, [value]).url(self.path), counts.get(value, 0))
            for value, label in known.items()
            if "/" not in value and counts.get(value, 0) <= most
        ]
        return sorted(found, key=lambda link: link.count or 0)


def counts_of(overview: Overview, facet: str) -> dict[str, int]:
    """How many pages have each value of a facet."""
    return {
        each.value: each.count
        for result in overview.answer.results.facets
        for each in result.values
        if result.name == facet
    }


@register.simple_tag(takes_context=True)
def search_overview(context: Context) -> Overview | None:
    """How much the reader may find, or nothing while the search cannot answer or count."""
    request: Any = context.get("request")
    user = getattr(request, "user", AnonymousUser())
    names = tuple(facet.name for facet in known_facets())
    params = SearchParams(locale=get_language() or "fr", facets=names, size=1)
    try:
        answer = ask(params, audience=audience_of(user))
    except SearchUnavailable:
        return None
    # A plain list of the database counts no facet: it would say 0 of everything.
    if answer.results.degraded and not answer.results.facets:
        return None
    return Overview(answer, reverse("search:page"))


@register.filter
def ways_into(overview: Overview | None, facet: str) -> list[Link]:
    """`{% for link in overview|ways_into:"theme" %}`: searches by the values of a facet."""
    return overview.links(facet) if overview else []


@register.filter
def hardly_covered(overview: Overview | None, facet: str) -> list[Link]:
    """`{% for link in overview|hardly_covered:"theme" %}`: the values that one page or none has."""
    return overview.rarest(facet, most=1) if overview else []


@register.simple_tag
def count_of(overview: Overview | None, facet: str, value: str) -> int | None:
    """How many pages have this value of a facet, or None while the search cannot answer."""
    if overview is None:
        return None
    return counts_of(overview, facet).get(value, 0)


@register.simple_tag
def search_url(**values: str) -> str:
    """The address of the search with one value chosen for each named facet.

    `{% search_url type="case-study" organization=organization.slug %}`
    """
    names = tuple(facet.name for facet in known_facets())
    params = SearchParams(locale=get_language() or "fr", facets=names)
    for facet, value in values.items():
        params = params.with_selection(facet, [value])
    return params.url(reverse("search:page"))
