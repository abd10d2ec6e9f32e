"""Texts that organizations bound by an agreement approve together."""

from html import unescape

import pytest
from django.urls import reverse

from notifications.selectors import notices_for
from organizations.agreements.services import end_agreement, suspend_agreement
from organizations.models import Agreement, Decision, Opinion
from organizations.moderation.crossing import send_back_all_in_vain
from organizations.moderation.deciding import declare_conflict
from organizations.moderation.plans import configure_steps, warnings_about
from organizations.moderation.refusals import NotForYou
from organizations.moderation.register import verify_register
from organizations.moderation.selectors import steps_of, tasks_for
from organizations.services import add_member, approve, reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.agreements import days, leader_of, signed
from tests.organizations.browser_forms import form_data
from tests.organizations.factories import (
    contributor,
    editor,
    moderator,
    organization,
    reviewer,
)
from tests.organizations.world import ask, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives():
    return organization("rives")


@pytest.fixture
def partners(rives):
    """Two organizations that an agreement binds to the owner."""
    found = [organization("amont"), organization("aval")]
    for each in found:
        signed(rives, each, may_cross_review=True)
    return found


def submitted(rives, *, people=2, organizations=2):
    """A text that its organization approved, and that waits for the others."""
    configure_steps(
        rives,
        steps=[("organization", 1), ("cross_review", people)],
        organizations=organizations,
    )
    author = contributor(member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author)
    approve(page, user=moderator(member_of=rives))
    return again(page)


def again(page):
    return LessonPage.objects.get(pk=page.pk)


def test_moderators_of_enough_other_organizations_approve(rives, partners):
    page = submitted(rives)
    first = moderator(member_of=partners[0])

    approve(page, user=first, comment="Clair.")
    assert not again(page).live
    assert [(step.kind, step.given) for step in steps_of(page)][1] == ("cross_review", 1)
    approve(page, user=moderator(member_of=partners[1]))

    assert again(page).live
    assert set(Opinion.objects.values_list("organization__slug", flat=True)) == {"amont", "aval"}
    entry = Decision.objects.filter(kind="cross_approved").earliest("number")
    assert (entry.person, entry.role, entry.organization) == (
        first,
        "moderator (Amont (fr))",
        rives,
    )


def test_two_people_of_one_organization_are_not_two_organizations(rives, partners):
    page = submitted(rives)
    for _number in range(2):
        approve(page, user=moderator(member_of=partners[0]))
    assert not again(page).live
    approve(page, user=moderator(member_of=partners[1]))
    assert again(page).live


def test_only_people_of_bound_organizations_have_a_part_in_it(rives, partners):
    page = submitted(rives, people=1, organizations=1)
    for stranger in (
        moderator(member_of=rives),
        moderator(member_of=organization("ailleurs")),
        editor(member_of=partners[0]),
        contributor(member_of=partners[0]),
    ):
        assert not tasks_for(stranger).exists()
        with pytest.raises(NotForYou):
            approve(page, user=stranger)


def test_reviewers_of_bound_organizations_approve_too(rives, partners):
    page = submitted(rives, people=1, organizations=1)
    judge = reviewer(member_of=partners[0])
    assert tasks_for(judge).exists()

    approve(page, user=judge)

    assert again(page).live
    assert Decision.objects.get(kind="cross_approved").role == "reviewer (Amont (fr))"


def test_an_agreement_without_that_right_gives_no_part_in_it(rives):
    other, third = organization("amont"), organization("aval")
    signed(rives, other)
    signed(rives, third, may_cross_review=True)
    page = submitted(rives, people=1, organizations=1)

    with pytest.raises(NotForYou):
        approve(page, user=moderator(member_of=other))


def test_those_who_are_asked_are_told_and_read_this_text_and_no_other(rives, partners, client):
    judge, third = moderator(member_of=partners[0]), moderator(member_of=organization("tiers"))
    page = submitted(rives, people=1, organizations=1)
    hidden = draft(page.get_parent(), page.owner, "Un secret")
    client.force_login(judge)

    told = notices_for(judge).get()
    answer = client.get(told.path)

    assert told.path == reverse("moderation:review", args=[page.pk])
    assert "Une leçon" in answer.content.decode()
    assert "<title>Relecture" in answer.content.decode()
    assert "- Wagtail</title>" not in answer.content.decode()
    text = reverse("moderation:read", args=[page.pk, page.latest_revision_id])
    assert "site-header" in client.get(text).content.decode()
    # Beside the decision it is the text alone.
    framed = client.get(text, headers={"sec-fetch-dest": "iframe"}).content.decode()
    assert "Une leçon" in framed
    assert "site-header" not in framed
    assert not notices_for(third).exists()
    for path in (
        reverse("moderation:review", args=[hidden.pk]),
        reverse("moderation:read", args=[hidden.pk, hidden.latest_revision_id]),
        reverse("wagtailadmin_pages:edit", args=[hidden.pk]),
    ):
        assert "Un secret" not in ask(client, path).content.decode()
    for path in ("wagtailadmin_pages:edit", "wagtailadmin_pages:history"):
        answer = ask(client, reverse(path, args=[page.pk]))
        assert "Une leçon" not in answer.content.decode()


def test_a_text_that_nobody_can_review_comes_back_at_once_and_says_why(rives):
    leader, judge = leader_of(rives), moderator(member_of=rives)
    configure_steps(rives, steps=[("organization", 1), ("cross_review", 1)])
    author = contributor(member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")

    submit_for_moderation(page, user=author)

    assert not again(page).workflow_in_progress
    assert not tasks_for(judge).exists()
    entry = Decision.objects.get(page=page)
    assert (entry.kind, entry.person, entry.step) == ("in_vain", None, "cross_review")
    for person in (author, leader):
        notice = notices_for(person).first()
        assert notice.kind == "sent_back"
        assert entry.reason in notice.text


@pytest.fixture
def left_alone(rives, django_capture_on_commit_callbacks):
    """A text that waited for an organization when its agreement was ended."""
    agreement = signed(rives, organization("amont"), may_cross_review=True)
    page = submitted(rives, people=1, organizations=1)
    with django_capture_on_commit_callbacks(execute=True):
        end_agreement(agreement, user=leader_of(rives), reason="Un désaccord.")
    return again(page)


def test_a_text_does_not_wait_for_an_agreement_that_was_ended(rives, left_alone):
    assert not left_alone.workflow_in_progress
    assert "0" in left_alone.current_workflow_state.current_task_state.comment
    assert notices_for(leader_of(rives)).filter(kind="sent_back").exists()


def test_it_passes_the_steps_that_its_lead_chose_then(rives, left_alone):
    configure_steps(rives, steps=[("organization", 1)])

    submit_for_moderation(left_alone, user=left_alone.owner)

    assert [step.kind for step in steps_of(again(left_alone))] == ["organization"]
    approve(again(left_alone), user=moderator(member_of=rives))
    assert again(left_alone).live
    assert verify_register().fault == ""


def test_it_passes_them_when_it_is_submitted_in_the_admin(rives, left_alone, client):
    configure_steps(rives, steps=[("organization", 1)])
    client.force_login(left_alone.owner)
    path = reverse("wagtailadmin_pages:edit", args=[left_alone.pk])
    reason = left_alone.current_workflow_state.current_task_state.comment
    assert reason in unescape(client.get(path).content.decode())

    client.post(path, form_data(client, path, **{"action-submit": "1"}))

    assert again(left_alone).workflow_in_progress
    assert [step.kind for step in steps_of(again(left_alone))] == ["organization"]


def test_another_agreement_is_enough_to_go_on_waiting(rives, django_capture_on_commit_callbacks):
    first, second = organization("amont"), organization("aval")
    agreement = signed(rives, first, may_cross_review=True)
    signed(rives, second, may_cross_review=True)
    page = submitted(rives, people=1, organizations=1)

    with django_capture_on_commit_callbacks(execute=True):
        end_agreement(agreement, user=leader_of(rives), reason="Un désaccord.")

    assert again(page).workflow_in_progress
    approve(again(page), user=moderator(member_of=second))


def test_what_was_approved_under_an_agreement_stays_approved(
    rives, partners, django_capture_on_commit_callbacks
):
    page = submitted(rives)
    approve(page, user=moderator(member_of=partners[0]))
    agreement = Agreement.objects.get(parties=partners[0])

    with django_capture_on_commit_callbacks(execute=True):
        end_agreement(agreement, user=leader_of(rives), reason="Un désaccord.")
    approve(again(page), user=moderator(member_of=partners[1]))

    assert again(page).live


def test_the_last_day_of_an_agreement_sends_its_texts_back(rives):
    agreement = signed(rives, organization("amont"), may_cross_review=True)
    page = submitted(rives, people=1, organizations=1)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=days(-9), ends_on=days(-1))

    send_back_all_in_vain()

    assert not again(page).workflow_in_progress


@pytest.mark.parametrize("act", [suspend_agreement, end_agreement])
def test_who_is_no_longer_bound_loses_the_text_at_once(rives, client, act):
    other = organization("amont")
    agreement = signed(rives, other, may_cross_review=True)
    page = submitted(rives, people=1, organizations=1)
    judge = moderator(member_of=other)
    client.force_login(judge)
    path = reverse("moderation:review", args=[page.pk])
    assert tasks_for(judge).exists()
    assert "Une leçon" in client.get(path).content.decode()

    act(agreement, user=leader_of(rives), reason="Un désaccord.")

    assert not tasks_for(judge).exists()
    assert ask(client, path).status_code == 404
    with pytest.raises(NotForYou):
        approve(page, user=judge)


def test_who_wrote_it_with_the_owner_is_no_other_organization(rives, partners):
    page = submitted(rives, people=1, organizations=1)
    page.co_organizations.add(partners[0])
    page.save()

    with pytest.raises(NotForYou):
        approve(page, user=moderator(member_of=partners[0]))
    approve(page, user=moderator(member_of=partners[1]))


def test_an_author_who_moderates_elsewhere_does_not_cross_review_their_own_text(rives, partners):
    page = submitted(rives, people=1, organizations=1)
    add_member(partners[0], user=page.owner, role="moderator")

    with pytest.raises(NotForYou):
        approve(page, user=page.owner)
    assert not tasks_for(page.owner).exists()


def test_another_organization_may_send_a_text_back_or_step_aside(rives, partners):
    page = submitted(rives)
    aside = moderator(member_of=partners[0])
    declare_conflict(page, user=aside)
    with pytest.raises(NotForYou):
        approve(page, user=aside)

    reject(page, user=moderator(member_of=partners[1]), comment="Les chiffres datent.")

    assert not again(page).workflow_in_progress
    assert not again(page).live


def test_a_lead_is_told_when_no_agreement_allows_it(rives):
    plan = configure_steps(rives, steps=[("organization", 1), ("cross_review", 1)])
    moderator(member_of=rives)
    assert len(warnings_about(plan)) == 2

    other = organization("amont")
    signed(rives, other, may_cross_review=True)
    moderator(member_of=other)
    assert warnings_about(plan) == []
