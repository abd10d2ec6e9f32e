"""Ways in for those who do not search: themes, organizations and competencies, for one reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from django.urls import reverse

from practices.search import COMPETENCY, COMPETENCY_LEVEL
from search.answers import Answer, ask
from search.params import LANGUAGE, SearchParams
from taxonomy.models import Term

FACETS = ("theme", "organization", COMPETENCY, LANGUAGE)


@dataclass
class Way:
    """Somewhere to go, how much there is, and the narrower ways below it."""

    label: str
    url: str
    count: int
    children: "list[Self]" = field(default_factory=list)


@dataclass(frozen=True)
class Framework:
    """The competency framework: its levels, and how much reaches each, for each dimension."""

    levels: list[str]
    dimensions: list[tuple[Way, list[Way]]]


class WaysIn:
    """What a reader may find in their language, by theme, organization and competency.

    One question to the search, whatever there is.
    """

    def __init__(self, audience: frozenset[str], locale: str) -> None:
        self._params = SearchParams(locale=locale, facets=FACETS, size=1)
        self._answer: Answer = ask(self._params, audience=audience)
        self.is_degraded = self._answer.results.degraded
        self.total = self._answer.results.total
        self._counts: dict[str, dict[str, int]] = {
            facet.name: {each.value: each.count for each in facet.values if each.count}
            for facet in self._answer.results.facets
        }

    def themes(self, below: str = "") -> list[Way]:
        """The themes that something is filed under, in trees; only those under the path `below`."""
        ways: dict[str, Way] = {}
        roots: list[Way] = []
        counts = self._counts.get("theme", {})
        for path, label in self._entries("theme").items():
            if path in counts and path.startswith(f"{below}/" if below else ""):
                way = Way(label, theme_address(path), counts[path])
                parent = ways.get(path.rpartition("/")[0])
                (parent.children if parent else roots).append(way)
                ways[path] = way
        return roots

    def theme_names(self) -> list[str]:
        """The themes that something is filed under, as addresses name them."""
        counts = self._counts.get("theme", {})
        return [path.rpartition("/")[2] for path in self._entries("theme") if path in counts]

    def themes_above(self, path: str) -> list[Way]:
        """The broader themes of a theme, from the top down."""
        steps = path.split("/")
        labels = self._entries("theme")
        above = ["/".join(steps[:depth]) for depth in range(1, len(steps))]
        return [
            Way(labels[each], theme_address(each), self.count("theme", each))
            for each in above
            if each in labels
        ]

    def count(self, facet: str, value: str) -> int:
        """How many pages have this value."""
        return self._counts.get(facet, {}).get(value, 0)

    def organizations(self) -> list[Way]:
        """The organizations that share something with this reader."""
        found = self._counts.get("organization", {})
        return [
            self._way("organization", slug, label)
            for slug, label in self._entries("organization").items()
            if slug in found
        ]

    def framework(self) -> Framework:
        """Every dimension that can be chosen, or that something develops."""
        used = self._counts.get(COMPETENCY, {})
        both = Term.objects.filter(vocabulary__slug__in=(COMPETENCY, COMPETENCY_LEVEL))
        terms = list(both.select_related("vocabulary").order_by("order", "rank", "path"))
        levels = [each for each in terms if each.vocabulary.slug == COMPETENCY_LEVEL]
        return Framework(
            [each.label for each in levels],
            [
                (
                    self._way(COMPETENCY, each.slug, each.label),
                    [
                        self._way(COMPETENCY, f"{each.slug}/{level.slug}", level.label)
                        for level in levels
                    ],
                )
                for each in terms
                if each.vocabulary.slug == COMPETENCY and (each.is_active or each.slug in used)
            ],
        )

    def search_address(self, facet: str, value: str) -> str:
        """The address of the search for what has this value."""
        return self._params.with_selection(facet, [value]).url(reverse("search:page"))

    def _way(self, facet: str, value: str, label: str) -> Way:
        return Way(label, self.search_address(facet, value), self.count(facet, value))

    def _entries(self, facet: str) -> Mapping[str, str]:
        return self._answer.labels.entries(facet) or {}


def theme_address(path: str) -> str:
    """The page of the theme with this path, in the reader's language."""
    return reverse("browse-theme", args=[path.rpartition("/")[2]])
