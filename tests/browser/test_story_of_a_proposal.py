"""A contributor proposes on a phone, with and without JavaScript, until others find it.

With PASSERELLE_SCREENSHOTS=folder each step is kept as an image, on a phone and on a desktop.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect

from organizations.services import approve, reject
from practices.models import KnowledgePage, PracticeSheetPage
from tests.browser.test_search_page import RULES
from tests.organizations.factories import contributor, moderator, organization
from tests.practices.factories import PracticeSheetFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
TITLE = "Le carnet de bord partagé"


def shows(page: Page, name: str, scripted: bool) -> None:
    """Nothing sticks out of a phone, and no rule of accessibility is broken."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        if scripted:
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width == size["width"], name
            if folder := os.environ.get("PASSERELLE_SCREENSHOTS"):
                file = f"proposal-{name}-{size['width']}.png"
                page.screenshot(path=Path(folder) / file, full_page=True)
    if scripted:
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, (name, found.generate_report())


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_a_proposal_from_a_phone_to_the_search(
    scripted: bool, browser: Browser, live_server: Any, search_index: Any
):
    cache.clear()  # the attempts of other tests
    rives = organization("rives")
    home = rives.pages.get(locale__language_code="fr")
    PracticeSheetFactory(parent=home, title="Un carnet de bord partagé en stage")
    search_index()
    author, judge = contributor("ada", member_of=rives), moderator("marc", member_of=rives)
    context = browser.new_context(viewport=PHONE, locale="fr-CA", java_script_enabled=scripted)
    page = context.new_page()
    page.set_default_timeout(15_000)
    with override("fr"):
        page.goto(live_server.url + reverse("proposing:start"))
        page.locator("#id_login").fill(author.username)
        page.locator("#id_password").fill("a long secret")
        page.locator("main form button[type=submit]").first.click()

        press(page, "Continuer")
        expect(page.get_by_role("alert")).to_be_focused()
        shows(page, "start", scripted)
        page.get_by_label("Fiche de pratique").check()
        press(page, "Continuer")

        page.get_by_label("Titre").fill(TITLE)
        if scripted:
            expect(page.get_by_text("Un carnet de bord partagé en stage")).to_be_visible()
            expect(page.locator("#draft-status")).to_contain_text("Brouillon gardé")
            assert "/2/" in page.url
        press(page, "Continuer")
        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_role("link", name="En bref").click()
        page.keyboard.type("Chaque équipe écrit une ligne par jour.")
        page.get_by_label("Quel problème").fill("Personne ne sait où en est le projet.")
        shows(page, "essentials", scripted)
        press(page, "Continuer")

        expect(page.get_by_text("Un carnet de bord partagé en stage")).to_be_visible()
        page.get_by_label("Comment faites-vous").fill("Ouvrir le carnet\nÉcrire une ligne")
        press(page, "Revenir")
        expect(page.get_by_label("En bref")).to_have_value(
            "Chaque équipe écrit une ligne par jour."
        )
        press(page, "Continuer")
        expect(page.get_by_label("Comment faites-vous")).to_have_value(
            "Ouvrir le carnet\nÉcrire une ligne"
        )
        shows(page, "done", scripted)
        press(page, "Continuer")
        page.get_by_label("Qu’est-ce que cela a changé").fill("Les réunions durent moitié moins.")
        shows(page, "result", scripted)
        press(page, "Continuer")
        shows(page, "files", scripted)
        press(page, "Continuer")
        shows(page, "check", scripted)
        press(page, "Envoyer")
        expect(page.get_by_text("C’est envoyé, merci")).to_be_visible()
        shows(page, "sent", scripted)

        assert PracticeSheetPage.objects.filter(draft_title=TITLE).count() == 1
        reject(_proposal(), user=judge, comment="Dites combien d’équipes.")
        page.goto(live_server.url + reverse("my_space"))
        page.get_by_role("link", name=TITLE, exact=True).first.click()
        expect(page.get_by_text("Dites combien d’équipes.")).to_be_visible()
        shows(page, "changes", scripted)
        page.get_by_role("link", name="La reprendre").click()
        page.get_by_label("En bref").fill("Six équipes écrivent une ligne par jour.")
        for _step in range(4):
            press(page, "Continuer")
        press(page, "Envoyer de nouveau")
        expect(page.get_by_text("C’est envoyé, merci")).to_be_visible()

        approve(_proposal(), user=judge)
        search_index()
        page.goto(live_server.url + reverse("search:page") + "?q=carnet+équipes")
        page.get_by_role("link", name=TITLE).click()
        expect(page.get_by_text("Six équipes écrivent").first).to_be_visible()
    context.close()


def _proposal() -> Any:
    return KnowledgePage.objects.get(draft_title=TITLE).specific
