"""The register for those who may read it, and what the public sees of it."""

import csv
import re
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Site

from organizations.models import CommunityRole, Decision, RegisterSettings
from organizations.moderation.deciding import declare_conflict
from organizations.moderation.register import record_decision
from organizations.moderation.selectors import decisions_for
from organizations.services import approve, reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import lead, moderator, reviewer, validator
from tests.organizations.world import SECRET, World, ask, build_world
from tests.practices.factories import organization_page, translation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Decisions of two organizations: one refused, one approved, one elsewhere."""
    world = build_world()
    reject(world.pages["waiting"], user=world.people["moderator"], comment="=HYPERLINK(1)")
    foreign = world.pages["foreign"]
    submit_for_moderation(foreign, user=world.people["stranger"])
    approve(foreign, user=moderator("ailleurs-juge", member_of=world.other), comment="Bien.")
    return world


def page_of(client, **query):
    return client.get(reverse("decisions:index"), query).content.decode()


def table(client, **query):
    answer = client.get(reverse("decisions:index"), {**query, "export": "csv"})
    assert answer.streaming
    return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))


def publish(*kinds, reasons=False):
    chosen = RegisterSettings.for_site(Site.objects.get(is_default_site=True))
    chosen.published_kinds, chosen.shows_reasons = list(kinds), reasons
    chosen.save()


def test_leads_and_moderators_read_the_decisions_of_their_organization(world):
    for role in ("lead", "moderator"):
        text = page_of(world.client(role))
        assert SECRET in text
        assert "Chez eux" not in text


@pytest.mark.parametrize(
    "role", [CommunityRole.STEERING, CommunityRole.MEDIATOR, CommunityRole.ADMINISTRATOR]
)
def test_who_serves_the_community_reads_all_of_them(world, client, role):
    client.force_login(validator("commune", role=role))
    text = page_of(client)
    assert SECRET in text
    assert "Chez eux" in text


def test_reviewers_facilitators_and_authors_have_no_register(world, client):
    for person in (
        reviewer(member_of=world.organization),
        validator(role=CommunityRole.FACILITATOR),
        world.people["contributor"],
    ):
        client.force_login(person)
        for view in ("decisions:index", "decisions:index_results"):
            assert ask(client, reverse(view)).status_code == 404


def test_a_conflict_of_interest_is_known_to_leads_and_to_who_declared_it(world):
    page = world.pages["editors_draft"]
    judge = world.people["moderator"]
    declare_conflict(page, user=judge)
    other = moderator(member_of=world.organization)

    assert decisions_for(world.people["lead"]).filter(kind="conflict").exists()
    assert decisions_for(judge).filter(kind="conflict").exists()
    assert not decisions_for(other).filter(kind="conflict").exists()
    assert decisions_for(other).exists()


def test_filters_find_by_kind_person_page_and_period(world):
    client = world.client("superuser")
    for query, found in (
        ({"kind": "approved"}, ["Chez eux"]),
        ({"person_name": "ailleurs"}, ["Chez eux"]),
        (
            {"organization": world.ids["rives"]},
            [f"{SECRET} en attente", f"{SECRET} entente"],
        ),
        ({"subject": "attente"}, [f"{SECRET} en attente"]),
        ({"reference": str(world.pages["foreign"].persistent_id)}, ["Chez eux"]),
        ({"made_at_from": "2000-01-01", "made_at_to": "2001-01-01"}, []),
    ):
        assert [row["Sujet"] for row in table(client, **query)] == found, query


def test_a_filter_offers_no_organization_that_one_may_not_know_of(world):
    text = page_of(world.client("lead"))
    assert "Ailleurs (fr)" not in text
    assert table(world.client("lead"), organization=world.ids["ailleurs"]) in (
        [],
        table(world.client("lead")),
    )


def test_the_table_holds_no_formula_and_the_whole_chain(world):
    rows = table(world.client("superuser"))

    refused = next(row for row in rows if row["Sujet"] == f"{SECRET} en attente")
    assert refused["Raison"] == "'=HYPERLINK(1)"
    assert [row["Empreinte"] for row in rows] == list(
        Decision.objects.values_list("hash", flat=True)
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\r="])
def test_nothing_that_a_spreadsheet_takes_for_a_formula_leaves_as_one(world, start):
    record_decision(
        kind="approved", person=None, organization=world.organization, subject=f"{start}1+1"
    )
    assert table(world.client("superuser"))[0]["Sujet"].startswith("'")


# The public


def test_the_public_sees_nothing_until_the_community_chooses(world):
    client = world.client("anonymous")
    publish()
    for path in ("/fr/decisions/", "/en/decisions/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Chez eux" not in answer.content.decode()


def test_the_public_sees_the_chosen_kinds_without_names_and_reasons_only_if_chosen(world):
    client = world.client("anonymous")
    publish("approved")
    text = client.get("/fr/decisions/").content.decode()
    assert "Chez eux" in text
    assert "ailleurs-juge" not in text
    assert "Bien." not in text

    publish("approved", reasons=True)
    assert "Bien." in client.get("/fr/decisions/").content.decode()
    publish("changes_requested")
    assert "Chez eux" not in client.get("/fr/decisions/").content.decode()


def test_a_decision_is_listed_once_in_the_readers_language(world):
    publish("approved")
    client = world.client("anonymous")
    french = world.pages["foreign"]
    organization_page(french.organization.slug, language="en")
    english = translation(french, "en", title="At their place")
    for path, title, language in (
        ("/fr/decisions/", "Chez eux", "fr"),
        ("/en/decisions/", "At their place", "en"),
    ):
        # Decided once on the French text, then on its translation too.
        for _step in range(2):
            page = BeautifulSoup(client.get(path).content.decode(), "html5lib")
            assert [(a.get_text(), a["lang"]) for a in page.select(".decisions a")] == [
                (title, language)
            ]
            if not Decision.objects.filter(page=english).exists():
                record_decision(
                    kind="approved", person=None, organization=french.organization, page=english
                )
    english.unpublish()
    page = BeautifulSoup(client.get("/en/decisions/").content.decode(), "html5lib")
    assert [(a.get_text(), a["lang"]) for a in page.select(".decisions a")] == [("Chez eux", "fr")]


def shown(client):
    """The public page, without the token that differs each time."""
    text = client.get("/fr/decisions/").content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_a_decision_about_what_one_may_not_read_changes_nothing_on_the_page(world):
    publish("approved", "changes_requested", "withdrawn")
    client = world.client("stranger")
    before = shown(client)
    page = LessonPage.objects.get(pk=world.ids["organization"])
    page.save_revision(user=world.people["contributor"])
    submit_for_moderation(page, user=world.people["contributor"])
    approve(page, user=world.people["moderator"])

    assert shown(client) == before
    assert SECRET in world.client("editor").get("/fr/decisions/").content.decode()


def test_who_runs_the_site_chooses_what_is_published(world):
    client = world.client("superuser")
    site = Site.objects.get(is_default_site=True)
    path = reverse("wagtailsettings:edit", args=["organizations", "registersettings", site.pk])

    answer = client.post(path, {"published_kinds": ["approved", "validated"]})

    assert answer.status_code == 302
    assert RegisterSettings.for_site(site).published_kinds == ["approved", "validated"]
    refused = lead(member_of=world.organization)
    client.force_login(refused)
    assert ask(client, path).status_code in (302, 404)
