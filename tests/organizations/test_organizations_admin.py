"""Leads manage the data of their own organization."""

import pytest
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from organizations.models import Organization, Role
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


def test_the_menu_has_each_entry_once_and_none_that_refuses(rf, admin_user, rives):
    def labels(user) -> list[str]:
        request = rf.get("/admin/")
        request.user = user
        entries = admin_menu.menu_items_for_request(request)
        assert len({each.label for each in entries}) == len(entries)
        below = [each.menu for each in entries if hasattr(each, "menu")]
        return [str(item.label) for menu in below for item in menu.menu_items_for_request(request)]

    reviewer = labels(person("relecteur", member_of=rives, role=Role.REVIEWER))

    assert "Fiches de pratique" in labels(admin_user)
    assert "Fiches de pratique" not in reviewer
    assert "À revoir" in reviewer
