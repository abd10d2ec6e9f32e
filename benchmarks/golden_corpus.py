"""The pages over which the golden queries are judged, and rankers that answer them.

Loaded into whatever database is configured: an empty one, or one that has the demo already.
"""

from collections.abc import Sequence
from pathlib import Path

from django.utils import translation
from wagtail.models import Locale, Page

from benchmarks.search_quality import DEPTH, FOLDER, GoldenQuery
from demo.loader import load_demo
from exchange.importing.mapping import load_mapping
from exchange.importing.services import import_content
from exchange.models import ImportRecord
from practices.models import KnowledgePage
from search import service
from search.audience import PUBLIC
from search.core.query import SearchQuery

METHODS = FOLDER / "18f-methods"
MAPPING = Path(__file__).parent.parent / "docs" / "import" / "18f-methods.yaml"


def load() -> None:
    """Load the demo and the method cards, published."""
    load_demo()
    with translation.override("en"):
        report = import_content(METHODS, mapping=load_mapping(MAPPING), publish=True)
    assert not report.failed, report.problems


class Corpus:
    """Names the pages as the golden queries do."""

    def __init__(self) -> None:
        cards = ImportRecord.objects.filter(source="18f-methods")
        self._names = {
            page_id: f"18f:{external_id}"
            for page_id, external_id in cards.values_list("page_id", "external_id")
        }
        for page_id, slug in KnowledgePage.objects.values_list("pk", "slug"):
            self._names.setdefault(page_id, slug)
        public = KnowledgePage.objects.filter(sharing_level="public")
        self._public = set(public.values_list("pk", flat=True))

    def names(self) -> set[str]:
        """Every name that a judgement may use."""
        return set(self._names.values())

    def search(self, query: GoldenQuery) -> Sequence[str]:
        """What the public search answers, for its suggested spelling where it finds nothing."""
        asked = SearchQuery(
            locale=query.language,
            audience=PUBLIC,
            text=query.text,
            selections={"language": frozenset({query.language})},
            size=DEPTH,
            highlight=False,
        )
        results = service.search(asked)
        assert not results.degraded
        if not results.total and results.suggestion:
            results = service.search(asked.respelled(results.suggestion))
        return [self._names[hit.stored["id"]] for hit in results.hits]

    def wagtail(self, query: GoldenQuery) -> Sequence[str]:
        """What Wagtail's own search in the database answers, over the same public pages."""
        locale = Locale.objects.get(language_code=query.language)
        # Its filters know no sharing level: what is not public is left out of the first hundred.
        found = Page.objects.live().filter(locale=locale).search(query.text)[:100]
        public = [page.pk for page in found if page.pk in self._public]
        return [self._names[pk] for pk in public[:DEPTH]]
