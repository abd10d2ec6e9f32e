"""A remark and its answer in a browser, on a phone and on a large screen."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from core.models import User
from tests.browser.test_accounts import give_session
from tests.browser.test_search_page import RULES
from tests.organizations.agreements import signed
from tests.organizations.factories import editor, organization
from tests.pairs import ONCE
from tests.practices.factories import PracticeSheetFactory

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]


def sign_in(page: Page, address: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    give_session(page, address, client)


def check(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_remark_goes_to_the_authors_and_their_answer_comes_back(page: Page, live_server: Any):
    rives, havre = organization("rives"), organization("havre")
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = PracticeSheetFactory(
        parent=rives.pages.get(locale__language_code="fr"), sharing_level="partners"
    )
    sign_in(page, live_server.url, mia)
    page.goto(live_server.url + sheet.get_url())
    page.get_by_role("link", name="Écrire une remarque aux auteurs et autrices").click()
    check(page)
    page.get_by_label("Votre remarque").fill("À distance,\ncela tient aussi ?")
    page.get_by_role("button", name="Envoyer la remarque").click()
    expect(page.get_by_role("heading", name="mia, Havre (fr)")).to_be_visible()
    check(page)

    sign_in(page, live_server.url, ada)
    page.goto(live_server.url + sheet.get_url())
    page.get_by_role("link", name="1 remarque").click()
    page.get_by_text("Répondre à mia").press("Enter")
    check(page)
    page.get_by_label("Votre réponse").fill("Oui, avec deux personnes de plus.")
    page.get_by_role("button", name="Envoyer la réponse").press("Enter")
    expect(page.get_by_text("Oui, avec deux personnes de plus.")).to_be_visible()
    check(page)
