"""A security key in a real browser, whose authenticator is Chromium's virtual one."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from tests.organizations.agreements import drafted
from tests.organizations.factories import lead, organization
from tests.pairs import ONCE

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]
PASSWORD = "a long secret"


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


def plug_in_a_key(page: Page) -> None:
    """Give the browser a key that answers by itself."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, address: str) -> None:
    page.goto(address + reverse("account_login"))
    page.locator("[name=login]").fill("meneuse")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()


def make_the_proof_old(page: Page, settings) -> None:
    """As if the person had come in an hour ago."""
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    session = SessionStore(cookies[settings.SESSION_COOKIE_NAME])
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 3600} for record in records
    ]
    session.save()


def test_a_key_opens_the_admin_and_the_next_session_and_signs(page: Page, live_server, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    rives = organization("rives")
    lead("meneuse", member_of=rives)
    # Keys are bound to a name, and browsers take “localhost” alone for safe without HTTPS.
    address = live_server.url.replace("127.0.0.1", "localhost")
    plug_in_a_key(page)
    sign_in(page, address)
    page.goto(address + "/admin/")
    expect(page).to_have_url(address + reverse("mfa_index"))

    page.get_by_role("link", name="Ajouter une clé").click()
    if page.locator("[name=password]").count():
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator(".codes li")).to_have_count(10, timeout=30_000)
    page.goto(address + "/admin/")
    expect(page).to_have_url(address + "/admin/")

    page.context.clear_cookies()
    sign_in(page, address)
    expect(page).to_have_url(address + reverse("mfa_authenticate"))
    page.locator("#mfa_webauthn_authenticate").click()
    expect(page).to_have_url(address + reverse("my_space"))
    page.goto(address + "/admin/")
    expect(page).to_have_url(address + "/admin/")

    agreement = drafted(rives, organization("ailleurs"))
    make_the_proof_old(page, settings)
    signing = reverse("agreements:act", args=[agreement.pk, "sign"])
    page.goto(address + signing)
    page.locator("[name=has_read]").check()
    page.locator(f"form[action='{signing}'] button").click()
    expect(page).to_have_url(re.compile(re.escape(reverse("mfa_reauthenticate_webauthn"))))
    assert not agreement.signatures.exists()
    page.locator("#mfa_webauthn_reauthenticate").click()
    expect(page).to_have_url(address + reverse("agreements:inspect", args=[agreement.pk]))
    assert agreement.signatures.get().user.username == "meneuse"
