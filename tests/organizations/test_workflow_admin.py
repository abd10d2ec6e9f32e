"""The workflow through the admin, and through requests made by hand."""

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page, TaskState
from wagtail.users.models import UserProfile

from organizations.services import reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.browser_forms import form_data
from tests.organizations.factories import moderator
from tests.organizations.world import World, ask, build_world, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def decide_path(page: Page, action: str) -> str:
    state = page.current_workflow_task_state
    return reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])


@pytest.mark.parametrize("role", ["contributor", "editor", "moderator", "lead"])
def test_nobody_publishes_past_the_moderators(world, role):
    client = world.client(role)
    page = draft(world.pages["home"], world.people[role], "Pressée")
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])

    client.post(path, form_data(client, path, **{"action-publish": "1"}))
    ask(client, f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}", "post")
    add = reverse("wagtailadmin_pages:add", args=["practices", "lessonpage", world.ids["home"]])
    data = form_data(client, add, title="Neuve", slug="neuve", summary="Brève.")
    client.post(add, {**data, "action-publish": "1"})

    page.refresh_from_db()
    assert not page.live
    assert page.revisions.count() == 2  # saved all the same
    assert not LessonPage.objects.get(slug="neuve").live


def test_an_approval_made_by_hand_is_refused_to_an_author(world):
    judge = world.people["moderator"]
    page = draft(world.pages["home"], judge, "La mienne")
    submit_for_moderation(page, user=judge)

    answer = world.client("moderator").post(
        decide_path(page, "approve"), {"revision": page.latest_revision_id}
    )

    assert answer.status_code == 409
    page.refresh_from_db()
    assert not page.live
    assert page.workflow_in_progress


def test_who_changes_a_text_while_deciding_has_not_approved_it(world):
    client = world.client("moderator")
    page = world.pages["waiting"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    by_the_way = {"title": "Retouchée", "action-workflow-action": "1"}

    client.post(path, form_data(client, path, **by_the_way, **{"workflow-action-name": "approve"}))

    page = LessonPage.objects.get(pk=page.pk)
    assert not page.live
    # Another moderator may.
    client.force_login(moderator("autre", member_of=world.organization))
    client.post(decide_path(page, "approve"), {"revision": page.latest_revision_id})
    page.refresh_from_db()
    assert page.live


def test_a_refusal_in_the_admin_says_why(world):
    client = world.client("moderator")
    page = world.pages["waiting"]
    path = decide_path(page, "reject")
    read = {"revision": page.latest_revision_id}

    client.post(path, {"comment": " ", **read})
    assert LessonPage.objects.get(pk=page.pk).workflow_in_progress

    client.post(path, {"comment": "Il manque les résultats.", **read})
    page = LessonPage.objects.get(pk=page.pk)
    assert not page.workflow_in_progress
    assert not page.live
    assert TaskState.objects.get(status="rejected").comment == "Il manque les résultats."


def test_the_author_of_a_refused_text_reads_why_above_its_form(world):
    page = world.pages["waiting"]
    reject(page, user=world.user("moderator"), comment="Il manque <b>les résultats</b>.")
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    why = "Il manque &lt;b&gt;les résultats&lt;/b&gt;."

    assert why in world.client("contributor").get(path).content.decode()

    resubmitted = LessonPage.objects.get(pk=page.pk)
    resubmitted.current_workflow_state.resume(user=world.user("contributor"))
    assert why not in world.client("contributor").get(path).content.decode()


@pytest.mark.parametrize(
    ("language", "submit", "again"),
    [
        ("fr", "Soumettre à l’approbation", "Soumettre de nouveau à l’approbation"),
        ("en", "Submit for approval", "Submit again for approval"),
    ],
)
def test_the_button_that_submits_makes_a_sentence(world, language, submit, again):
    author, page = world.user("contributor"), world.pages["waiting"]
    UserProfile.objects.create(user=author, preferred_language=language)
    client = world.client("contributor")
    add = reverse("wagtailadmin_pages:add", args=["practices", "lessonpage", world.ids["home"]])
    assert submit in client.get(add).content.decode()

    reject(page, user=world.user("moderator"), comment="Encore.")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert again in client.get(edit).content.decode()


def test_an_author_cancels_and_resubmits(world):
    client = world.client("contributor")
    page = world.pages["waiting"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])

    client.post(path, {"action-cancel-workflow": "1", **form_data(client, path)})
    assert not LessonPage.objects.get(pk=page.pk).workflow_in_progress

    client.post(path, form_data(client, path, **{"action-submit": "1"}))
    page = LessonPage.objects.get(pk=page.pk)
    assert page.workflow_in_progress

    reject(page, user=world.people["moderator"], comment="Encore.")
    client.post(path, form_data(client, path, **{"action-submit": "1"}))
    assert LessonPage.objects.get(pk=page.pk).workflow_in_progress


def test_while_it_waits_only_moderators_change_a_text(world):
    page = world.pages["waiting"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for role in ("contributor", "editor"):
        client = world.client(role)
        client.post(path, form_data(client, path, title="Changée"))
    assert page.revisions.count() == 1


def test_an_editor_makes_the_english_version_of_a_page(world):
    client = world.client("editor")
    english = Locale.objects.get(language_code="en")
    page = world.pages["public"]
    path = reverse("simple_translation:submit_page_translation", args=[page.pk])

    answer = client.post(path, {"locales": [english.pk]})

    made = page.get_translation(english)
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert not made.live
    assert made.specific.organization == world.organization
    assert client.get(answer["Location"]).status_code == 200
    assert made.get_workflow() == world.organization.workflow


def test_a_contributor_edits_the_english_version_that_they_made(world):
    client = world.client("contributor")
    english = Locale.objects.get(language_code="en")
    page = world.pages["draft"]
    path = reverse("simple_translation:submit_page_translation", args=[page.pk])

    answer = client.post(path, {"locales": [english.pk]})

    assert page.get_translation(english).owner == world.people["contributor"]
    assert client.get(answer["Location"]).status_code == 200


def test_a_moderator_withdraws_a_page(world):
    page = world.pages["public"]
    world.client("moderator").post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    page.refresh_from_db()
    assert not page.live


def test_a_page_that_moves_belongs_to_its_new_organization_and_waits_no_more(world):
    page = world.pages["waiting"]
    page.move(world.other.pages.get(locale__language_code="fr"), pos="last-child")

    page = LessonPage.objects.get(pk=page.pk)
    assert page.organization == world.other
    assert not page.workflow_in_progress


def test_the_first_page_of_the_admin_shows_moderators_what_waits_for_them(world):
    waiting = reverse("moderation:review", args=[world.ids["waiting"]])

    assert waiting in world.client("moderator").get("/admin/").content.decode()
    assert waiting not in world.client("stranger").get("/admin/").content.decode()
