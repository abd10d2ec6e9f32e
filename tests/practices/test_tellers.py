"""Who told a lesson without names: known to its moderators, at no other door."""

from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Site

from core.sealing import seal, unseal
from notifications.delivery import deliver
from organizations.models import Decision, RegisterSettings, Role
from organizations.services import add_member, approve, reject
from practices.models import LessonPage, Teller
from practices.models.tellers import name_of_teller, note_teller
from practices.proposing.services import save_answers, send_proposal
from practices.proposing.steps import ESSENTIALS, RESULT
from tests.organizations.world import ask, build_world
from tests.practices.factories import translation

pytestmark = pytest.mark.django_db
MARK = "Zorglubine"


def test_sealed_words_are_read_with_their_key_and_purpose_only(settings):
    settings.SECRET_KEY_FALLBACKS = []
    sealed = seal("Ada", purpose="a")
    assert "Ada" not in sealed
    assert unseal(sealed, purpose="a") == "Ada"
    assert unseal(sealed, purpose="b") == ""
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
    assert unseal(sealed, purpose="a") == ""
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, purpose="a") == "Ada"


def told(world: Any) -> Any:
    """A lesson that the contributor of the world proposes without names, and who told it."""
    user = world.people["contributor"]
    page = world.pages["draft"]
    typed: dict[str, Any] = {"title": "Le forum vide", "summary": "Vide.", "happened": "Rien."}
    typed |= {"anonymous_by_proxy": True, "teller": f"Ida {MARK}"}
    save_answers(page, user=user, step=ESSENTIALS, values=typed, seen=None)
    page = LessonPage.objects.get(pk=page.pk)
    typed = {"lesson": "Un hôte.", "recommendations": "", "settings": []}
    save_answers(page, user=user, step=RESULT, values=typed, seen=None)
    return LessonPage.objects.get(pk=page.pk)


def doors(page: Any) -> list[str]:
    """Every address that shows something of `page`, for readers, programs and the admin."""
    revision = page.latest_revision_id
    found = [f"/{code}/{path}" for code in ("fr", "en") for path in ("", "decisions/")]
    found += ["/fr/recherche/?q=" + word for word in (MARK, "forum")]
    found += ["/api/v1/search/?q=" + word for word in (MARK, "forum")]
    found += [page.get_url() or "/fr/", reverse("permalink", args=[page.persistent_id])]
    with override("fr"):
        found += [reverse(name) for name in ("my_space", "notifications:inbox")]
        found.append(reverse("proposing:standing", args=[page.persistent_id]))
        found += [reverse("proposing:step", args=[page.persistent_id, n]) for n in (2, 7)]
        found.append(reverse("proposing:reading", args=[page.persistent_id]))
    for name in ("edit", "view_draft", "history", "workflow_history", "usage", "copy", "delete"):
        found.append(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
    found += [
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision]),
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "earliest", revision]),
        reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        reverse("wagtailadmin_api:pages:detail", args=[page.pk]),
        reverse("moderation:review", args=[page.pk]),
        reverse("moderation:read", args=[page.pk, revision]),
        reverse("moderation:inbox"),
        reverse("decisions:index"),
        reverse("decisions:index") + "?export=csv",
        reverse("lessons:index"),
        "/admin/",
    ]
    return found


def who_reads(world: Any, page: Any, roles: list[str]) -> dict[str, list[str]]:
    """Who finds the name, and at which doors."""
    found = {}
    for role in roles:
        client: Client = world.client(role)
        answers = {path: ask(client, path) for path in doors(page)}
        met = [
            path
            for path, answer in answers.items()
            if not answer.streaming and f"Ida {MARK}" in answer.content.decode()
        ]
        if met:
            found[role] = met
    return found


def test_only_moderators_and_who_typed_it_find_who_told_a_lesson(search_index):
    world = build_world()
    writer = world.people["contributor"]
    add_member(world.organization, user=world.people["lead"], role=Role.REVIEWER)
    roles = ["anonymous", "stranger", "editor", "moderator", "lead", "partner", "superuser"]
    page = told(world)
    with override("fr"):
        own_form = [reverse("proposing:step", args=[page.persistent_id, n]) for n in (2, 7)]
    assert who_reads(world, page, ["contributor", "editor"]) == {"contributor": own_form}

    send_proposal(page, user=writer)
    page = LessonPage.objects.get(pk=page.pk)
    review = reverse("moderation:review", args=[page.pk])
    assert who_reads(world, page, ["lead", "moderator"]) == {"moderator": [review]}

    reject(page, user=world.people["moderator"], comment="Dites combien.")
    page = LessonPage.objects.get(pk=page.pk)
    send_proposal(page, user=writer)
    approve(LessonPage.objects.get(pk=page.pk), user=world.people["moderator"])
    shown = RegisterSettings.for_site(Site.objects.get(is_default_site=True))
    shown.published_kinds, shown.shows_reasons = ["approved", "rejected"], True
    shown.save()
    page = LessonPage.objects.get(pk=page.pk)
    translation(page, "en")
    search_index()
    assert page.live
    assert who_reads(world, page, roles) == {"moderator": [review]}
    # Nor does the name of who sent it reach readers.
    answer = world.client("anonymous").get(page.get_url()).content.decode()
    assert "Le forum vide" in answer
    assert str(writer) not in answer

    deliver()
    assert mail.outbox
    assert not any(MARK in f"{each.subject} {each.body}" for each in mail.outbox)
    # No table of the database holds it in clear.
    assert Decision.objects.exists()
    for model in apps.get_models():
        for row in model._base_manager.values():
            assert MARK not in str(row), model
    assert name_of_teller(page.pk) == f"Ida {MARK}"


def test_a_teller_is_forgotten_with_the_box_and_with_the_page():
    world = build_world()
    page = told(world)
    typed = {"anonymous_by_proxy": False, "teller": f"Ida {MARK}"}
    save_answers(page, user=world.people["contributor"], step=ESSENTIALS, values=typed, seen=None)
    assert not Teller.objects.exists()
    note_teller(page.pk, "Ida")
    assert page.confided_to(world.people["moderator"]) == []
    LessonPage.objects.get(pk=page.pk).delete()
    assert not Teller.objects.exists()
