"""The list from the database agrees with the index on who finds what under which filters."""

from datetime import date

import pytest

from organizations.models import SharingLevel
from practices.listing import list_from_database
from search import service
from search.audience import PUBLIC
from search.core.query import SearchQuery
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(search_index):
    """A few pages of every kind, indexed."""
    broad = term("theme", "evaluation")
    narrow = term("theme", "formative", parent=broad)
    other = organization_page("ailleurs")
    sheet = PracticeSheetFactory(
        title="Rétroaction entre pairs",
        themes=[narrow],
        tags=["pairs", "écrit"],
        delivery_modes=[term("delivery_mode", "distance")],
        date_end=date(2021, 6, 1),
    )
    sheet.cost_class = term("cost_class", "cost-1")
    sheet.competencies.create(
        dimension=term("competency", "collaborer"), level=term("competency_level", "debutant")
    )
    sheet.save()
    retired = PracticeSheetFactory(title="Retirée")
    retired.status = term("status", "retired")
    retired.save()
    CaseStudyFactory(title="Un cas", themes=[broad], tags=["pairs"], parent=other)
    lesson = LessonFactory(title="Une leçon", sharing_level=SharingLevel.ORGANIZATION)
    lesson.impact = term("impact", "negative")
    lesson.save()
    LessonFactory(title="An English one", parent=organization_page(language="en"))
    search_index()
    return lesson.organization_id


SELECTIONS = [
    {},
    {"type": {"lesson", "case-study"}},
    {"theme": {"evaluation"}},
    {"theme": {"evaluation/formative"}},
    {"organization": {"ailleurs"}},
    {"mode": {"distance"}},
    {"cost": {"cost-1"}},
    {"impact": {"negative"}},
    {"competency": {"collaborer"}},
    {"competency": {"collaborer/debutant"}},
    {"competency": {"collaborer/avance"}},
    {"tag": {"pairs"}},
    {"tag": {"pairs", "ecrit"}},
    {"tag": {"absent"}},
    {"year": {"2021"}},
    {"year": {"2021", "soon"}},
    {"language": {"en"}},
    {"type": {"practice-sheet"}, "theme": {"evaluation"}, "tag": {"pairs"}},
]


@pytest.mark.parametrize("selections", SELECTIONS, ids=str)
@pytest.mark.parametrize("is_member", [False, True])
def test_both_find_the_same(pages, selections, is_member):
    audience = PUBLIC | {"community", f"org:{pages}"} if is_member else PUBLIC
    query = SearchQuery(
        "fr",
        audience,
        selections={name: frozenset(values) for name, values in selections.items()},
        size=50,
    )
    indexed, listed = service.search(query), list_from_database(query)
    assert not indexed.degraded
    assert {hit.key for hit in listed.hits} == {hit.key for hit in indexed.hits}
    assert listed.total == indexed.total == len(listed.hits)


def test_every_word_must_be_in_the_title_or_the_summary(pages):
    def titles(text):
        hits = list_from_database(SearchQuery("fr", PUBLIC, text)).hits
        return [hit.stored["title"] for hit in hits]

    assert titles("pairs rétroaction") == ["Rétroaction entre pairs"]
    assert titles("pairs absent") == []
    assert titles("%") == []


def test_pages_and_cursors_follow_each_other(pages):
    everything = list_from_database(SearchQuery("fr", PUBLIC, size=50)).hits
    first = list_from_database(SearchQuery("fr", PUBLIC, size=2))
    rest = list_from_database(SearchQuery("fr", PUBLIC, size=2, cursor=first.next_cursor))
    assert first.hits + rest.hits == everything[:4]
    assert list_from_database(SearchQuery("fr", PUBLIC, size=2, page=2)).hits == rest.hits
    assert not list_from_database(SearchQuery("fr", PUBLIC, size=2, page=900)).hits
