"""A date of publication passes the same gate as everything else."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from organizations.services import approve, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.browser_forms import form_data
from tests.organizations.world import World, ask, build_world, draft

pytestmark = pytest.mark.django_db

SOON = timedelta(days=3)


@pytest.fixture
def world() -> World:
    return build_world()


def scheduled_draft(world, title="Pour bientôt", role="contributor"):
    """A draft that asks to be published in three days."""
    person = world.people[role]
    page = draft(world.pages["home"], person, title)
    page.go_live_at = timezone.now() + SOON
    page.save_revision(user=person)
    return page


def days_pass() -> None:
    """Let the dates that were approved come, and do what the site does every hour."""
    for revision in Revision.objects.exclude(approved_go_live_at=None):
        revision.approved_go_live_at -= SOON + timedelta(hours=1)
        revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
        revision.save()
    call_command("publish_scheduled")


def live(page) -> bool:
    return LessonPage.objects.get(pk=page.pk).live


def test_an_approved_text_is_published_on_its_date_and_not_before(world):
    page = scheduled_draft(world)
    submit_for_moderation(page, user=world.people["contributor"])

    approve(page, user=world.people["moderator"])
    call_command("publish_scheduled")
    assert not live(page)
    days_pass()

    assert live(page)


@pytest.mark.parametrize("state", ["draft", "waiting"])
def test_a_date_alone_publishes_nothing(world, state):
    page = scheduled_draft(world)
    if state == "waiting":
        submit_for_moderation(page, user=world.people["contributor"])

    days_pass()

    assert not live(page)


def test_another_date_needs_another_approval(world):
    page = scheduled_draft(world)
    submit_for_moderation(page, user=world.people["contributor"])
    approve(page, user=world.people["moderator"])
    approved = Revision.objects.get(approved_go_live_at__isnull=False)

    page = LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    page.go_live_at = timezone.now() - timedelta(hours=1)
    page.save_revision(user=world.people["contributor"])
    call_command("publish_scheduled")

    assert not live(page)
    assert Revision.objects.get(approved_go_live_at__isnull=False) == approved


def test_what_is_scheduled_is_locked_and_not_submitted_again(world):
    page = scheduled_draft(world)
    submit_for_moderation(page, user=world.people["contributor"])
    approve(page, user=world.people["moderator"])
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client = world.client("contributor")
    before = page.revisions.count()

    client.post(path, form_data(client, path, title="Changée"))

    assert page.revisions.count() == before
    with pytest.raises(ValidationError):
        submit_for_moderation(LessonPage.objects.get(pk=page.pk), user=world.people["contributor"])


@pytest.mark.parametrize("role", ["contributor", "editor", "lead"])
def test_only_moderators_take_a_date_away_and_nobody_publishes_by_it(world, role):
    page = scheduled_draft(world)
    submit_for_moderation(page, user=world.people["contributor"])
    approve(page, user=world.people["moderator"])
    path = reverse(
        "wagtailadmin_pages:revisions_unschedule", args=[page.pk, page.latest_revision_id]
    )

    ask(world.client(role), path, "post")
    assert Revision.objects.filter(approved_go_live_at__isnull=False).exists()

    ask(world.client("moderator"), path, "post")
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    days_pass()
    assert not live(page)


@pytest.mark.parametrize("role", ["contributor", "editor", "moderator", "lead"])
def test_no_form_of_the_admin_publishes_or_schedules_past_the_moderators(world, role):
    client = world.client(role)
    page = scheduled_draft(world, "Pressée", role)
    first = page.revisions.order_by("pk").first()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    for path in (edit, revert):
        for moment in ("", "2020-01-01 10:00", "2099-01-01 10:00"):
            client.post(
                path, form_data(client, edit, **{"action-publish": "1", "go_live_at": moment})
            )
    add = reverse("wagtailadmin_pages:add", args=["practices", "lessonpage", world.ids["home"]])
    data = form_data(client, add, title="Neuve", slug="neuve", summary="Brève.")
    client.post(add, {**data, "action-publish": "1", "go_live_at": "2020-01-01 10:00"})
    ask(client, f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}", "post")
    call_command("publish_scheduled")

    assert not live(page)
    assert not LessonPage.objects.get(slug="neuve").live
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


def test_a_published_text_stays_while_its_next_version_has_a_date(world):
    page = LessonPage.objects.get(pk=world.ids["public"])
    page.title = "La prochaine"
    page.go_live_at = timezone.now() + SOON
    page.save_revision(user=world.people["editor"])
    submit_for_moderation(page, user=world.people["editor"])
    approve(page, user=world.people["moderator"])

    assert "Une leçon publique" in world.client("anonymous").get(page.get_url()).content.decode()
    days_pass()
    assert LessonPage.objects.get(pk=page.pk).title == "La prochaine"
