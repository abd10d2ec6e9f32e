"""Every page and every mail of an account speaks French to those who read French."""

import re

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.services import invite
from organizations.models import Role
from tests.accounts.codes import totp
from tests.organizations.factories import lead, organization, person
from tests.organizations.world import build_world
from tests.pairs import ONCE
from tests.test_translations import CATALOG, differing, in_english

# A factor counts once its row is committed, within the request.
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]
PASSWORD = "a long secret"
# Words of English that no French text has; the catalog knows only our own strings.
ENGLISH = re.compile(
    r"\b(the|your|you|with|this|have|has|been|please|email|e-mail|not used|name|password)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://\S+")
"""Links are left out: the token of one may spell a word of English."""
PAGES = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]
OWN_PAGES = [
    "my_space",
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "socialaccount_connections",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
]


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return dict(differing(CATALOG))


def leftovers(answer, english) -> set[str]:
    """What the page says in English."""
    page = BeautifulSoup(answer.content, "html5lib")
    found = in_english(page, english)
    for foreign in page.select("[lang=en], script, style, input"):
        foreign.decompose()
    text = page.main.get_text(" ", strip=True).replace("meneuse@example.org", "")
    return found | {each.group() for each in ENGLISH.finditer(text)}


def sign_in(client: Client, **more: str) -> None:
    form = {"login": "meneuse", "password": PASSWORD, **more}
    client.post(reverse("account_login"), form)


def test_the_pages_of_those_who_are_not_in(client, english):
    invitation = reverse("invitation", args=["x"])
    wrong_link = reverse("account_reset_password_from_key", args=["1", "x-y"])
    wrong_mail = reverse("account_confirm_email", args=["x"])
    for path in [*map(reverse, PAGES), invitation, wrong_link, wrong_mail]:
        answer = client.get(path)
        assert answer.status_code in (200, 401, 410), path
        assert leftovers(answer, english) == set(), path


def test_the_pages_of_those_who_are_in(client, english):
    lead("meneuse", member_of=organization("rives"))
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    setup = client.get(reverse("mfa_activate_totp"))
    assert leftovers(setup, english) == set()
    secret = setup.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp(secret)})
    key = Authenticator.objects.create(
        user=person("autre"), type=Authenticator.Type.WEBAUTHN, data={"name": "Clé bleue"}
    )
    Authenticator.objects.filter(pk=key.pk).update(user_id=client.session["_auth_user_id"])
    keys = [reverse(name, args=[key.pk]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")]
    for path in [*keys, *map(reverse, OWN_PAGES)]:
        if path == reverse("mfa_list_webauthn"):
            answer = client.get(path)
            assert "Clé bleue" in answer.content.decode()
            key.delete()  # it answers no ceremony
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert leftovers(answer, english) == set(), path

    other = Client()
    sign_in(other)
    answer = other.get(reverse("mfa_authenticate"))
    assert answer.status_code == 200
    assert leftovers(answer, english) == set()


def test_the_pages_of_an_invitation(client, english):
    rives = organization("rives")
    leader = lead("meneuse", member_of=rives)
    for number, name in enumerate(["nouvelle", "connue", "connue"]):
        invitee = person(name) if number == 1 else None
        role = Role.READER if number == 2 else Role.EDITOR
        invite(rives, email=f"{name}@example.org", role=role, by=leader)
        path = next(each for each in mail.outbox[-1].body.split() if each.startswith("http"))
        path = path.removeprefix("http://localhost:8000")
        visitors = [client]
        if invitee:
            own, other = Client(), Client()
            own.force_login(invitee)
            other.force_login(leader)
            visitors += [own, other]
        for visitor in visitors:
            answer = visitor.get(path)
            assert answer.status_code in (200, 403)
            assert leftovers(answer, english) == set(), path


def test_what_a_wrong_form_says(client, english):
    lead("meneuse", member_of=organization("rives"))
    wrong = client.post(reverse("account_login"), {"login": "meneuse", "password": "x"})
    empty = client.post(reverse("account_login"), {})
    assert leftovers(wrong, english) | leftovers(empty, english) == set()
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    form = {"oldpassword": "x", "password1": "court", "password2": "autre"}
    assert leftovers(client.post(reverse("account_change_password"), form), english) == set()
    bad = client.post(reverse("mfa_activate_totp"), {"code": "1"})
    assert leftovers(bad, english) == set()


def test_the_mails(client):
    world = build_world()
    lead("meneuse", member_of=world.organization)
    invite(
        world.organization, email="x@example.org", role=Role.EDITOR, by=world.people["superuser"]
    )
    client.post(reverse("account_reset_password"), {"email": "meneuse@example.org"})
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "y@example.org", "action_add": ""})
    setup = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": totp(setup.context["form"].secret)})
    client.post(reverse("account_email"), {"email": "z@example.org", "action_add": ""})
    assert mail.outbox[-1].to == ["z@example.org"], "a second factor is no obstacle to a change"
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    new = "quatre mots bien longs"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)

    assert len(mail.outbox) >= 7
    for message in mail.outbox:
        text = ADDRESS.sub("", f"{message.subject}\n{message.body}")
        found = {each.group() for each in ENGLISH.finditer(text)}
        assert found == set(), text
        assert "testserver/en/" not in message.body
