"""What helps those who write in the admin: checks, previews in both languages, translations."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale

from practices.content_checks import MESSAGES, content_problems
from practices.models import TranslationSource
from tests.organizations.factories import contributor, editor, organization
from tests.organizations.world import ask
from tests.practices.factories import PracticeSheetFactory, organization_page, term

pytestmark = pytest.mark.django_db


def test_a_page_says_what_it_should_have():
    sheet = PracticeSheetFactory(summary="Court.", evidence_level=term("evidence_level", "e-3"))
    assert content_problems(sheet) == ["summary-short", "no-reason"]
    sheet.summary, sheet.evidence_reason = "x" * 301, "<p>Une étude.</p>"
    assert content_problems(sheet) == ["summary-long"]
    sheet.summary = "x" * 100
    assert content_problems(sheet) == []


def test_the_checker_of_the_editor_is_told_of_each_check(admin_client):
    sheet = PracticeSheetFactory(summary="Court.")
    form = admin_client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    for name in MESSAGES:
        assert f"[data-check='{name}']" in form or f"[data-check=\\u0027{name}\\u0027]" in form
    # Only the preview beside the form is marked.
    assert "data-check" not in admin_client.get(sheet.get_url()).content.decode()


def translated(source):
    locale = Locale.objects.get(language_code="en")
    organization_page(source.organization.slug, "en")
    return CopyPageForTranslationAction(source, locale).execute(skip_permission_checks=True)


def test_a_translation_shows_what_changed_in_its_original(client):
    rives = organization("rives")
    home = rives.pages.get(locale__language_code="fr")
    sheet = PracticeSheetFactory(parent=home, title="Relire", problem="<p>Avant</p>")
    copy = translated(sheet)
    client.force_login(editor("eva", member_of=rives))
    address = reverse("translation_changes", args=[copy.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert address in client.get(edit).content.decode()
    assert not BeautifulSoup(client.get(address).content, "html5lib").select("main form")

    sheet.problem = "<p>Avant, puis après</p>"
    sheet.save_revision().publish()
    page = BeautifulSoup(client.get(address).content.decode(), "html5lib")
    assert "puis après" in page.select_one("main .addition").text
    assert client.post(address)["Location"] == edit
    page = BeautifulSoup(client.get(address).content.decode(), "html5lib")
    assert not page.select("main .addition")

    # The original itself was translated from nothing; others find nothing at all.
    other = reverse("translation_changes", args=[sheet.pk])
    assert client.get(other).status_code == 200
    assert (
        other
        not in client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    )
    client.force_login(contributor("lou", member_of=organization("ailleurs")))
    assert ask(client, address).status_code == 404
    assert TranslationSource.objects.count() == 1


def test_a_preview_shows_the_translation_in_its_own_words(client):
    rives = organization("rives")
    home = rives.pages.get(locale__language_code="fr")
    sheet = PracticeSheetFactory(parent=home, title="Relire")
    copy = translated(sheet)
    copy.title = "Read again"
    copy.save_revision()
    user = editor("eva", member_of=rives)
    client.force_login(user)
    modes = dict(sheet.preview_modes)
    assert list(modes.values())[1] == "English"
    request = client.get(sheet.get_url()).wsgi_request
    answer = sheet.make_preview_request(request, list(modes)[1])
    page = BeautifulSoup(answer.content.decode(), "html5lib")
    assert page.h1.text.strip() == "Read again"
    assert page.html["lang"] == "en"
    client.force_login(contributor("lou", member_of=organization("ailleurs")))
    request = client.get("/fr/").wsgi_request
    assert sheet.make_preview_request(request, list(modes)[1]).status_code == 404
