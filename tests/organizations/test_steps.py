"""The steps that an organization chooses, and the texts that pass them."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import TaskState

from organizations.models import Decision, ModerationPlan, Opinion
from organizations.moderation.plans import configure_steps, warnings_about
from organizations.moderation.refusals import NotForYou, ReasonMissing
from organizations.moderation.selectors import authors_of_submission, steps_of, tasks_for
from organizations.services import (
    add_member,
    approve,
    decide,
    reject,
    remove_member,
    submit_for_moderation,
)
from practices.models import LessonPage, PracticeSheetPage
from tests.organizations.browser_forms import form_data
from tests.organizations.factories import (
    contributor,
    lead,
    moderator,
    organization,
    reviewer,
    validator,
)
from tests.organizations.world import World, ask, build_world, draft

pytestmark = pytest.mark.django_db

ALL = [("completeness", 10), ("internal_review", 2), ("organization", 1), ("community", 2)]


@pytest.fixture
def rives():
    return organization("rives")


def submitted(rives, title="Une leçon"):
    """A text that a contributor submitted."""
    author = contributor(member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, title)
    page.lesson = page.happened = "<p>Beaucoup de choses.</p>"
    page.save_revision(user=author)
    submit_for_moderation(page, user=author)
    return again(page)


def again(page):
    return LessonPage.objects.get(pk=page.pk)


def stands(page) -> str:
    """The kind of the step at which a page is; "" when it waits for nobody."""
    state = again(page).current_workflow_task_state
    return state.task.specific.kind.value if state else ""


def test_without_a_plan_the_organization_approves_and_no_more(rives):
    page = submitted(rives)

    assert [step.kind for step in steps_of(page)] == ["organization"]
    approve(page, user=moderator(member_of=rives))
    assert again(page).live


def test_a_text_passes_all_the_steps_in_their_order(rives):
    configure_steps(rives, steps=ALL)
    page = submitted(rives)

    assert [(step.kind, step.status) for step in steps_of(page)] == [
        ("completeness", "approved"),
        ("internal_review", "in_progress"),
        ("organization", ""),
        ("community", ""),
    ]
    decide(page, user=reviewer(member_of=rives), action="recommend", comment="Très clair.")
    assert stands(page) == "internal_review"
    decide(page, user=reviewer(member_of=rives), action="advise", comment="Citer les coûts.")
    assert stands(page) == "organization"
    approve(page, user=moderator(member_of=rives))
    assert stands(page) == "community"
    assert not again(page).live
    approve(page, user=validator())
    assert stands(page) == "community"
    approve(page, user=validator(role="facilitator"))

    assert again(page).live
    assert list(Decision.objects.order_by("number").values_list("kind", flat=True)) == [
        "recommended",
        "changes_advised",
        "approved",
        "validated",
        "validated",
    ]


def test_a_text_that_says_too_little_goes_back_at_once_with_what_it_lacks(rives):
    configure_steps(rives, steps=[("completeness", 90), ("organization", 1)])
    page = submitted(rives)

    state = page.current_workflow_state
    assert state.status == state.STATUS_NEEDS_CHANGES
    assert "Recommandations" in state.current_task_state.comment
    entry = Decision.objects.get()
    assert (entry.kind, entry.person, entry.person_name) == ("incomplete", None, "")
    # Filled in, it passes.
    configure_steps(rives, steps=[("completeness", 10), ("organization", 1)])
    state.cancel()
    submit_for_moderation(again(page), user=page.owner)
    assert stands(page) == "organization"


def test_each_type_of_page_may_have_steps_of_its_own(rives):
    lessons = ContentType.objects.get_for_model(LessonPage)
    configure_steps(rives, steps=ALL)
    configure_steps(rives, steps=[("organization", 1)], content_type=lessons.pk)
    sheet = PracticeSheetPage(title="Une fiche", summary="Brève.", problem="<p>Un.</p>", live=False)
    rives.pages.get(locale__language_code="fr").add_child(instance=sheet)

    assert [step.kind for step in steps_of(sheet)] == [kind for kind, _number in ALL]
    assert [step.kind for step in steps_of(submitted(rives))] == ["organization"]


def test_a_text_in_progress_keeps_the_steps_with_which_it_was_submitted(rives):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1)])
    page = submitted(rives)

    configure_steps(rives, steps=[("organization", 1), ("community", 1)])
    configure_steps(rives, steps=[("internal_review", 3), ("organization", 1)])

    decide(page, user=reviewer(member_of=rives), action="recommend")
    approve(page, user=moderator(member_of=rives))
    assert again(page).live
    assert [step.needed for step in steps_of(submitted(rives, "Une autre"))] == [3, 1]


def test_another_organization_keeps_its_own_steps(rives):
    configure_steps(rives, steps=ALL)
    assert [step.kind for step in steps_of(submitted(organization("ailleurs")))] == ["organization"]


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        ["completeness"],
        ["organization", "organization"],
        ["organization", "completeness"],
        ["organization", "internal_review"],
        ["community", "organization"],
        ["organization", "oracle"],
    ],
)
def test_steps_that_cannot_work_are_refused(rives, kinds):
    with pytest.raises(ValidationError):
        configure_steps(rives, steps=[(kind, 1) for kind in kinds])
    assert not ModerationPlan.objects.exists()


def test_a_step_for_which_there_are_too_few_people_is_told(rives):
    plan = configure_steps(rives, steps=[("internal_review", 2), ("organization", 1)])
    assert len(warnings_about(plan)) == 2

    reviewer(member_of=rives)
    reviewer(member_of=rives)
    moderator(member_of=rives)
    assert warnings_about(plan) == []


# Reviewers and validators


def test_reviewers_advise_and_decide_nothing(rives):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1)])
    page, one = submitted(rives), reviewer(member_of=rives)

    for action in ("approve", "reject"):
        with pytest.raises(NotForYou):
            decide(page, user=one, action=action, comment="Non.")
    with pytest.raises(ReasonMissing):
        decide(page, user=one, action="advise")
    decide(page, user=one, action="advise", comment="Trop long.")
    with pytest.raises(NotForYou):
        approve(page, user=one)


def test_a_reviewer_who_comes_back_is_led_on_while_they_hold_the_role(rives, client):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1)])
    page, one = submitted(rives), reviewer(member_of=rives)
    client.force_login(one)
    path = reverse("moderation:review", args=[page.pk])
    said = {
        "action": "advise",
        "comment": "Trop long.",
        "task_state": page.current_workflow_task_state.pk,
        "revision": page.latest_revision_id,
    }

    # Where they came from would be the page that is no longer theirs.
    for answer in (
        client.post(path, {**said, "next": path}, follow=True),
        client.get(path, follow=True),
    ):
        assert answer.status_code == 200
        assert answer.redirect_chain[-1][0] == reverse("moderation:inbox")
    assert "d’autres en décident maintenant" in answer.content.decode()
    stranger = reviewer(member_of=organization("ailleurs"))
    remove_member(rives, user=one)
    for someone, refused in ((one, 403), (stranger, 404)):
        client.force_login(someone)
        assert ask(client, path).status_code == refused


def test_nobody_speaks_twice_nor_of_their_own_text(rives):
    configure_steps(rives, steps=[("internal_review", 2), ("organization", 1)])
    page, one = submitted(rives), reviewer(member_of=rives)
    decide(page, user=one, action="recommend")

    with pytest.raises(NotForYou):
        decide(page, user=one, action="recommend")
    page.contributions.create(name="Une réviseure", user=(other := reviewer(member_of=rives)))
    page.save_revision(user=page.owner)
    with pytest.raises(NotForYou):
        decide(page, user=other, action="recommend")
    assert Opinion.objects.count() == 1


def test_what_was_said_of_a_text_is_not_said_of_the_next_one(rives):
    configure_steps(rives, steps=[("internal_review", 2), ("organization", 1)])
    page, one = submitted(rives), reviewer(member_of=rives)
    decide(page, user=one, action="recommend")
    assert not tasks_for(one).exists()
    page.summary = "Un autre résumé."
    page.save_revision(user=moderator(member_of=rives))

    assert tasks_for(one).count() == 1
    decide(page, user=reviewer(member_of=rives), action="recommend")
    assert stands(page) == "internal_review"
    decide(page, user=one, action="recommend")
    assert stands(page) == "organization"


def test_a_moderator_need_not_wait_for_advice_to_send_a_text_back(rives):
    configure_steps(rives, steps=[("internal_review", 2), ("organization", 1)])
    page, judge = submitted(rives), moderator(member_of=rives)

    with pytest.raises(NotForYou):
        approve(page, user=judge)
    reject(page, user=judge, comment="Hors sujet.")
    assert stands(page) == ""


def test_a_moderator_who_advised_may_still_send_a_text_back(rives):
    configure_steps(rives, steps=[("internal_review", 2), ("organization", 1)])
    page, judge = submitted(rives), moderator(member_of=rives)
    add_member(rives, user=judge, role="reviewer")
    decide(page, user=judge, action="recommend")

    reject(page, user=judge, comment="À la réflexion, non.")
    assert stands(page) == ""


def test_who_changes_a_text_sends_it_back_through_the_steps_before(rives):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1)])
    page = submitted(rives)
    decide(page, user=reviewer(member_of=rives), action="recommend")
    page.summary = "Corrigé par une modératrice."
    page.save_revision(user=moderator(member_of=rives))

    approve(page, user=moderator(member_of=rives))

    assert stands(page) == "internal_review"
    assert not again(page).live


def test_each_sees_in_their_tasks_what_their_step_asks(rives):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1), ("community", 1)])
    page = submitted(rives)
    people = {
        "internal_review": reviewer(member_of=rives),
        "organization": moderator(member_of=rives),
        "community": validator(),
    }
    strangers = [
        reviewer(member_of=organization("ailleurs")),
        moderator(member_of=organization("ailleurs")),
        page.owner,
    ]
    for step, action in (("internal_review", "recommend"), ("organization", "approve")):
        assert [name for name, user in people.items() if tasks_for(user).exists()] == [step]
        assert not any(tasks_for(user).exists() for user in strangers)
        decide(page, user=people[step], action=action)
    assert [name for name, user in people.items() if tasks_for(user).exists()] == ["community"]


def test_reviewers_read_the_text_without_the_right_to_edit_and_say_what_they_think(rives, client):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1)])
    page, one = submitted(rives, "Une leçon à relire"), reviewer(member_of=rives)
    client.force_login(one)
    path = reverse("moderation:review", args=[page.pk])
    read = reverse("moderation:read", args=[page.pk, page.latest_revision_id])

    assert path in client.get("/admin/").content.decode()
    assert "Une leçon à relire" in client.get(path).content.decode()
    assert "Une leçon à relire" in ask(client, read).content.decode()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert ask(client, edit).status_code == 404
    data = {
        "revision": page.latest_revision_id,
        "task_state": page.current_workflow_task_state.pk,
        "action": "recommend",
        "comment": "À publier.",
    }
    assert client.post(path, data).status_code == 302

    assert Opinion.objects.get().comment == "À publier."
    # Once they spoke and the text is elsewhere, it is no longer theirs to read.
    assert client.get(path)["Location"] == reverse("moderation:inbox")
    assert ask(client, read).status_code == 404
    client.force_login(moderator(member_of=rives))
    assert "À publier." in client.get(path).content.decode()
    client.force_login(page.owner)
    assert "À publier." in client.get(path).content.decode()


def test_validators_read_only_what_waits_for_the_community(rives, client):
    configure_steps(rives, steps=[("organization", 1), ("community", 1)])
    page = submitted(rives)
    client.force_login(validator())
    path = reverse("moderation:review", args=[page.pk])

    assert ask(client, path).status_code == 404
    approve(page, user=moderator(member_of=rives))
    assert client.get(path).status_code == 200


# In the admin


@pytest.fixture
def world() -> World:
    return build_world()


def plan_data(world, *kinds, **fields):
    rows = {
        f"steps-{place}-{name}": value
        for place, kind in enumerate(kinds)
        for name, value in {
            "kind": kind,
            "people": 2,
            "organizations": 1,
            "percent": 50,
            "days": 10,
            "ORDER": place + 1,
            "id": "",
            "DELETE": "",
        }.items()
    }
    return {
        "organization": world.ids["rives"],
        "content_type": ContentType.objects.get_for_model(LessonPage).pk,
        "steps-TOTAL_FORMS": len(kinds),
        "steps-INITIAL_FORMS": 0,
        **rows,
        **fields,
    }


def test_a_lead_chooses_the_steps_for_a_type_of_page(world):
    client = world.client("lead")
    path = reverse("moderation-plans:add")

    answer = client.post(path, plan_data(world, "internal_review", "organization"), follow=True)

    page = draft(world.pages["home"], world.people["editor"], "Neuve")
    assert [step.kind for step in steps_of(page)] == ["internal_review", "organization"]
    # Nobody there reviews yet.
    assert "help-warning" in (text := answer.content.decode()) or "warning" in text


def test_a_lead_is_told_which_steps_cannot_work(world):
    client = world.client("lead")
    before = ModerationPlan.objects.count()

    answer = client.post(
        reverse("moderation-plans:add"), plan_data(world, "organization", "internal_review")
    )

    assert answer.status_code == 200
    assert ModerationPlan.objects.count() == before


def test_a_lead_chooses_nothing_for_another_organization(world):
    client = world.client("lead")
    before = ModerationPlan.objects.count()

    client.post(
        reverse("moderation-plans:add"),
        plan_data(world, "organization", organization=world.ids["ailleurs"]),
    )

    assert ModerationPlan.objects.count() == before


def test_the_author_reads_where_their_text_stands(world):
    page = world.pages["waiting"]
    answer = world.client("contributor").get(reverse("moderation:review", args=[page.pk]))

    assert "moderation-steps" in answer.content.decode()
    assert "decision-title" not in answer.content.decode()


def test_who_submits_a_text_that_says_too_little_in_the_admin_learns_it_at_once(world):
    configure_steps(world.organization, steps=[("completeness", 95), ("organization", 1)])
    client = world.client("contributor")
    path = reverse("wagtailadmin_pages:edit", args=[world.ids["draft"]])

    answer = client.post(path, form_data(client, path, **{"action-submit": "1"}), follow=True)

    assert TaskState.objects.get(status="rejected").comment in (
        answer.content.decode().replace("&#x27;", "'")
    )


# Any order of actions


KINDS = st.sampled_from(
    [
        [("organization", 1)],
        [("internal_review", 1), ("organization", 1)],
        [("internal_review", 2), ("organization", 1), ("community", 1)],
        [("organization", 1), ("community", 2)],
    ]
)
PEOPLE = ["author", "reviewer", "reviewer2", "moderator", "moderator2", "steering", "facilitator"]
ACTIONS = ["approve", "reject", "recommend", "advise", "edit", "submit"]


class AnyOrderOfActions(TestCase):
    """Whoever does whatever in whatever order, no text is published that lacked an approval."""

    @settings(max_examples=25, deadline=None)
    @given(
        steps=KINDS,
        events=st.lists(
            st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTIONS)), min_size=4, max_size=14
        ),
    )
    def test_nothing_is_published_that_nobody_approved(self, steps, events):
        rives = organization("rives")
        configure_steps(rives, steps=steps)
        people = {
            "author": moderator("author", member_of=rives),
            "reviewer": reviewer("reviewer", member_of=rives),
            "reviewer2": reviewer("reviewer2", member_of=rives),
            "moderator": moderator("moderator", member_of=rives),
            "moderator2": moderator("moderator2", member_of=rives),
            "steering": validator("steering"),
            "facilitator": validator("facilitator", role="facilitator"),
        }
        page = draft(rives.pages.get(locale__language_code="fr"), people["author"], "Leçon")
        for number, (name, action) in enumerate(events):
            page, user = again(page), people[name]
            live_before = page.live_revision_id
            try:
                if action == "edit":
                    if page.permissions_for_user(user).can_edit():
                        page.title = f"Leçon {number}"
                        page.save_revision(user=user)
                elif action == "submit":
                    submit_for_moderation(page, user=user)
                else:
                    authors = authors_of_submission(page)
                    decide(page, user=user, action=action, comment="Voilà.")
                    assert action == "reject" or user.pk not in authors
            except (PermissionDenied, ValidationError):
                continue
            page = again(page)
            if page.live_revision_id != live_before:
                self.assert_was_approved(page, steps)
        for status, kind in (("approved", "approved"), ("rejected", "changes_requested")):
            tasks = TaskState.objects.filter(status=status)
            if kind == "approved":
                tasks = tasks.filter(task=rives.approval_task)
            assert Decision.objects.filter(kind=kind).count() == tasks.count()

    def assert_was_approved(self, page, steps):
        """Every step of the plan has its decisions about exactly the text that is published."""
        entries = Decision.objects.filter(revision_number=page.live_revision_id)
        counted = {
            "organization": entries.filter(kind="approved").count(),
            "internal_review": entries.filter(step="internal_review").count(),
            "community": entries.filter(kind="validated").count(),
        }
        for kind, number in steps:
            assert counted[kind] >= number, (kind, counted)
        approvers = entries.filter(kind__in=["approved", "validated"])
        assert not approvers.filter(person=page.live_revision.user_id).exists()


def test_leads_and_contributors_decide_nothing_at_any_step(rives):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1), ("community", 1)])
    page = submitted(rives)
    for user in (lead(member_of=rives), contributor(member_of=rives)):
        for action in ("approve", "reject", "recommend", "advise"):
            with pytest.raises(NotForYou):
                decide(page, user=user, action=action, comment="Voilà.")
