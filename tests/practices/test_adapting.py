"""Adapting a page of another organization: who may, what is taken along, and who reads it then."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Page, PageLogEntry, Revision

from organizations.agreements.services import end_agreement
from organizations.models import Organization
from organizations.models.agreements import today
from organizations.moderation.refusals import NotToBeShared
from organizations.services import approve, submit_for_moderation
from practices.adapting import adapt, levels_of_version
from practices.models import Contribution, KnowledgePage, LessonPractice, PracticeSheetPage
from tests.organizations.agreements import leader_of, signed
from tests.organizations.browser_forms import form_data
from tests.organizations.factories import contributor, editor, moderator, organization, person
from tests.organizations.world import document_in
from tests.practices.factories import LessonFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def havre() -> Organization:
    return organization("havre")


def home_of(owner: Organization) -> Any:
    return owner.pages.get(locale__language_code="fr")


def sheet_of(owner: Organization, **fields: Any) -> PracticeSheetPage:
    return PracticeSheetFactory(parent=home_of(owner), **fields)


def address(page: Any) -> str:
    with override("fr"):
        return reverse("adapt", args=[page.persistent_id])


def latest(page: Any) -> Any:
    return KnowledgePage.objects.get(pk=page.pk).specific.get_latest_revision_as_object()


def shared(page: Any, level: str, *co_owners: Organization, by: Any, **fields: Any) -> Any:
    """A draft of `page` with these readers, saved as the admin does."""
    text = latest(page)
    text.sharing_level = level
    text.co_organizations = co_owners
    for name, value in fields.items():
        setattr(text, name, value)
    return text.save_revision(user=by)


def decided(page: Any, *, by: Any, judge: Any) -> Any:
    """The page once what is drafted was submitted and approved."""
    page = KnowledgePage.objects.get(pk=page.pk).specific
    submit_for_moderation(page, user=by)
    approve(page, user=judge)
    return KnowledgePage.objects.get(pk=page.pk).specific


def said(client: Client, page: Any) -> str:
    answer = client.get(page.get_url())
    assert answer.status_code == 200
    main = BeautifulSoup(answer.content, "html5lib").select_one("main")
    return " ".join(main.get_text(" ").split())


def test_an_editor_adapts_an_open_page_and_both_pages_say_so(client, rives, havre):
    document = document_in(rives, "annexe")
    source = sheet_of(
        rives,
        title="Rétroaction rapide",
        contact_email="ici@example.org",
        problem=f'<p>Voir <a linktype="document" id="{document.pk}">l’annexe</a>.</p>',
    )
    source.contributions.add(Contribution(name="Ada Roy"))
    source.save()
    mia = contributor("mia", member_of=havre)
    client.force_login(mia)
    assert client.get(source.get_url()).content.decode().count(address(source)) == 1

    shown = client.get(address(source))
    assert "tout le monde" in shown.content.decode()
    first = client.post(address(source), {"home": home_of(havre).pk})
    again = client.post(address(source), {"home": home_of(havre).pk})

    [made] = PracticeSheetPage.objects.exclude(pk=source.pk)
    edit = reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert first["Location"] == again["Location"] == edit
    draft = latest(made)
    assert (made.live, made.owner, made.organization) == (False, mia, havre)
    assert (draft.title, draft.sharing_level) == ("Rétroaction rapide", "organization")
    assert draft.problem == "<p>Voir l’annexe.</p>"
    assert not draft.contributions.all()
    assert not draft.contact_email
    assert made.persistent_id != source.persistent_id
    # A draft is nothing to its readers; published, both pages name each other.
    reader = Client()
    assert "version de cette page" not in said(reader, source)
    shared(made, "public", by=mia)
    made = decided(made, by=mia, judge=moderator(member_of=havre))
    assert "Rives (fr) : Rétroaction rapide (Ada Roy)" in said(reader, made)
    assert "CC BY 4.0" in said(reader, made)
    assert "Rétroaction rapide , Havre (fr)" in said(reader, source)
    # Who writes for nobody else is offered nothing.
    assert address(source) not in reader.get(source.get_url()).content.decode()


def test_who_may_not_adapt_is_told_no_more_than_they_know(client, rives, havre):
    hidden = sheet_of(rives, sharing_level="organization")
    closed = sheet_of(rives, licence="all-rights-reserved")
    offered = sheet_of(rives)
    assert client.get(address(hidden)).status_code == 404
    assert "connexion" in client.get(address(closed))["Location"]
    client.force_login(editor("mia", member_of=havre))
    for method in (client.get, client.post):
        assert method(address(hidden)).status_code == 404
        assert method(address(closed)).status_code == 403
    for someone in (person("lia", member_of=havre, role="reader"), editor(member_of=rives)):
        client.force_login(someone)
        assert client.get(address(offered)).status_code == 403
        with pytest.raises(PermissionDenied):
            adapt(offered, home=home_of(havre), user=someone)
    # Nobody makes a draft for an organization for which they do not write.
    client.force_login(editor("noa", member_of=havre))
    assert client.post(address(offered), {"home": home_of(rives).pk}).status_code == 200
    assert not KnowledgePage.objects.filter(adaptations__source=offered).exists()


def test_without_the_right_to_republish_a_version_stays_with_the_parties(client, rives, havre):
    third = organization("tiers")
    signed(rives, havre, may_adapt=True)
    signed(havre, third)
    source = sheet_of(rives, sharing_level="partners")
    mia, judge = editor("mia", member_of=havre), moderator(member_of=havre)
    made = adapt(source, home=home_of(havre), user=mia)

    assert levels_of_version(source, home_of(havre)) == ["organization"]
    for level in ("partners", "community", "public"):
        with pytest.raises(ValidationError):
            shared(made, level, by=mia)
    with pytest.raises(ValidationError):
        shared(made, "organization", third, by=mia)
    # The form says why, and saves nothing.
    client.force_login(mia)
    edit = reverse("wagtailadmin_pages:edit", args=[made.pk])
    data = form_data(client, edit)
    answer = client.post(edit, data | {"sharing_level": "public"})
    assert "Rives (fr)" in " ".join(answer.context["form"].errors["sharing_level"])
    answer = client.post(edit, data | {"co_organizations": [str(third.pk)]})
    assert answer.context["form"].errors["co_organizations"]
    # A draft that slipped in is stopped by the decision, whoever wrote it and however.
    revision = made.latest_revision
    Revision.objects.filter(pk=revision.pk).update(
        content={**revision.content, "sharing_level": "public"}
    )
    page = KnowledgePage.objects.get(pk=made.pk).specific
    submit_for_moderation(page, user=mia)
    with pytest.raises(NotToBeShared, match="Rives"):
        approve(page, user=judge)
    client.force_login(judge)
    state = page.current_workflow_task_state
    door = reverse("moderation:review", args=[page.pk])
    answer = client.post(
        door, {"action": "approve", "task_state": state.pk, "revision": page.latest_revision_id}
    )
    assert answer.status_code == 409
    assert "permet de la partager, au plus, avec" in answer.content.decode()
    assert not KnowledgePage.objects.get(pk=made.pk).live
    # With the parties it may be published.
    page.current_workflow_state.cancel(user=mia)
    shared(made, "organization", rives, by=mia)
    assert decided(made, by=mia, judge=judge).live


def test_with_the_right_to_republish_it_may_be_for_everyone_and_tells_nothing_else(rives, havre):
    agreement = signed(rives, havre, may_adapt=True, may_republish=True)
    source = sheet_of(
        rives, title="Secret de rives", sharing_level="partners", licence="all-rights-reserved"
    )
    mia, judge = editor("mia", member_of=havre), moderator(member_of=havre)
    made = adapt(source, home=home_of(havre), user=mia)
    with pytest.raises(ValidationError):
        shared(made, "public", by=mia, licence="cc-by-4.0")
    shared(made, "public", by=mia, title="Chez nous", slug="chez-nous")
    made = decided(made, by=mia, judge=judge)

    # Who may not read the original learns whose it is, and nothing else of it.
    seen = said(Client(), made)
    assert "Adaptée d’une page de Rives (fr)" in seen
    assert "Secret de rives" not in seen
    partner = Client()
    partner.force_login(mia)
    assert "Secret de rives" in said(partner, made)
    # What was published stays, and can be corrected; nothing more is made of it.
    end_agreement(agreement, user=leader_of(rives), reason="Fini.", on=today())
    shared(made, "public", by=mia, summary="Corrigé.")
    assert decided(made, by=mia, judge=judge).summary == "Corrigé."
    with pytest.raises(PermissionDenied):
        adapt(source, home=home_of(havre), user=editor(member_of=havre))


def test_a_day_that_comes_after_the_right_has_gone_publishes_nothing(rives, havre):
    agreement = signed(rives, havre, may_adapt=True, may_republish=True)
    mia, judge = editor("mia", member_of=havre), moderator(member_of=havre)
    soon = timezone.now() + timedelta(days=3)
    made = adapt(sheet_of(rives, sharing_level="partners"), home=home_of(havre), user=mia)
    other = sheet_of(havre, live=False)
    for page in (made, other):
        shared(page, "public", by=mia, go_live_at=soon)
        decided(page, by=mia, judge=judge)
    end_agreement(agreement, user=leader_of(rives), reason="Fini.", on=today())
    past = timezone.now() - timedelta(hours=1)
    for revision in Revision.objects.exclude(approved_go_live_at=None).order_by("object_id"):
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()

    call_command("publish_scheduled")

    assert not KnowledgePage.objects.get(pk=made.pk).live
    assert KnowledgePage.objects.get(pk=other.pk).live
    entry = PageLogEntry.objects.get(page=made.pk, action="practices.not_published")
    assert "Rives" in entry.data["reason"]


def test_copies_and_translations_have_the_same_rule_and_go_to_no_other_organization(rives, havre):
    third = organization("tiers")
    signed(rives, havre, may_adapt=True)
    mia = editor("mia", member_of=havre)
    made = adapt(sheet_of(rives, sharing_level="partners"), home=home_of(havre), user=mia)
    english = havre.pages.get(locale__language_code="en")
    copies = [
        made.copy(update_attrs={"slug": "copie"}),
        made.copy_for_translation(english.locale, copy_parents=True),
    ]
    for copy in copies:
        with pytest.raises(ValidationError):
            shared(copy, "public", by=mia)
    boss = moderator("boss", member_of=havre)
    boss.is_superuser = True
    boss.save()
    tester = made.permissions_for_user(boss)
    assert tester.can_copy_to(home_of(havre))
    assert not tester.can_copy_to(home_of(third))
    assert not tester.can_move_to(home_of(third))
    assert sheet_of(havre).permissions_for_user(boss).can_move_to(home_of(third))


def test_a_version_of_a_lesson_names_no_practice_that_its_organization_may_not_know(rives, havre):
    known, hidden = sheet_of(rives), sheet_of(rives, sharing_level="organization")
    source = LessonFactory(
        parent=home_of(rives),
        lesson_practices=[LessonPractice(practice=known), LessonPractice(practice=hidden)],
    )
    made = adapt(source, home=home_of(havre), user=editor(member_of=havre))
    assert [row.practice_id for row in latest(made).lesson_practices.all()] == [known.pk]


def test_a_page_that_was_adapted_can_go_and_its_versions_keep_their_credit(client, rives, havre):
    source = sheet_of(rives, title="Partie")
    mia = editor("mia", member_of=havre)
    made = adapt(source, home=home_of(havre), user=mia)
    Page.objects.get(pk=source.pk).delete()
    # Its licence was for everyone, and is not taken back.
    shared(made, "public", by=mia)
    made = decided(made, by=mia, judge=moderator(member_of=havre))
    assert "Rives (fr)" in said(client, made)


def test_who_tries_a_level_for_a_version_is_told_that_it_may_not_have_it(client, rives, havre):
    signed(rives, havre, may_adapt=True, may_see=True)
    mia, judge = editor("mia", member_of=havre), moderator(member_of=havre)
    source = sheet_of(rives, sharing_level="partners")
    made = decided(adapt(source, home=home_of(havre), user=mia), by=mia, judge=judge)
    client.force_login(mia)
    path = reverse("agreements:readers", args=[made.pk])

    tried = client.get(path, {"level": "community"})
    assert "Rives (fr)" in tried.context["refusal"]
    assert tried.context["refusal"] in BeautifulSoup(tried.content, "html5lib").get_text()
    assert not client.get(path, {"level": "organization"}).context["refusal"]
    assert not client.get(path).context["refusal"]
    # What is its organization's own may be tried without a word.
    own = sheet_of(havre, sharing_level="organization")
    answer = client.get(reverse("agreements:readers", args=[own.pk]), {"level": "public"})
    assert not answer.context["refusal"]
