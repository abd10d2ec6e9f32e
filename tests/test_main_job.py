"""The main job, end to end: an editor writes, a moderator approves, a practitioner finds."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from organizations.services import approve, submit_for_moderation
from practices.models import LessonPage, PracticeSheetPage
from tests.organizations.browser_forms import form_data, rich_text
from tests.organizations.factories import editor, moderator, organization
from tests.organizations.world import draft
from tests.practices.factories import term

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    assert client.login(username=user.username, password="a long secret")
    return client


def test_an_editor_writes_a_sheet_and_submits_it():
    rives = organization("rives")
    client = signed_in(editor(member_of=rives))
    home = rives.pages.get(locale__language_code="fr")
    theme = term("theme", "evaluation-essai")

    types = client.get(reverse("wagtailadmin_pages:add_subpage", args=[home.pk])).content.decode()
    path = reverse("wagtailadmin_pages:add", args=["practices", "practicesheetpage", home.pk])
    assert path in types
    data = form_data(
        client,
        path,
        title="Tutorat entre pairs",
        slug="tutorat-entre-pairs",
        summary="Des élèves en aident d’autres.",
        problem=rich_text("Des élèves décrochent."),
        themes=[theme.pk],
    )
    answer = client.post(path, {**data, "action-submit": "1"})
    assert answer.status_code == 302, answer.context["form"].errors

    sheet = PracticeSheetPage.objects.get(slug="tutorat-entre-pairs")
    assert not sheet.live
    assert sheet.organization == rives
    assert sheet.workflow_in_progress
    assert Client().get(sheet.get_url()).status_code == 404


def test_a_moderator_finds_it_in_their_queue_and_approves_it():
    rives = organization("rives")
    author = editor(member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author)
    client = signed_in(moderator(member_of=rives))

    review = reverse("moderation:review", args=[page.pk])
    assert review in client.get("/admin/").content.decode()
    form = BeautifulSoup(client.get(review).content, "html.parser").select_one("#decision")
    fields = {each["name"]: each.get("value", "") for each in form.select("input[name]")}
    answer = client.post(form["action"], {**fields, "comment": "Merci.", "action": "approve"})
    assert answer.status_code == 302

    page = LessonPage.objects.get(pk=page.pk)
    assert page.live
    assert Client().get(page.get_url()).status_code == 200


def test_a_practitioner_types_a_few_words_narrows_by_facets_and_reads(client, search_index):
    for slug, title in (("rives", "Accueillir les élèves"), ("ailleurs", "L’élève autonome")):
        owner = organization(slug)
        author = editor(member_of=owner)
        page = draft(owner.pages.get(locale__language_code="fr"), author, title)
        submit_for_moderation(page, user=author)
        approve(page, user=moderator(member_of=owner))
    search_index()
    with override("fr"):
        search = reverse("search:page")

    assert results(client, f"{search}?q=eleve") == {"Accueillir les élèves", "L’élève autonome"}
    assert results(client, f"{search}?q=eleve&organization=rives") == {"Accueillir les élèves"}

    page = Page.objects.get(title="Accueillir les élèves")
    read = BeautifulSoup(client.get(page.get_url()).content, "html.parser")
    assert " ".join(read.h1.get_text().split()) == page.title


def results(client, url):
    """The titles that the search page at `url` lists."""
    answer = client.get(url)
    assert answer.status_code == 200
    found = BeautifulSoup(answer.content, "html.parser")
    return {" ".join(each.get_text().split()) for each in found.select(".hit h3")}
