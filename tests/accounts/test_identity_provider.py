"""Sign-in through the identity provider of the community, with a real one beside the site."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse

from core.models import User
from tests.accounts.identity_provider import running
from tests.organizations.factories import lead, organization

pytestmark = pytest.mark.django_db
PERSON = {"sub": "1", "email": "meneuse@example.org", "email_verified": True, "name": "Ada Roy"}


@pytest.fixture
def provider(settings):
    with running() as found:
        app = {
            "provider_id": "main",
            "name": "Réseau",
            "client_id": "passerelle",
            "secret": "secret",
            "settings": {"server_url": found.address},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
        }
        yield found


def come_in(client):
    """Press the button, let the provider send the browser back; where does it lead?"""
    assert "Se connecter avec Réseau" in client.get(reverse("account_login")).content.decode()
    path = "/oidc/main/login/"
    asked = client.post(f"{path}?process=login")
    query = parse_qs(urlsplit(asked["Location"]).query)
    assert query["redirect_uri"] == ["http://testserver/oidc/main/login/callback/"]
    assert query["code_challenge_method"] == ["S256"]
    return client.get(f"{path}callback/", {"code": "x", "state": query["state"][0]})


def test_without_configuration_there_is_no_button_and_no_address(client):
    assert "oidc" not in client.get(reverse("account_login")).content.decode()
    assert client.get("/oidc/main/login/", follow=True).status_code == 404


def test_a_verified_address_opens_its_account(client, provider):
    user = lead("meneuse", member_of=organization())
    provider.person = PERSON

    answer = come_in(client)

    assert answer["Location"] == reverse("my_space")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_second_factor_is_asked_all_the_same(client, provider):
    user = lead("meneuse", member_of=organization())
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    provider.person = PERSON

    answer = come_in(client)

    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "change",
    [
        {"email": "inconnue@example.org"},
        {"email_verified": False},
        {"email_verified": "false"},  # as some providers write it
        {"email_verified": None},
        {"email": ""},
    ],
)
def test_no_account_is_made_and_none_is_opened_without_proof(client, provider, change):
    lead("meneuse", member_of=organization())
    provider.person = {**PERSON, **change}
    before = User.objects.count()

    answer = come_in(client)
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer

    assert "_auth_user_id" not in client.session
    assert User.objects.count() == before
    assert "sur invitation" in page.content.decode()


def test_a_verification_that_is_written_as_text_counts(client, provider):
    user = lead("meneuse", member_of=organization())
    provider.person = {**PERSON, "email": "Meneuse@Example.org", "email_verified": "true"}

    assert come_in(client)["Location"] == reverse("my_space")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_address_that_a_member_typed_and_never_confirmed_opens_nothing(client, provider):
    """Mistyped, it may be a stranger's, who comes through the provider one day."""
    user = lead("meneuse", member_of=organization())
    EmailAddress.objects.create(user=user, email="menuise@example.org", verified=False)
    provider.person = {**PERSON, "email": "menuise@example.org"}

    come_in(client)

    assert "_auth_user_id" not in client.session
    user.refresh_from_db()
    assert user.has_usable_password()


def test_an_account_that_was_closed_stays_closed(client, provider):
    user = lead("meneuse", member_of=organization())
    User.objects.filter(pk=user.pk).update(is_active=False)
    provider.person = PERSON

    assert come_in(client)["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_a_provider_that_refuses_leads_to_a_page_that_says_so(client, provider):
    provider.person = {}
    path = "/oidc/main/login/"
    asked = client.post(f"{path}?process=login")
    state = parse_qs(urlsplit(asked["Location"]).query)["state"][0]

    answer = client.get(f"{path}callback/", {"error": "access_denied", "state": state}, follow=True)

    assert "renoncé" in answer.content.decode() or "n’a pas abouti" in answer.content.decode()
