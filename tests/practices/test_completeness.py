import pytest
from django.utils.translation import override

from practices.completeness import NEEDS, completeness, completeness_of_draft, label_of
from practices.models import CaseStudyPage, Contribution, LessonPage, PracticeSheetPage
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    term,
)

MODELS = {model.type_slug: model for model in (PracticeSheetPage, CaseStudyPage, LessonPage)}


@pytest.mark.parametrize("type_slug", MODELS)
def test_every_need_names_a_field_that_people_know(type_slug):
    with override("en"):
        labels = [label_of(MODELS[type_slug], need.field) for need in NEEDS[type_slug]]
    assert all(labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.django_db
def test_a_sheet_that_was_only_proposed_is_told_what_readers_need_most():
    sheet = PracticeSheetFactory(problem="<p>Un problème</p>")
    found = completeness(sheet)
    assert 0 < found.percent < 30
    assert found.next.field == "building_blocks"
    assert found.next_label
    assert found.next.why


@pytest.mark.django_db
def test_markup_without_a_word_fills_nothing():
    empty = completeness(PracticeSheetFactory(problem="<p> </p>"))
    assert empty.next.field == "problem"


@pytest.mark.django_db
def test_each_field_that_is_filled_raises_the_meter():
    before = completeness(LessonFactory())
    after = completeness(
        LessonFactory(
            lesson="<p>Su</p>",
            themes=[term("theme", "feedback")],
            contributions=[Contribution(name="Ada")],
        )
    )
    assert after.percent > before.percent
    assert {"lesson", "themes", "contributions"}.isdisjoint(n.field for n in after.missing)


@pytest.mark.django_db
def test_names_are_not_asked_for_where_nobody_may_be_named():
    fields = {need.field for need in completeness(LessonFactory(anonymous_by_proxy=True)).missing}
    assert {"contributions", "contact_email"}.isdisjoint(fields)


@pytest.mark.django_db
def test_a_page_where_nothing_is_missing_is_complete_and_asks_for_nothing(monkeypatch):
    monkeypatch.setitem(NEEDS, "lesson", NEEDS["lesson"][:1])
    found = completeness(LessonFactory())
    assert (found.percent, found.next, found.next_label) == (100, None, "")


@pytest.mark.django_db
def test_the_latest_draft_weighs_as_much_in_a_list_as_on_the_page(django_assert_num_queries):
    case = CaseStudyFactory(
        aims="<p>Un but</p>",
        themes=[term("theme", "feedback")],
        tags=["pairs"],
        learning_points=[{"type": "point", "value": "Un point"}],
        contributions=[Contribution(name="Ada")],
        cost_class=term("cost_class", "cost-1"),
    )
    content = case.save_revision().content
    expected = completeness(case)
    with django_assert_num_queries(0):
        assert completeness_of_draft(CaseStudyPage, content) == expected
