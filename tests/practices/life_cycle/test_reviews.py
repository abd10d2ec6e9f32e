"""How a page comes to be looked at again, and is said to still hold."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from organizations.services import remove_member
from practices.models import ReviewPeriods, StatusChange, Verification
from practices.selectors import pages_to_review
from practices.services import move_to_status, take_over_life_cycle, verify
from tests.organizations.factories import contributor, editor, lead, moderator, organization, person
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    translation,
)
from tests.practices.life_cycle.pages import TODAY, fresh, home, read, sheet_of

pytestmark = pytest.mark.django_db


def test_an_overdue_page_stays_and_says_so(own, client):
    due = sheet_of(own, review_by=TODAY() - datetime.timedelta(days=1))
    later = sheet_of(own, review_by=TODAY() + datetime.timedelta(days=1))
    assert read(client, due).select_one(".notice--warning")
    assert not read(client, later).select_one(".notice--warning")


def test_the_next_review_follows_from_the_period_of_the_type(own):
    periods = ReviewPeriods.load()
    assert periods.after(datetime.date(2024, 1, 31), "lesson") == datetime.date(2027, 1, 31)
    periods.practice_sheet = 13
    assert periods.after(datetime.date(2024, 1, 31), "practice-sheet") == datetime.date(2025, 2, 28)
    assert periods.after(datetime.date(2024, 1, 31), "case-study") is None


def test_publishing_sets_the_next_review_where_nobody_did(own):
    draft = PracticeSheetFactory(parent=home(own), live=False)
    assert draft.review_by is None
    draft.save_revision().publish()
    assert fresh(draft).review_by == ReviewPeriods.load().after(TODAY(), "practice-sheet")
    assert CaseStudyFactory(parent=home(own)).review_by is None
    given = datetime.date(2030, 5, 1)
    assert PracticeSheetFactory(parent=home(own), review_by=given).review_by == given


def test_a_verification_sets_both_dates_and_is_kept(own):
    author = contributor(member_of=own)
    sheet = sheet_of(own, owner=author, review_by=datetime.date(2020, 1, 1))
    verify(sheet, user=author, note="Relue avec l’équipe.")
    verify(sheet, user=author, review_by=TODAY() + datetime.timedelta(days=9))
    page = fresh(sheet)
    assert page.last_verified_on == TODAY()
    assert page.review_by == TODAY() + datetime.timedelta(days=9)
    assert [each.text for each in Verification.objects.all()] == ["", "Relue avec l’équipe."]
    with pytest.raises(ValidationError):
        verify(sheet, user=author, review_by=TODAY())


def test_who_does_not_own_or_edit_a_page_does_not_verify_it(own):
    former = contributor(member_of=own)
    sheet = sheet_of(own, owner=former)
    remove_member(own, user=former)
    for user in (
        former,
        contributor(member_of=own),
        editor(member_of=organization("ailleurs")),
        AnonymousUser(),
    ):
        with pytest.raises(PermissionDenied):
            verify(sheet, user=user)
    assert not Verification.objects.exists()


def test_what_is_retired_is_not_verified(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)
    move_to_status(sheet, user=decider, status="retired", reason="Dépassée.")
    with pytest.raises(ValidationError):
        verify(sheet, user=decider)


def test_pages_to_review_are_those_one_may_verify_the_longest_due_first_and_once(own):
    def due(days, **fields):
        return sheet_of(own, review_by=TODAY() + datetime.timedelta(days=days), **fields)

    author = contributor(member_of=own)
    soon, late, mine = due(5), due(-5), due(1, owner=author)
    due(90)
    translation(late, "en")
    gone = due(-1)
    move_to_status(gone, user=lead(member_of=own), status="retired", reason="Dépassée.")

    def asked(subject):
        return [page.pk for page in pages_to_review(subject)]

    everything = [late.pk, mine.pk, soon.pk]
    assert asked(own) == asked(editor(member_of=own)) == everything
    assert asked(author) == [mine.pk]
    assert asked(person()) == asked(AnonymousUser()) == []
    assert asked(lead(member_of=organization("ailleurs"))) == []
    assert late.pk not in [page.pk for page in pages_to_review(own, within_days=-10)]


def test_what_another_system_says_is_taken_over_and_nobody_is_named(own, statuses):
    sheet = sheet_of(own)
    take_over_life_cycle(
        sheet,
        {"status": statuses["validated"], "last_verified_on": datetime.date(2024, 2, 1)},
    )
    page = fresh(sheet)
    assert page.state == "validated"
    assert page.review_by == datetime.date(2026, 2, 1)
    assert StatusChange.objects.get().user is None


def test_a_page_is_verified_in_one_click_or_after_asking(own, client):
    sheet, user = sheet_of(own), editor(member_of=own)
    address = reverse("still-valid", args=[sheet.persistent_id])
    assert not read(client, sheet).select_one("#verified")
    assert client.get(address).url.startswith(reverse("account_login"))
    client.force_login(user)
    form = read(client, sheet).select_one("#verified form")
    assert form["action"] == address
    assert form.select_one('[name="csrfmiddlewaretoken"]')

    assert client.post(address).url == sheet.get_url()
    assert fresh(sheet).last_verified_on == TODAY()
    assert client.get(address).status_code == 200
    client.post(address, {"note": "Relue <b>hier</b>."})
    shown = read(client, sheet).select_one("#verified").get_text()
    assert "Relue <b>hier</b>." in shown
    assert str(user) in shown
    assert own.name in shown


def test_a_lesson_told_by_proxy_does_not_name_who_verified_it(own, client):
    lesson, user = LessonFactory(parent=home(own), anonymous_by_proxy=True), lead(member_of=own)
    verify(lesson, user=user)
    shown = read(client, lesson).select_one("#verified").get_text()
    assert str(user) not in shown
    assert own.name in shown
