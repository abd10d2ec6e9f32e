"""Leads manage the members and the data of their own organization."""

import pytest
from django.urls import reverse

from organizations.models import Membership, Organization, Role
from tests.organizations.factories import lead, organization, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def leader(rives, client):
    user = lead("meneuse", member_of=rives)
    client.force_login(user)
    return user


def add(client, organization, email, role=Role.EDITOR):
    data = {"email": email, "organization": organization.pk, "role": role}
    return client.post(reverse("memberships:add"), data)


def test_a_lead_adds_somebody_by_their_address(client, leader, rives):
    new = person("nouvelle")

    assert add(client, rives, "Nouvelle@Example.org").status_code == 302

    assert new.memberships.get().role == Role.EDITOR
    assert new.groups.get().organization_role.organization == rives


def test_an_address_without_account_is_refused_with_what_to_do(client, leader, rives):
    answer = add(client, rives, "personne@example.org")

    assert answer.status_code == 200
    assert "email" in answer.context["form"].errors


def test_a_lead_adds_nobody_to_another_organization(client, leader):
    other = organization("ailleurs")
    person("nouvelle")

    answer = add(client, other, "nouvelle@example.org")

    assert "organization" in answer.context["form"].errors
    assert not other.memberships.exists()


def test_a_role_held_already_is_refused(client, leader, rives):
    person("nouvelle", member_of=rives, role=Role.EDITOR)
    assert "role" in add(client, rives, "nouvelle@example.org").context["form"].errors


def test_a_changed_role_changes_what_the_person_may_do(client, leader, rives):
    user = person("nouvelle", member_of=rives, role=Role.EDITOR)
    membership = user.memberships.get()

    client.post(reverse("memberships:edit", args=[membership.pk]), {"role": Role.MODERATOR})

    membership.refresh_from_db()
    assert membership.role == Role.MODERATOR
    assert user.groups.get().organization_role.role == Role.MODERATOR


def test_leads_do_not_lock_themselves_out(client, leader, rives):
    own = leader.memberships.get()

    client.post(reverse("memberships:edit", args=[own.pk]), {"role": Role.CONTRIBUTOR})
    client.post(reverse("memberships:delete", args=[own.pk]))

    assert Membership.objects.get(pk=own.pk).role == Role.LEAD


def test_a_list_of_members_holds_nobody_else(client, leader, rives):
    person("voisine", member_of=organization("ailleurs"))
    person("collegue", member_of=rives)

    text = client.get(reverse("memberships:index")).content.decode()

    assert "collegue" in text
    assert "voisine" not in text


def test_a_lead_changes_the_presentation_but_not_the_place_in_the_community(client, leader, rives):
    data = {
        "name_fr": "Les Rives",
        "name_en": "The Shores",
        "slug": "autre",
        "kind": "ministry",
        "description_fr": "Une rive.",
    }
    answer = client.post(reverse("organizations:edit", args=[rives.pk]), data)

    assert answer.status_code == 302
    rives.refresh_from_db()
    assert (rives.name_fr, rives.slug, rives.kind) == ("Les Rives", "rives", "other")
    assert rives.pages.get(locale__language_code="fr").title == "Les Rives"


def test_who_runs_the_site_creates_an_organization_with_all_it_needs(admin_client):
    data = {"name_fr": "Neuve", "slug": "neuve", "kind": "college"}
    assert admin_client.post(reverse("organizations:add"), data).status_code == 302

    made = Organization.objects.get(slug="neuve")
    assert made.pages.count() == 2
    assert made.workflow is not None


def test_repair_makes_again_what_was_deleted(admin_client, rives):
    rives.pages.get(locale__language_code="en").delete()

    admin_client.post(reverse("organizations:repair", args=[rives.pk]))

    assert rives.pages.count() == 2
