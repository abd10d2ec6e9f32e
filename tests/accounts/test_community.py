"""Roles for the whole community, and accounts: given, taken and looked after by administrators."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.services import deactivate_account, reactivate_account
from core.models import User
from organizations.models import CommunityMembership, CommunityRole, Role
from organizations.services import give_community_role, take_community_role
from tests.organizations.factories import lead, organization, person

pytestmark = pytest.mark.django_db
ADMINISTRATOR = CommunityRole.ADMINISTRATOR


def test_a_superuser_is_an_administrator_however_they_were_made(admin_user):
    assert admin_user.community_memberships.get().role == ADMINISTRATOR

    admin_user.save()
    assert admin_user.community_memberships.count() == 1


@pytest.mark.parametrize("role", CommunityRole.values)
def test_an_administrator_gives_and_takes_each_role(admin_client, role):
    person("ada")
    form = {"email": "Ada@Example.org", "role": role}

    assert admin_client.post(reverse("community_roles:add"), form).status_code == 302
    user = User.objects.get(username="ada")
    assert user.is_superuser == (role == ADMINISTRATOR)
    admin_client.post(reverse("community_roles:delete", args=[user.community_memberships.get().pk]))

    user = User.objects.get(username="ada")
    assert not user.community_memberships.exists()
    assert not user.is_superuser


def test_a_role_given_twice_is_one(admin_user):
    user = person()
    first = give_community_role(user=user, role="mediator", by=admin_user)
    assert give_community_role(user=user, role="mediator", by=admin_user) == first


def test_an_address_without_account_is_refused_with_what_to_do(admin_client):
    form = {"email": "personne@example.org", "role": "mediator"}
    answer = admin_client.post(reverse("community_roles:add"), form)

    assert "email" in answer.context["form"].errors


def test_the_last_administrator_stays(admin_user, admin_client):
    own = admin_user.community_memberships.get()
    with pytest.raises(ValidationError):
        take_community_role(own, by=admin_user)
    page = admin_client.post(reverse("community_roles:delete", args=[own.pk]), follow=True)
    assert "Plus personne n’administrerait" in page.content.decode()

    # Somebody who cannot sign in does not count.
    other = person()
    give_community_role(user=other, role=ADMINISTRATOR, by=admin_user)
    deactivate_account(other, by=admin_user)
    with pytest.raises(ValidationError):
        take_community_role(own, by=admin_user)
    reactivate_account(other, by=admin_user)
    take_community_role(own, by=admin_user)
    assert not User.objects.get(pk=admin_user.pk).is_superuser


def test_a_membership_deleted_by_another_door_takes_the_right_along(admin_user):
    CommunityMembership.objects.filter(user=admin_user).delete()

    assert not User.objects.get(pk=admin_user.pk).is_superuser


@pytest.mark.parametrize("role", ["facilitator", "steering", "mediator"])
def test_other_roles_make_nobody_an_administrator(admin_user, role):
    user = person()
    give_community_role(user=user, role=role, by=admin_user)
    assert not user.is_superuser

    with pytest.raises(PermissionDenied):
        give_community_role(user=user, role=ADMINISTRATOR, by=user)
    with pytest.raises(PermissionDenied):
        take_community_role(admin_user.community_memberships.get(), by=user)


def test_a_deactivated_account_is_out_at_once(admin_client):
    user = lead("meneuse", member_of=organization())
    client = Client()
    client.force_login(user)

    admin_client.post(reverse("people:deactivate", args=[user.pk]))

    assert client.get("/admin/")["Location"].startswith(reverse("account_login"))
    form = {"login": "meneuse", "password": "a long secret"}
    told = client.post(reverse("account_login"), form, follow=True).content.decode()
    assert "désactivé" in told
    admin_client.post(reverse("people:reactivate", args=[user.pk]))
    assert client.post(reverse("account_login"), form)["Location"] == reverse("my_space")
    assert user.memberships.get().role == Role.LEAD


def test_nobody_deactivates_themselves_or_without_the_right(admin_user):
    with pytest.raises(ValidationError):
        deactivate_account(admin_user, by=admin_user)
    with pytest.raises(PermissionDenied):
        deactivate_account(admin_user, by=lead(member_of=organization()))


def test_the_list_of_accounts_says_who_may_sign_in(admin_client):
    ada = person("ada")
    page = admin_client.get(reverse("people:index")).content.decode()

    assert "ada@example.org" in page
    for act in ("deactivate", "remove_second_factor"):
        assert reverse(f"people:{act}", args=[ada.pk]) in page
    assert "/edit/" not in page.split("<main", 1)[1]
