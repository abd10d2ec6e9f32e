"""Who looks after a task, until when, and who stands in for whom."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from core.dates import date_format
from notifications.models import Notice
from organizations.models import Absence, TaskHandling
from organizations.moderation.deciding import declare_conflict
from organizations.moderation.handling import (
    claim,
    declare_absence,
    end_absence,
    hand_over,
    handling_of,
    possible_holders,
    release,
    set_priority,
)
from organizations.moderation.plans import configure_steps
from organizations.moderation.refusals import AlreadyDecided, DecisionRefused, NotForYou
from organizations.services import approve, reject, remove_member, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import (
    contributor,
    editor,
    lead,
    moderator,
    organization,
    reviewer,
    validator,
)
from tests.organizations.world import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives():
    return organization("rives")


def submitted(rives, title="Une leçon"):
    author = contributor(member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, title)
    submit_for_moderation(page, user=author)
    return LessonPage.objects.get(pk=page.pk)


def task_of(page):
    return page.current_workflow_task_state


def late(page):
    TaskHandling.objects.filter(page=page).update(due_on=timezone.localdate() - timedelta(days=1))


def test_a_task_is_due_on_the_day_that_the_organization_chose(rives):
    assert handling_of(submitted(rives)).due_on == timezone.localdate() + timedelta(days=10)
    plan = configure_steps(rives, steps=[("organization", 1)])
    plan.steps.update(days=3)

    assert handling_of(submitted(rives)).due_on == timezone.localdate() + timedelta(days=3)


def test_each_step_has_a_day_of_its_own(rives):
    plan = configure_steps(rives, steps=[("organization", 1), ("community", 1)])
    plan.steps.filter(kind="community").update(days=30)
    page = submitted(rives)
    claim(task_of(page), user=(one := moderator(member_of=rives)))

    approve(page, user=one)

    handling = handling_of(page)
    assert handling.due_on == timezone.localdate() + timedelta(days=30)
    assert handling.claimed_by is None


def test_only_who_claimed_a_text_decides_on_it(rives):
    page, one, other = submitted(rives), moderator(member_of=rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    claim(task_of(page), user=one)

    for refused in (approve, reject):
        with pytest.raises(NotForYou, match=str(one)):
            refused(page, user=other, comment="Non.")
    with pytest.raises(NotForYou):
        claim(task_of(page), user=other)
    with pytest.raises(NotForYou):
        release(task_of(page), user=other)
    approve(page, user=one)


def test_what_was_released_waits_for_everybody(rives):
    page, one, other = submitted(rives), moderator(member_of=rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    release(task_of(page), user=one)

    approve(page, user=other)
    assert LessonPage.objects.get(pk=page.pk).live


def test_who_may_not_decide_claims_nothing(rives):
    page = submitted(rives)
    barred = moderator(member_of=rives)
    declare_conflict(page, user=barred)
    wrote = moderator(member_of=rives)
    page.summary = "Mieux dit."
    page.save_revision(user=wrote)
    people = [page.owner, editor(member_of=rives), lead(member_of=rives), barred, wrote]
    people.append(moderator(member_of=organization("ailleurs")))

    for each in people:
        with pytest.raises(DecisionRefused):
            claim(task_of(page), user=each)
    assert handling_of(page).claimed_by is None


def test_where_several_people_are_asked_nobody_claims(rives):
    configure_steps(rives, steps=[("internal_review", 2), ("organization", 1)])
    page = submitted(rives)

    with pytest.raises(NotForYou):
        claim(task_of(page), user=reviewer(member_of=rives))


def test_a_text_is_handed_over_to_who_may_decide(rives):
    page, one, other = submitted(rives), moderator(member_of=rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    assert possible_holders(handling_of(page), one) == [other]
    for wrong in (page.owner, editor(member_of=rives), validator()):
        with pytest.raises(NotForYou):
            hand_over(task_of(page), user=one, to=wrong)

    hand_over(task_of(page), user=one, to=other)

    assert handling_of(page).claimed_by == other
    with pytest.raises(NotForYou):
        approve(page, user=one)
    notice = Notice.objects.get(recipient=other, kind="handed_over")
    assert notice.path == reverse("moderation:review", args=[page.pk])
    assert str(one) in notice.text


def test_a_lead_ends_a_claim_once_the_day_is_over(rives):
    page, one, chief = submitted(rives), moderator(member_of=rives), lead(member_of=rives)
    claim(task_of(page), user=one)
    with pytest.raises(NotForYou):
        release(task_of(page), user=chief)
    late(page)

    hand_over(task_of(page), user=chief, to=(other := moderator(member_of=rives)))
    assert handling_of(page).claimed_by == other
    release(task_of(page), user=chief)
    assert handling_of(page).claimed_by is None


def test_a_claim_of_somebody_who_left_binds_nobody(rives):
    page, one = submitted(rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    remove_member(rives, user=one)

    approve(page, user=moderator(member_of=rives))


def test_who_declares_a_conflict_lets_go(rives):
    page, one = submitted(rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    declare_conflict(page, user=one)

    assert handling_of(page).claimed_by is None


def test_nobody_claims_what_is_decided(rives):
    page, one = submitted(rives), moderator(member_of=rives)
    task = task_of(page)
    approve(page, user=one)

    with pytest.raises(AlreadyDecided):
        claim(task, user=one)


def test_leads_and_moderators_say_what_is_urgent(rives):
    page = submitted(rives)
    for each in (lead(member_of=rives), moderator(member_of=rives)):
        set_priority(task_of(page), user=each, priority=1)
        assert handling_of(page).priority == 1
        set_priority(task_of(page), user=each, priority=0)
    for each in (page.owner, reviewer(member_of=rives), lead(member_of=organization("ailleurs"))):
        with pytest.raises(NotForYou):
            set_priority(task_of(page), user=each, priority=1)
    with pytest.raises(ValidationError):
        set_priority(task_of(page), user=lead(member_of=rives), priority=7)


# Absence


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_what_an_absent_person_claimed_passes_on(rives):
    page, one, other = submitted(rives), moderator(member_of=rives), moderator(member_of=rives)
    claim(task_of(page), user=one)

    declare_absence(one, organization=rives, delegate=other, until=tomorrow())

    assert handling_of(page).claimed_by == other
    approve(page, user=other)


def test_what_the_delegate_may_not_decide_on_waits_for_everybody(rives):
    page, one, other = submitted(rives), moderator(member_of=rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    declare_conflict(page, user=other)

    declare_absence(one, organization=rives, delegate=other, until=tomorrow())
    assert handling_of(page).claimed_by is None


def test_what_is_handed_over_to_an_absent_person_goes_to_their_delegate(rives):
    one, two, three = (moderator(member_of=rives) for _ in range(3))
    declare_absence(two, organization=rives, delegate=three, until=tomorrow())
    page = submitted(rives)

    hand_over(task_of(page), user=one, to=two)
    assert handling_of(page).claimed_by == three

    end_absence(two, organization=rives)
    hand_over(task_of(page), user=three, to=two)
    assert handling_of(page).claimed_by == two


def test_a_delegate_holds_the_same_role(rives):
    one = moderator(member_of=rives)
    for wrong in (one, editor(member_of=rives), moderator(member_of=organization("ailleurs"))):
        with pytest.raises(ValidationError):
            declare_absence(one, organization=rives, delegate=wrong, until=tomorrow())
    with pytest.raises(ValidationError):
        declare_absence(
            one,
            organization=rives,
            delegate=moderator(member_of=rives),
            until=timezone.localdate() - timedelta(days=1),
        )
    assert not Absence.objects.exists()


def test_delegates_in_a_circle_keep_nobody_waiting(rives):
    one, two, three = (moderator(member_of=rives) for _ in range(3))
    declare_absence(one, organization=rives, delegate=two, until=tomorrow())
    declare_absence(two, organization=rives, delegate=one, until=tomorrow())
    page = submitted(rives)

    hand_over(task_of(page), user=three, to=one)
    assert {handling_of(page).claimed_by_id} <= {one.pk, two.pk}


# In the admin


def test_a_moderator_claims_and_hands_over_from_the_page_of_the_text(rives, client):
    page, one, other = submitted(rives), moderator(member_of=rives), moderator(member_of=rives)
    client.force_login(one)
    path = reverse("moderation:handle", args=[page.pk])

    client.post(path, {"action": "claim"})
    assert handling_of(page).claimed_by == one
    client.post(path, {"action": "priority", "priority": "1"})
    assert handling_of(page).priority == 1
    client.post(path, {"action": "hand_over", "to": page.owner_id})
    assert handling_of(page).claimed_by == one
    client.post(path, {"action": "hand_over", "to": other.pk})
    assert handling_of(page).claimed_by == other
    review = client.get(reverse("moderation:review", args=[page.pk])).content.decode()
    assert str(other) in review
    assert 'id="decision"' not in review


def test_the_author_reads_when_to_expect_a_decision_and_from_whom(rives, client):
    configure_steps(rives, steps=[("organization", 1), ("community", 1)])
    page, one = submitted(rives), moderator(member_of=rives)
    claim(task_of(page), user=one)
    client.force_login(page.owner)
    with override("fr"):
        day = date_format(handling_of(page).due_on, "DATE_FORMAT")

    for name in ("wagtailadmin_pages:edit", "moderation:review"):
        text = client.get(reverse(name, args=[page.pk])).content.decode()
        assert day in text
        assert str(one) in text
        assert "Étape 1 de 2" in text


def test_a_moderator_says_that_they_will_be_away_and_comes_back(rives, client):
    one, other = moderator(member_of=rives), moderator(member_of=rives)
    client.force_login(one)
    path, prefix = reverse("moderation:absence"), f"org{rives.pk}"
    data = {"organization": rives.pk, f"{prefix}-delegate": other.pk}

    assert client.post(path, {**data, f"{prefix}-until": "2001-01-01"}).status_code == 200
    assert client.post(path, {**data, f"{prefix}-until": str(tomorrow())}).status_code == 302
    assert Absence.objects.get().delegate == other
    assert str(other) in client.get(path).content.decode()
    client.post(path, {"organization": rives.pk, "back": "1"})
    assert not Absence.objects.exists()


def test_who_decides_alone_can_be_away_and_the_leads_know(rives, client):
    boss, alone = lead(member_of=rives), moderator("marc", member_of=rives)
    page = submitted(rives)
    claim(page.current_workflow_task_state, user=alone)
    client.force_login(alone)
    path, prefix = reverse("moderation:absence"), f"org{rives.pk}"
    assert client.get(path).context["rows"][0]["form"].fields.keys() == {"until"}

    answer = client.post(
        path, {"organization": rives.pk, f"{prefix}-until": tomorrow().isoformat()}, follow=True
    )

    said = answer.content.decode()
    assert "personne ne décide pour vous" in said
    assert "les responsables en sont prévenus" in said
    assert handling_of(page).claimed_by is None
    notice = Notice.objects.get(recipient=boss, kind="away_alone")
    assert "marc" in notice.text
    assert not Notice.objects.filter(recipient=alone, kind="away_alone").exists()
    # Decisions are not lost: the late one goes to the leads, and back, the person decides.
    end_absence(alone, organization=rives)
    approve(page, user=alone)
    # Where somebody else could, somebody else must be named.
    moderator(member_of=rives)
    with pytest.raises(ValidationError):
        declare_absence(alone, organization=rives, until=tomorrow())


def test_nobody_is_absent_from_an_organization_that_is_not_theirs(rives, client):
    client.force_login(moderator(member_of=organization("ailleurs")))
    prefix = f"org{rives.pk}"
    client.post(
        reverse("moderation:absence"),
        {
            "organization": rives.pk,
            f"{prefix}-delegate": moderator(member_of=rives).pk,
            f"{prefix}-until": str(tomorrow()),
        },
    )
    assert not Absence.objects.exists()
