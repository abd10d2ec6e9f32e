"""The public pages of the organizations."""

import json

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.organizations.factories import organization
from tests.organizations.world import build_world

pytestmark = pytest.mark.django_db


def soup(client, page):
    answer = client.get(page.get_url())
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_leads_to_every_organization(client, language):
    made = [organization("une"), organization("deux")]
    pages = [each.pages.get(locale__language_code=language) for each in made]

    found = soup(client, pages[0].get_parent())

    links = {link["href"] for link in found.select(".organization-card a")}
    assert links == {page.get_url() for page in pages}


def test_the_list_costs_the_same_for_any_number_of_organizations(client):
    first = organization("une")
    index = first.pages.get(locale__language_code="fr").get_parent().get_url()
    client.get(index)
    with CaptureQueriesContext(connection) as one:
        client.get(index)
    for number in range(4):
        organization(f"autre-{number}")
    client.get(index)
    with CaptureQueriesContext(connection) as five:
        client.get(index)
    assert len(one) == len(five)


def test_an_organization_says_who_it_is(client):
    made = organization(
        "rives",
        acronym="RIV",
        kind="college",
        website="https://rives.example",
        contact_email="bonjour@rives.example",
        description_fr="Une rive.",
    )
    found = soup(client, made.pages.get(locale__language_code="fr"))

    text = found.main.get_text(" ")
    assert "RIV" in text
    assert "Une rive." in text
    said = json.loads(found.select_one('script[type="application/ld+json"]').string)
    assert said["@type"] == "Organization"
    assert said["name"] == made.name
    assert said["alternateName"] == "RIV"
    assert said["url"] == "https://rives.example"
    assert "logo" not in said
    links = {link["href"] for link in found.main.find_all("a")}
    assert {"https://rives.example", "mailto:bonjour@rives.example"} <= links


def test_an_organization_shows_each_reader_what_they_may_read():
    world = build_world()
    page = world.pages["home"]
    shown = {
        role: {link["href"] for link in soup(world.client(role), page).main.find_all("a")}
        for role in ("anonymous", "stranger", "contributor")
    }
    urls = {name: world.pages[name].get_url() for name in ("public", "community", "organization")}

    assert shown["anonymous"] & set(urls.values()) == {urls["public"]}
    assert shown["stranger"] & set(urls.values()) == {urls["public"], urls["community"]}
    assert shown["contributor"] & set(urls.values()) == set(urls.values())
