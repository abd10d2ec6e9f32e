"""Texts that organizations bound by an agreement approve together."""

import pytest
from django.urls import reverse

from organizations.agreements.services import end_agreement, suspend_agreement
from organizations.models import Decision, Opinion
from organizations.moderation.deciding import declare_conflict
from organizations.moderation.plans import configure_steps, warnings_about
from organizations.moderation.refusals import NotForYou
from organizations.moderation.selectors import steps_of, tasks_for
from organizations.services import add_member, approve, reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.agreements import leader_of, signed
from tests.organizations.factories import contributor, moderator, organization, reviewer
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


def test_only_moderators_of_bound_organizations_have_a_part_in_it(rives, partners):
    page = submitted(rives, people=1, organizations=1)
    for stranger in (
        moderator(member_of=rives),
        moderator(member_of=organization("ailleurs")),
        reviewer(member_of=partners[0]),
        contributor(member_of=partners[0]),
    ):
        assert not tasks_for(stranger).exists()
        with pytest.raises(NotForYou):
            approve(page, user=stranger)


def test_an_agreement_without_that_right_gives_no_part_in_it(rives):
    other = organization("amont")
    signed(rives, other)
    page = submitted(rives, people=1, organizations=1)

    with pytest.raises(NotForYou):
        approve(page, user=moderator(member_of=other))


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
