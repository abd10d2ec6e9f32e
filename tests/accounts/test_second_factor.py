"""A second factor: asked of those who decide, proved with real codes, and led back from."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from organizations.agreements.services import change_agreement
from organizations.models import Role
from organizations.services import add_member, give_community_role
from tests.accounts.codes import totp
from tests.organizations.agreements import drafted
from tests.organizations.factories import lead, organization, person
from tests.organizations.world import build_world

pytestmark = pytest.mark.django_db
# A factor counts once its row is committed, within the request.
really = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PASSWORD = "a long secret"


@pytest.fixture(autouse=True)
def strict(settings):
    """As on a server."""
    settings.SECOND_FACTOR_REQUIRED = True


def sign_in(client: Client, name: str = "meneuse") -> str:
    """Post the password; returns where that leads."""
    form = {"login": name, "password": PASSWORD}
    return str(client.post(reverse("account_login"), form)["Location"])


def set_up(client: Client) -> str:
    """Set up an app, as its page asks; returns its secret."""
    path = reverse("mfa_activate_totp")
    page = client.get(path)
    if page.status_code == 302:  # the password was typed a while ago
        client.post(page["Location"], {"password": PASSWORD})
        page = client.get(path)
    secret = page.context["form"].secret
    answer = client.post(path, {"code": totp(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return str(secret)


@pytest.fixture
def leader():
    return lead("meneuse", member_of=organization("rives"))


@really
def test_the_whole_way_to_a_second_factor_and_back(client, leader):
    sign_in(client)
    wanted = "/admin/memberships/?role=editor"

    asked = client.get(wanted)
    assert asked["Location"] == reverse("mfa_index") == "/fr/compte/second-facteur/"
    assert "demandent un second facteur" in client.get(asked["Location"]).content.decode()

    secret = set_up(client)
    assert mail.outbox[-1].to == [leader.email]
    page = client.get(reverse("mfa_index")).content.decode()
    assert f'href="{wanted}"' in page
    assert client.get(wanted).status_code == 200
    assert f'href="{wanted}"' not in client.get(reverse("mfa_index")).content.decode()

    # The next session is opened with both.
    client = Client()
    assert sign_in(client) == reverse("mfa_authenticate")
    assert client.get("/admin/")["Location"].startswith(reverse("account_login"))
    answer = client.post(reverse("mfa_authenticate"), {"code": totp(secret, steps=1)})
    assert answer["Location"] == reverse("my_space")
    assert client.get(wanted).status_code == 200


@really
def test_a_wrong_code_opens_nothing_and_a_right_one_serves_once(client, leader):
    sign_in(client)
    secret = set_up(client)
    code = totp(secret, steps=1)
    first, second = Client(), Client()
    sign_in(first)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert first.post(reverse("mfa_authenticate"), {"code": wrong}).status_code == 200
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302

    sign_in(second)
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert "_auth_user_id" not in second.session


@really
def test_a_recovery_code_opens_once(client, leader):
    sign_in(client)
    set_up(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.findall(r"\b\d{8}\b", page)[0]

    for status in (302, 200):
        other = Client()
        sign_in(other)
        answer = other.post(reverse("mfa_authenticate"), {"code": code})
        assert answer.status_code == status


@really
def test_a_session_opened_before_the_factor_was_set_up_proves_it_too(client, leader):
    old = Client()
    sign_in(old)
    sign_in(client)
    secret = set_up(client)

    asked = old.get("/admin/")
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    answer = old.post(asked["Location"], {"code": totp(secret, steps=1), "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert old.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("role", "is_asked"),
    [
        ("contributor", False),
        ("editor", False),
        ("moderator", True),
        ("lead", True),
        ("superuser", True),
    ],
)
def test_it_is_asked_of_those_who_decide(role, is_asked):
    world = build_world()
    answer = world.client(role).get("/admin/")
    assert (answer.status_code == 302) == is_asked
    assert not is_asked or answer["Location"] == reverse("mfa_index")


def test_a_new_administrator_is_asked_on_the_next_request(client, admin_user):
    user = person("adjointe", member_of=organization(), role=Role.EDITOR)
    client.force_login(user)
    assert client.get("/admin/").status_code == 200

    give_community_role(user=user, role="administrator", by=admin_user)

    assert client.get("/admin/").status_code == 302


def test_a_reader_who_becomes_a_moderator_is_asked_in_the_session_they_have(client):
    rives = organization()
    user = person("lectrice", member_of=rives, role=Role.READER)
    sign_in(client, "lectrice")
    assert client.get("/admin/").status_code == 403

    add_member(rives, user=user, role=Role.MODERATOR)

    assert client.get("/admin/moderation/")["Location"] == reverse("mfa_index")


def test_without_it_nothing_is_decided_whatever_the_request():
    world = build_world()
    client = world.client("moderator")
    page = world.pages["waiting"]
    approve = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[page.pk, "approve", page.current_workflow_task_state.pk],
    )
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    ajax = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}

    assert client.post(approve).status_code == 403
    assert client.post(approve, {"comment": ""}, **ajax).status_code == 403
    assert client.get(approve, **ajax).status_code == 403
    assert client.post(edit, form).status_code == 403
    assert client.get("/admin/api/main/pages/", **ajax).status_code == 403
    page.refresh_from_db()
    assert not page.live


def test_readers_pages_and_ones_own_space_stay_open_without_it(client, leader):
    sign_in(client)

    page = client.get(reverse("my_space"))

    assert page.status_code == 200
    assert [each.kind for each in page.context["space"].asked] == ["second-factor"]
    assert client.get("/fr/").status_code == 200


def test_a_site_that_goes_without_says_so_at_its_door_and_in_its_admin(client, leader, settings):
    assert "démonstration" not in client.get(reverse("account_login")).content.decode()
    settings.SECOND_FACTOR_REQUIRED = False

    assert "démonstration" in client.get(reverse("account_login")).content.decode()
    client.force_login(leader)
    assert "SECOND_FACTOR_REQUIRED" in client.get("/admin/").content.decode()


# Signing an agreement


def signature_of(agreement, path, client):
    """What the form of the signature posts."""
    form = client.get(path).context["form"]
    party = form.fields["organization"].queryset.get()
    return {"organization": party.pk, "digest": form.initial["digest"], "has_read": "on"}


@pytest.fixture
def to_sign(leader):
    """The agreement that waits for the lead, and the page on which it is signed."""
    rives = leader.memberships.get().organization
    agreement = drafted(rives, organization("ailleurs"))
    return agreement, reverse("agreements:act", args=[agreement.pk, "sign"])


def make_the_proof_old(client: Client) -> None:
    """As if the person had come in an hour ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


@really
def test_a_lead_signs_with_the_second_factor_in_hand_and_what_was_posted_is_done(client, to_sign):
    agreement, path = to_sign
    sign_in(client)
    secret = set_up(client)
    data = signature_of(agreement, path, client)
    make_the_proof_old(client)

    asked = client.post(path, data)
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not agreement.signatures.exists()
    code = totp(secret, steps=1)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert client.post(asked["Location"], {"code": wrong, "next": path}).status_code == 200
    assert not agreement.signatures.exists()

    done = client.post(asked["Location"], {"code": code, "next": path})

    assert done["Location"] == reverse("agreements:inspect", args=[agreement.pk])
    assert agreement.signatures.get().user.username == "meneuse"


@really
def test_a_proof_of_a_moment_ago_is_enough_to_sign(client, to_sign):
    agreement, path = to_sign
    sign_in(client)
    set_up(client)

    client.post(path, signature_of(agreement, path, client))

    assert agreement.signatures.exists()


@really
def test_terms_that_changed_while_the_factor_was_asked_for_are_not_signed(client, to_sign):
    agreement, path = to_sign
    sign_in(client)
    secret = set_up(client)
    data = signature_of(agreement, path, client)
    make_the_proof_old(client)
    asked = client.post(path, data)
    change_agreement(agreement, user=agreement.proposed_by.memberships.get().user, text_fr="Autre.")

    done = client.post(asked["Location"], {"code": totp(secret, steps=1), "next": path})

    assert "a changé depuis que vous l’avez lue" in done.content.decode()
    assert not agreement.signatures.exists()


@really
def test_who_lost_everything_is_helped_by_an_administrator(client, leader, admin_user, settings):
    sign_in(client)
    set_up(client)
    settings.SECOND_FACTOR_REQUIRED = False
    helper = Client()
    helper.force_login(admin_user)

    helper.post(reverse("people:remove_second_factor", args=[leader.pk]))

    assert not Authenticator.objects.filter(user=leader).exists()
    assert sign_in(Client()) == reverse("my_space")
