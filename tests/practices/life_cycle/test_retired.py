"""What is retired: where it is still found, and what it says."""

import pytest
from django.core.exceptions import ValidationError

from practices.models import PracticeApplication
from practices.services import move_to_status
from search.core.query import SearchQuery
from search.service import search
from tests.organizations.factories import lead, moderator, organization
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    translation,
)
from tests.practices.life_cycle.pages import TODAY, fresh, home, read, sheet_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [PracticeSheetFactory, CaseStudyFactory, LessonFactory])
def test_what_is_retired_leaves_search_and_comes_back(own, factory, search_index):
    page, decider = factory(parent=home(own), title="Étoile polaire"), lead(member_of=own)

    def found():
        search_index()
        return search(SearchQuery("fr", frozenset({"public"}), "polaire")).total

    assert found() == 1
    move_to_status(page, user=decider, status="retired", reason="Dépassée.")
    assert found() == 0
    back = type(page).first_state
    move_to_status(fresh(page), user=decider, status=back, reason="Retirée par erreur.")
    assert found() == 1


def test_a_retired_page_says_why_since_when_and_what_replaces_it(own, client):
    old, new = sheet_of(own, title="L’ancienne"), sheet_of(own, title="La nouvelle")
    move_to_status(
        old,
        user=moderator(member_of=own),
        status="retired",
        reason={"fr": "La fibre est arrivée.", "en": "Fibre arrived."},
        successor=new,
    )
    page = read(client, old)
    notice = page.select_one(".notice--error")
    assert "La fibre est arrivée." in notice.get_text()
    assert str(TODAY().year) in notice.get_text()
    assert notice.select_one("a")["href"] == new.get_url()
    assert page.select_one('meta[name="robots"][content="noindex"]')
    assert client.get(f"/id/{old.persistent_id}/").url == old.get_url()
    listed = client.get(home(own).get_url()).content.decode()
    assert "La nouvelle" in listed
    assert "L’ancienne" not in listed
    assert not read(client, new).select_one('meta[name="robots"]')


def test_a_successor_that_the_reader_may_not_see_is_not_named(own, client):
    old = sheet_of(own)
    new = sheet_of(own, title="Fiche interne", sharing_level="organization")
    decider = moderator(member_of=own)
    move_to_status(old, user=decider, status="retired", reason="Dépassée.", successor=new)
    notice = read(client, old).select_one(".notice--error")
    assert "Fiche interne" not in notice.get_text()
    assert not notice.select_one("a")
    client.force_login(decider)
    assert "Fiche interne" in read(client, old).select_one(".notice--error").get_text()


def test_the_successor_is_named_in_the_language_of_the_reader(own, client):
    old, new = sheet_of(own), sheet_of(own, title="La nouvelle")
    english_old, _new = translation(old, "en"), translation(new, "en", title="The new one")
    move_to_status(
        old, user=lead(member_of=own), status="retired", reason="Dépassée.", successor=new
    )
    notice = read(client, english_old).select_one(".notice--error")
    assert notice.select_one("a").get_text() == "The new one"
    assert notice.select_one("[lang=fr]").get_text().strip() == "Dépassée."


def test_a_successor_is_a_page_in_use_that_one_may_read_and_another_one(own):
    old, decider = sheet_of(own), moderator(member_of=own)
    other = organization("ailleurs")
    gone = sheet_of(own)
    move_to_status(gone, user=decider, status="retired", reason="Dépassée.")
    for wrong in (
        old,
        fresh(gone),
        sheet_of(other, sharing_level="organization"),
        PracticeSheetFactory(parent=home(own), live=False),
    ):
        with pytest.raises(ValidationError) as refusal:
            move_to_status(old, user=decider, status="retired", reason="Dépassée.", successor=wrong)
        assert list(refusal.value.message_dict) == ["successor"]


def test_retired_cases_and_lessons_leave_the_pages_that_list_them(own, client):
    sheet = sheet_of(own)
    case = CaseStudyFactory(
        parent=home(own), applications=[PracticeApplication(practice=sheet, verdict="worked")]
    )
    assert read(client, sheet).select_one("#cases")
    move_to_status(case, user=lead(member_of=own), status="retired", reason="Dépassé.")
    assert not read(client, sheet).select_one("#cases")
