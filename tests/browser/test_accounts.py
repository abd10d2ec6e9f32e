"""The pages of accounts in a browser: for everyone, on a phone, and without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from accounts.services import invite
from organizations.models import Role
from organizations.services import reject
from tests.browser.test_search_page import RULES
from tests.organizations.factories import lead, organization
from tests.organizations.world import build_world
from tests.pairs import ONCE

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]
WIDTHS = [320, 1280]


def give_session(page: Page, address: str, client: Client) -> None:
    """Let the browser be signed in as `client` is."""
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])


def check(page: Page, address: str) -> None:
    page.goto(address)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") == width, address


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_rule_of_accessibility_is_broken(page: Page, live_server, language, settings):
    world = build_world()
    author = world.people["contributor"]
    reject(world.pages["waiting"], user=world.user("moderator"), comment="Encore un peu.")
    with translation.override(language):
        by = world.people["superuser"]
        invite(world.other, email=author.email, role=Role.READER, by=by)
        invite(world.other, email="x@example.org", role=Role.READER, by=by)
        new = next(word for word in mail.outbox[-1].body.split() if word.startswith("http"))
        outside = [
            reverse("account_reset_password"),
            new.removeprefix("http://localhost:8000"),
            reverse("invitation", args=["over"]),
        ]
        inside = [
            reverse(name) for name in ["my_space", "mfa_index", "account_email", "account_logout"]
        ]
        inside += [reverse("mfa_activate_totp"), outside[1]]
    for path in outside:
        check(page, live_server.url + path)
    client = Client()
    with translation.override(language):
        form = {"login": "contributor", "password": "a long secret"}
        client.post(reverse("account_login"), form)
        client.post(reverse("account_reauthenticate"), {"password": "a long secret"})
    give_session(page, live_server.url, client)
    for path in inside:
        check(page, live_server.url + path)


def test_an_account_is_opened_and_left_without_any_script(browser: Browser, live_server, settings):
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    rives = organization("rives")
    invite(rives, email="ada@example.org", role=Role.EDITOR, by=lead(member_of=rives))
    link = next(word for word in mail.outbox[-1].body.split() if word.startswith("http"))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(link)
    page.get_by_label("Prénom").fill("Ada")
    page.get_by_label("Nom", exact=True).fill("Roy")
    page.get_by_label("Mot de passe").fill("quatre mots bien longs")
    page.get_by_role("button", name="Ouvrir mon compte").click()

    expect(page.locator("h1")).to_have_text("Mon espace")
    expect(page.locator("main")).to_contain_text("Bonjour, Ada Roy")
    page.locator("summary", has_text="Ada Roy").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    context.close()
