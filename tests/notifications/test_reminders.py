"""Who is reminded of a decision, when, and once only."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from core.dates import date_format
from notifications.models import Notice
from notifications.reminders import remind
from organizations.models import TaskHandling
from organizations.moderation.handling import claim, declare_absence, hand_over, handling_of
from organizations.moderation.plans import configure_steps
from organizations.moderation.selectors import authors_of_submission, authors_of_submissions
from organizations.services import approve, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import contributor, lead, moderator, organization, validator
from tests.organizations.world import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives():
    return organization("rives")


def submitted(rives, *, due_in: int):
    author = contributor(member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author)
    due(page, due_in)
    return LessonPage.objects.get(pk=page.pk)


def due(page, days):
    day = timezone.localdate() + timedelta(days=days)
    TaskHandling.objects.filter(page=page).update(due_on=day)


def told(kind):
    return {each.recipient for each in Notice.objects.filter(kind=kind)}


def test_those_who_may_decide_are_reminded_two_days_before(rives):
    one, other = moderator(member_of=rives), moderator(member_of=rives)
    chief = lead(member_of=rives)
    moderator(member_of=organization("ailleurs"))
    page = submitted(rives, due_in=3)
    remind()
    assert told("due_soon") == set()
    due(page, 2)

    remind()

    assert told("due_soon") == {one, other}
    assert told("late") == set()
    with override("fr"):
        day = date_format(handling_of(page).due_on, "DATE_FORMAT")
        assert day in Notice.objects.filter(kind="due_soon").first().text
    assert chief not in told("due_soon")


def test_each_is_told_once_however_often_it_is_looked(rives):
    moderator(member_of=rives)
    lead(member_of=rives)
    submitted(rives, due_in=-1)

    for _ in range(3):
        call_command("remind_moderators")

    assert Notice.objects.filter(kind="due_soon").count() == 1
    assert Notice.objects.filter(kind="late").count() == 1


def test_only_who_claimed_it_is_reminded_and_then_who_got_it(rives):
    one, other = moderator(member_of=rives), moderator(member_of=rives)
    page = submitted(rives, due_in=1)
    claim(page.current_workflow_task_state, user=one)
    remind()
    assert told("due_soon") == {one}

    hand_over(page.current_workflow_task_state, user=one, to=other)
    remind()
    assert told("due_soon") == {one, other}


def test_the_delegate_is_reminded_for_who_is_away(rives):
    one, other = moderator(member_of=rives), moderator(member_of=rives)
    declare_absence(one, organization=rives, delegate=other, until=timezone.localdate())
    submitted(rives, due_in=1)

    remind()
    assert told("due_soon") == {other}


def test_leads_are_told_what_is_late_and_nobody_of_what_is_decided(rives):
    judge, chief = moderator(member_of=rives), lead(member_of=rives)
    lead(member_of=organization("ailleurs"))
    done = submitted(rives, due_in=-3)
    approve(done, user=judge)
    remind()
    assert told("late") == set()
    submitted(rives, due_in=-1)

    remind()
    assert told("late") == {chief}


def test_who_validates_for_the_community_is_told_and_reminded(rives):
    configure_steps(rives, steps=[("organization", 1), ("community", 1)])
    one = validator()
    page = submitted(rives, due_in=9)
    approve(page, user=moderator(member_of=rives))
    due(page, 1)

    remind()

    for kind in ("submitted", "due_soon"):
        assert one in {each.recipient for each in Notice.objects.filter(kind=kind)}
        assert Notice.objects.shown_to(one).filter(kind=kind).count() == 1


def test_the_comment_of_each_approval_reaches_the_author(rives):
    configure_steps(rives, steps=[("organization", 1), ("community", 1)])
    page = submitted(rives, due_in=9)
    approve(page, user=moderator(member_of=rives), comment="Très clair.")
    approve(page, user=validator(), comment="Exemplaire !")

    text = Notice.objects.get(recipient=page.owner, kind="approved").text
    assert "Très clair." in text
    assert "Exemplaire !" in text


def test_more_texts_cost_no_more_queries_to_know_who_wrote_them(rives):
    moderator(member_of=rives)
    pages = [submitted(rives, due_in=1) for _ in range(6)]

    with CaptureQueriesContext(connection) as for_one:
        one = authors_of_submission(pages[0])
    with CaptureQueriesContext(connection) as for_all:
        found = authors_of_submissions(pages)

    assert len(for_all) == len(for_one)
    assert len(for_one) <= 4
    assert found[pages[0].pk] == one == {pages[0].owner_id}
    assert [found[page.pk] for page in pages] == [{page.owner_id} for page in pages]


def test_a_round_asks_little_for_each_text(rives):
    moderator(member_of=rives)

    def queries():
        remind()
        with CaptureQueriesContext(connection) as asked:
            remind()
        return len(asked)

    submitted(rives, due_in=1)
    before = queries()
    for _ in range(4):
        submitted(rives, due_in=1)

    assert (queries() - before) / 4 <= 10
