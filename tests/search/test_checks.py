"""The start-up check of what is searchable."""

from practices.models import LessonPage
from search import registry
from search.checks import every_page_type_declares_itself


def test_every_page_type_of_the_rooms_with_profiles_has_one():
    assert every_page_type_declares_itself(None) == []


def test_a_page_type_that_declares_nothing_is_refused(monkeypatch):
    monkeypatch.delitem(registry._profiles, "practices.LessonPage")
    (error,) = every_page_type_declares_itself(None)
    assert error.id == "search.E001"
    assert error.obj is LessonPage
