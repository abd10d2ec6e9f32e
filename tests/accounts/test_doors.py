"""One door: with a password, or by any other way, nobody comes in past it."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from organizations.models import Role
from tests.organizations.factories import lead, organization, person
from tests.organizations.test_admin_doors import admin_views
from tests.organizations.world import ask
from tests.test_permission_matrix import own_views

pytestmark = pytest.mark.django_db
PASSWORD = "a long secret"


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("path", ["/admin/login/", "/fr/_util/login/", "/en/_util/login/"])
def test_the_right_password_opens_nothing_at_another_door(client, path):
    lead("meneuse", member_of=organization())
    form = {"username": "meneuse", "password": PASSWORD, "next": "/admin/"}

    answer = client.post(path, form)

    assert answer.status_code == 302
    assert "/connexion/" in answer["Location"] or "/sign-in/" in answer["Location"]
    assert not is_signed_in(client)
    assert client.get("/admin/")["Location"].startswith("/fr/compte/connexion/")


def test_no_view_but_the_one_door_takes_a_password():
    """Every view of the site is asked with the names that forms of sign-in have."""
    lead("meneuse", member_of=organization())
    form = {"username": "meneuse", "login": "meneuse", "email": "meneuse@example.org"}
    form |= {"password": PASSWORD, "password1": PASSWORD}
    opened = []
    for name in sorted(set(every_view())):
        client = Client()
        path = reverse(name)
        client.post(path, form)
        if is_signed_in(client):
            opened.append(path)
    assert opened == [reverse("account_login")]


def every_view() -> Iterator[str]:
    """The name of every view without arguments, of the admin and of the rooms."""
    yield from (name for name, arguments in admin_views() if not arguments)
    yield from (name for name, takes_arguments in own_views() if not takes_arguments)


@pytest.mark.parametrize("login", ["meneuse", "meneuse@example.org", "Meneuse@Example.org"])
def test_people_sign_in_with_their_address_or_their_name(client, login):
    lead("meneuse", member_of=organization())

    answer = client.post(reverse("account_login"), {"login": login, "password": PASSWORD})

    assert answer["Location"] == reverse("my_space") == "/fr/mon-espace/"
    assert is_signed_in(client)


def test_the_door_leads_on_to_where_one_was_going_on_this_site_only(client):
    lead("meneuse", member_of=organization())
    form = {"login": "meneuse", "password": PASSWORD}

    assert client.get("/admin/login/?next=/admin/pages/")["Location"] == (
        "/fr/compte/connexion/?next=%2Fadmin%2Fpages%2F"
    )
    assert "evil" not in client.get("/admin/login/?next=https://evil.example/")["Location"]
    answer = client.post(reverse("account_login") + "?next=https://evil.example/", form)
    assert answer["Location"] == reverse("my_space")


@pytest.mark.parametrize("path", ["", "done/", "complete/", "confirm/MQ/set-password/"])
def test_wagtails_own_way_to_a_new_password_is_closed(client, path):
    lead("meneuse", member_of=organization())

    answer = client.post(f"/admin/password_reset/{path}", {"email": "meneuse@example.org"})

    assert answer["Location"] == reverse("account_reset_password")
    assert mail.outbox == []


def test_the_admin_changes_neither_password_nor_address(client):
    user = lead("meneuse", member_of=organization())
    client.force_login(user)
    page = client.get("/admin/account/").content.decode()
    form = {
        "name_email-first_name": "Ada",
        "name_email-last_name": "Roy",
        "name_email-email": "autre@example.org",
        "password-old_password": PASSWORD,
        "password-new_password1": "another long secret",
        "password-new_password2": "another long secret",
    }

    client.post("/admin/account/", form)

    user.refresh_from_db()
    assert 'type="password"' not in page
    assert user.email == "meneuse@example.org"
    assert user.check_password(PASSWORD)


def test_signing_out_of_the_admin_needs_a_post_and_ends_the_session(client):
    client.force_login(lead("meneuse", member_of=organization()))

    assert client.get("/admin/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/admin/logout/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("role", [Role.LEAD, ""])
def test_wagtails_administration_of_accounts_is_closed_for_everyone(client, role, admin_user):
    client.force_login(lead("meneuse", member_of=organization()) if role else admin_user)
    own = reverse("wagtailusers_users:edit", args=[admin_user.pk])
    bulk = f"/admin/bulk/core/user/delete/?id={admin_user.pk}"

    for path in [own, reverse("wagtailusers_users:index"), reverse("wagtailusers_groups:index")]:
        assert ask(client, path).status_code == 404, path
        assert ask(client, path, "post").status_code == 404, path
    assert ask(client, bulk, "post").status_code == 404
    menu = client.get("/admin/").content.decode()
    assert "/admin/users/" not in menu
    assert "/admin/groups/" not in menu


def test_who_has_no_work_in_the_admin_is_told_so_and_gets_no_link_to_it(client):
    client.force_login(person("lectrice", member_of=organization(), role=Role.READER))

    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/pages/1/edit/").status_code == 403
    page = client.get("/fr/mon-espace/").content.decode()
    assert 'href="/admin' not in page
    assert 'href="/admin' not in client.get("/fr/").content.decode()


def test_nobody_opens_an_account_by_themselves(client):
    form = {"email": "inconnue@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for path in ["/fr/compte/inscription/", "/fr/compte/signup/", "/en/account/signup/"]:
        assert client.post(path, form).status_code == 404
    assert client.post(reverse("socialaccount_signup"), form).status_code == 302
    assert not is_signed_in(client)


def test_after_a_few_wrong_passwords_the_right_one_must_wait(client):
    lead("meneuse", member_of=organization())
    path = reverse("account_login")
    for _attempt in range(6):
        client.post(path, {"login": "meneuse", "password": "wrong"})

    answer = client.post(path, {"login": "meneuse", "password": PASSWORD})

    assert answer.status_code == 200
    assert "Trop de tentatives" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_lost_password_is_replaced_by_mail_and_an_unknown_address_learns_nothing(client):
    user = lead("meneuse", member_of=organization())
    path = reverse("account_reset_password")

    known = client.post(path, {"email": user.email}, follow=True)
    unknown = client.post(path, {"email": "inconnue@example.org"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert [message.to for message in mail.outbox] == [[user.email]]
    link = next(
        word for word in mail.outbox[0].body.split() if word.startswith("http")
    ).removeprefix("http://testserver")
    assert link.startswith("/fr/compte/mot-de-passe/oublie/")
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    new = {"password1": "another long secret", "password2": "another long secret"}
    assert client.post(where, new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another long secret")


def test_a_new_address_holds_once_its_mail_was_opened(client):
    user = lead("meneuse", member_of=organization())
    lead("voisine", member_of=organization())
    client.post(reverse("account_login"), {"login": "meneuse", "password": PASSWORD})
    path = reverse("account_email")
    again = client.post(path, {"email": "voisine@example.org", "action_add": ""}, follow=True)
    if reverse("account_reauthenticate") in str(again.redirect_chain):
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(path, {"email": "voisine@example.org", "action_add": ""})
    # Whoever typed it gets the answer of any other address, and a mail goes where it should.
    assert mail.outbox[-1].to == ["voisine@example.org"]
    client.post(path, {"email": "nouvelle@example.org", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "meneuse@example.org"

    message = next(each for each in mail.outbox if each.to == ["nouvelle@example.org"])
    link = next(word for word in message.body.split() if word.startswith("http"))
    client.post(link.removeprefix("http://testserver"))

    user.refresh_from_db()
    assert user.email == "nouvelle@example.org"
