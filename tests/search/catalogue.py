"""A small catalogue in memory, for tests of what the search shows rather than of what it finds."""

from typing import Any
from unittest import mock

from search import answers
from search.audience import PUBLIC
from search.core.declarations import Facet, Field
from search.core.documents import Document, Write
from search.core.query import SearchQuery
from search.core.results import SearchResults
from search.core.schema import Schema
from search.core.suggestions import Suggestion, suggest
from search.core.synonyms import Synonyms
from search.engines.brute_force import BruteForceEngine
from search.labels import ClosedList

LISTS = {
    "type": {"practice-sheet": "Practice sheet", "case-study": "Case study", "lesson": "Lesson"},
    "theme": {
        "teaching": "Teaching",
        "teaching/assessment": "Assessment",
        "teaching/assessment/feedback": "Feedback",
        "success": "Success",
        "digital": "Digital",
    },
    "cost": {"cost-1": "Very low", "cost-2": "Low"},
    "language": {"fr": "French", "en": "English"},
}


class Catalogue:
    """Documents, the engine that searches them, and how often anything was asked."""

    def __init__(self) -> None:
        self.schema = Schema(
            fields=(
                Field("title", 3, True, "title"),
                Field("summary", 2, True, "summary"),
                Field("body", 1, True, "text"),
                Field("keywords", 1, label="keywords"),
            ),
            synonyms=Synonyms({"en": [["ADHD", "attention disorder"], ["tutoring", "mentoring"]]}),
            facets=(
                Facet("type", "Type", ClosedList(self._lists, "type")),
                Facet("theme", "Theme", ClosedList(self._lists, "theme"), "tree", suggested=True),
                Facet("cost", "Cost", ClosedList(self._lists, "cost"), order="value"),
                Facet("tag", "Tag", self._tag_labels, within="and"),
                Facet("year", "Year", order="value-desc", bounds=(1900, 2100)),
                Facet("place", "Place"),
                Facet("language", "Language", ClosedList(self._lists, "language")),
            ),
        )
        self.engine = BruteForceEngine(self.schema)
        self.label_calls: list[str] = []
        self.degraded = False
        self._made = 0

    def add(
        self,
        title: str,
        *,
        type: str = "lesson",
        locale: str = "fr",
        audience: frozenset[str] = PUBLIC,
        summary: str = "",
        body: str = "",
        keywords: str = "",
        **facets: Any,
    ) -> None:
        """Index one document; a facet's value is a text or a tuple of texts."""
        self._made += 1
        values = {name: (v,) if isinstance(v, str) else v for name, v in facets.items()}
        document = Document(
            key=f"page:{self._made}",
            locale=locale,
            audience=audience,
            texts={"title": title, "summary": summary, "body": body, "keywords": keywords},
            facets={**values, "type": (type,), "language": (locale,)},
            sort={"title": title, "published": self._made},
            stored={
                "id": self._made,
                "type": type,
                "title": title,
                "url": f"/{locale}/page-{self._made}/",
                "language": locale,
                "organization": {"slug": "uq", "name": "Université"},
                "summary": summary,
                "published_at": "2025-03-04T10:00:00-05:00",
                "facts": {"cost": facets["cost"]} if "cost" in facets else {},
            },
        )
        self.engine.write([Write(document.key, 1, document)])

    def search(self, query: SearchQuery) -> SearchResults:
        """What the search service answers in these tests."""
        results = self.engine.search(query)
        return results.degraded_copy() if self.degraded else results

    def suggest(self, text: str, **options: Any) -> list[Suggestion]:
        """What the search service suggests in these tests."""
        return suggest(self.engine, self.schema, text, **options)

    def installed(self) -> Any:
        """A context in which the site searches this catalogue."""
        return mock.patch.multiple(
            answers,
            service=mock.Mock(search=self.search, suggest=self.suggest),
            registry=mock.Mock(schema=lambda: self.schema),
        )

    def _lists(self, names: frozenset[str], locale: str) -> dict[str, dict[str, str]]:
        self.label_calls.append("lists")
        return {name: LISTS[name] for name in names}

    def _tag_labels(self, values: Any, locale: str) -> dict[str, str]:
        self.label_calls.append("tags")
        return {value: value.capitalize() for value in values}
