"""Who gets what at each address of accounts; read with `tests/test_permission_matrix.py`.

A row names a view, what its argument is, and what each kind of person gets there: “*” is everybody
who is not named. The reader and the reviewer belong to the organization that owns everything.
"""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from accounts.models import Invitation
from accounts.services import SIGNER, hash_of, invite
from core.models import User
from organizations.models import Role
from organizations.services import give_community_role
from tests.organizations.factories import lead, person
from tests.organizations.world import World, ask, build_world
from tests.test_permission_matrix import own_views, word_for

pytestmark = pytest.mark.django_db

# They have no work in the admin.
OUTSIDE = ["reader"]
COMMUNITY = ["facilitator", "steering", "mediator"]
INSIDE = [
    *COMMUNITY,
    "reviewer",
    "stranger",
    "contributor",
    "editor",
    "moderator",
    "lead",
    "superuser",
]
ROLES = ["anonymous", *OUTSIDE, *INSIDE]

# “302”: led elsewhere on the reader's side, such as to one's own space or to prove who one is.
TABLE = """
# Coming in, for everyone; whoever is in is led to their space
GET  account_login                            anonymous=200 *=302
GET  account_reset_password                   *=200
GET  account_reset_password_done              *=200
GET  account_reset_password_from_key          *=200
GET  account_reset_password_from_key_done     *=200
GET  account_inactive                         *=200
GET  account_email_verification_sent          *=200
GET  account_confirm_email                    *=200
GET  mfa_authenticate                         anonymous=login *=302
GET  socialaccount_login_cancelled            *=200
GET  socialaccount_login_error                *=401
GET  socialaccount_signup                     *=login
GET  openid_connect_login                     *=404
GET  openid_connect_callback                  *=404
GET  invitation                               anonymous=200 *=403
POST invitation                               anonymous=200 *=403

# One's own account
GET  my_space                                 anonymous=login *=200
POST account_language                         anonymous=login *=302
GET  account_language                         *=405
POST invitation_accept                        anonymous=login *=404
GET  account_logout                           anonymous=302 *=200
POST account_logout                           *=302
GET  account_email                            anonymous=login *=200
GET  account_change_password                  anonymous=login *=200
GET  account_set_password                     anonymous=login *=302
GET  account_reauthenticate                   anonymous=login *=200
GET  socialaccount_connections                anonymous=login *=200
GET  mfa_index                                anonymous=login *=200
GET  mfa_reauthenticate                       anonymous=login *=302
GET  mfa_activate_totp                        anonymous=login *=302
GET  mfa_deactivate_totp                      anonymous=login *=404
GET  mfa_view_recovery_codes                  anonymous=login *=404
GET  mfa_generate_recovery_codes              anonymous=login *=302
GET  mfa_download_recovery_codes              anonymous=login *=404
GET  mfa_list_webauthn                        anonymous=login *=200
GET  mfa_add_webauthn                         anonymous=login *=302
GET  mfa_reauthenticate_webauthn              anonymous=login *=302
# The key is another person's; one proves who one is before anything is said
GET  mfa_remove_webauthn                      anonymous=login *=302
GET  mfa_edit_webauthn                        anonymous=login *=302

# Invitations: leads, to their organization; `invitation` is of the lead's, `theirs` of another
GET  invitations:index                        lead=200 superuser=200 *=no
GET  invitations:index_results                lead=200 superuser=200 *=no
GET  invitations:add                          lead=200 superuser=200 *=no
GET  invitations:resend invitation            lead=200 superuser=200 *=404
POST invitations:resend invitation            lead=done superuser=done *=404
GET  invitations:revoke invitation            lead=200 superuser=200 *=404
POST invitations:revoke invitation            lead=done superuser=done *=404
GET  invitations:resend theirs                superuser=200 *=404
POST invitations:revoke theirs                superuser=done *=404

# The community: who runs the site
GET  community_roles:index                    superuser=200 *=no
GET  community_roles:index_results            superuser=200 *=no
GET  community_roles:add                      superuser=200 *=no
GET  community_roles:delete community_role    superuser=200 *=404
POST community_roles:delete community_role    superuser=done *=404
GET  people:index                             superuser=200 *=no
GET  people:index_results                     superuser=200 *=no
GET  people:deactivate person                 superuser=200 *=no
POST people:deactivate person                 superuser=done *=no
GET  people:reactivate person                 superuser=200 *=no
POST people:reactivate person                 superuser=done *=no
GET  people:remove_second_factor person       superuser=200 *=no
POST people:remove_second_factor person       superuser=done *=no

# Wagtail's own administration of accounts is closed
GET  wagtailusers_users:index                 *=404
GET  wagtailusers_users:add                   *=404
GET  wagtailusers_users:edit person           *=404
GET  wagtailusers_groups:index                *=404
GET  wagtailusers_groups:add                  *=404
"""
ADMIN = ("invitations:", "community_roles:", "people:")


def rows() -> list[tuple[str, str, str, dict[str, str]]]:
    """The method, the view, the name of its argument and the answers of each row."""
    found = []
    for line in TABLE.strip().splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        method, view, rest = words[0], words[1], words[2:]
        name = "" if "=" in rest[0] else rest[0]
        found.append((method, view, name, dict(each.split("=") for each in rest if "=" in each)))
    return found


def expected(view: str, answers: dict[str, str], role: str) -> str:
    """What `role` gets; in the admin, strangers are sent to sign in, and who has no work there
    learns nothing else than that."""
    if view.startswith(ADMIN):
        if role == "anonymous":
            return "login"
        if role in OUTSIDE:
            return "403"
    return answers.get(role, answers["*"])


def build() -> tuple[World, dict[str, object]]:
    """The world of the matrix, with the other kinds of people, and what the arguments name."""
    world = build_world()
    run = world.people["superuser"]
    for member in (Role.READER, Role.REVIEWER):
        world.people[member] = person(member, member_of=world.organization, role=member)
    for role in COMMUNITY:
        world.people[role] = person(role)
        give_community_role(user=world.people[role], role=role, by=run)
    invitation = invite(world.organization, email="ada@example.org", role="editor", by=run)
    theirs = invite(
        world.other, email="x@example.org", role="editor", by=lead(member_of=world.other)
    )
    Invitation.objects.update(sent_at=None)
    secret = "secret"
    Invitation.objects.filter(pk=invitation.pk).update(secret_hash=hash_of(secret))
    key = Authenticator.objects.create(
        user=person("autre"), type=Authenticator.Type.WEBAUTHN, data={"name": "clé"}
    )
    mediation = User.objects.get(username="mediator").community_memberships.get()
    return world, {
        "invitation": invitation.pk,
        "theirs": theirs.pk,
        "community_role": mediation.pk,
        "person": world.people["contributor"].pk,
        "token": SIGNER.sign(secret),
        "key": key.pk,
    }


def address(view: str, name: str, ids: dict[str, object]) -> str:
    """Where the view is."""
    special = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
        "account_confirm_email": {"key": "x"},
        "invitation": {"token": ids["token"]},
        "invitation_accept": {"pk": ids["invitation"]},
        "mfa_remove_webauthn": {"pk": ids["key"]},
        "mfa_edit_webauthn": {"pk": ids["key"]},
        "openid_connect_login": {"provider_id": "nowhere"},
        "openid_connect_callback": {"provider_id": "nowhere"},
    }
    kwargs = special.get(view) or ({"pk": ids[name]} if name else {})
    return reverse(view, kwargs=kwargs)


@pytest.mark.parametrize("role", ROLES)
def test_everyone_gets_what_the_table_says(role):
    world, ids = build()
    wrong = []
    for method, view, name, answers in rows():
        # Signing out is one of the rows.
        client = world.client(role)
        with transaction.atomic():
            answer = ask(client, address(view, name, ids), method.lower())
            transaction.set_rollback(True)
        due, got = expected(view, answers, role), word_for(answer)
        if got != due:
            wrong.append(f"{method} {view} {name}: {got}, not {due}")
    assert "\n".join(wrong) == ""


def test_every_view_of_accounts_is_in_the_table():
    known = {view for _method, view, _name, _answers in rows()}
    ours = ("account_", "mfa_", "socialaccount_", "openid_", "invitation", "my_space", *ADMIN)
    missing = {name for name, _takes in own_views() if name.startswith(ours)} - known

    assert missing == set(), "add a row for each to TABLE"
