"""What a page says to machines: schema.org, Open Graph, the sitemap and robots."""

import json
from typing import Any

import extruct
import pytest
from bs4 import BeautifulSoup

from organizations.models import Organization
from practices.models import Contribution, LessonPractice, PracticeApplication
from tests.pages import pages_of_each_type
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
    translation,
)
from tests.practices.test_pages import full_sheet

pytestmark = pytest.mark.django_db


def graph(client, page):
    html = client.get(page.get_url()).content.decode()
    [data] = extruct.extract(html, syntaxes=["json-ld"])["json-ld"]
    return data["@graph"]


def test_each_type_is_described_as_schema_org_has_it(client):
    pages = pages_of_each_type()
    sheet, _way = graph(client, pages["sheet"])
    case, _way = graph(client, pages["case"])
    lesson, way = graph(client, pages["lesson"])

    assert sheet["@type"] == ["HowTo", "LearningResource"]
    assert sheet["step"][0]["itemListElement"] == [{"@type": "HowToStep", "text": "Choisir"}]
    assert sheet["author"][0]["familyName"] == "Roy"
    assert sheet["publisher"] == [{"@type": "Organization", "name": "Essai"}]
    assert sheet["license"] == "https://creativecommons.org/licenses/by/4.0/"
    # schema.org has things here, not words.
    assert [each["@type"] for each in sheet["spatialCoverage"]] == ["Place"]
    assert sheet["inLanguage"] == "fr"
    assert sheet["@id"].endswith(f"/id/{pages['sheet'].persistent_id}/")
    assert case["@type"] == "Article"
    assert lesson["@type"] == "Report"
    places = way["itemListElement"]
    assert [each["position"] for each in places] == [1, 2, 3, 4]
    assert places[-1]["item"].endswith(pages["lesson"].get_url())


def test_a_licence_without_an_address_is_named(client):
    [work, _way] = graph(client, LessonFactory(licence="all-rights-reserved"))
    assert work["license"] == {"@type": "CreativeWork", "name": "Tous droits réservés"}


def test_what_a_page_says_cannot_leave_its_block_of_data(client):
    evil = "</script><script>alert(1)</script><!-- & ' \u2028"
    sheet: Any = PracticeSheetFactory(title=evil, slug="evil", summary=evil)
    html = client.get(sheet.get_url()).content.decode()

    assert sheet.title == evil.removesuffix(" \u2028")  # a title is one line
    page = BeautifulSoup(html, "html5lib")
    scripts = page.select("script:not([src])")
    assert [each["type"] for each in scripts] == ["application/ld+json"]
    assert json.loads(scripts[0].string)["@graph"][0]["name"] == sheet.title
    assert page.select_one('meta[property="og:title"]')["content"] == sheet.title


def test_a_page_says_nothing_to_machines_that_it_hides_from_people(client):
    hidden = {"sharing_level": "organization"}
    secret = Organization.objects.create(slug="secret", name_fr="Organisme caché")
    lesson = LessonFactory(
        anonymous_by_proxy=True,
        contributions=[Contribution(name="Zoé Cachée", role="writing")],
        co_organizations=[secret],
    )
    sheet = PracticeSheetFactory()
    organization_page(language="en")
    translation(sheet, "en", title="Hidden translation", **hidden)
    before = client.get(sheet.get_url()).content

    work, _way = graph(client, lesson)
    assert "cach" not in json.dumps(work, ensure_ascii=False).lower()
    CaseStudyFactory(applications=[PracticeApplication(practice=sheet, verdict="worked")], **hidden)
    LessonFactory(lesson_practices=[LessonPractice(practice=sheet)], **hidden)
    # To the letter, its tag for caches and its links to other languages included.
    assert client.get(sheet.get_url()).content == before


def test_a_page_has_one_address_for_search_engines_and_names_its_translations(client):
    sheet = full_sheet()
    organization_page(language="en")
    english = translation(sheet, "en")
    page = BeautifulSoup(client.get(sheet.get_url()).content, "html5lib")

    languages = {each["hreflang"]: each["href"] for each in page.select("link[hreflang]")}
    assert languages == {
        "x-default": f"http://testserver{sheet.get_url()}",
        "fr": f"http://testserver{sheet.get_url()}",
        "en": f"http://testserver{english.get_url()}",
    }
    assert page.select_one('meta[property="og:url"]')["content"] == languages["fr"]
    spoken = {
        each["property"]: each["content"] for each in page.select("meta[property^='og:locale']")
    }
    assert spoken == {"og:locale": "fr_CA", "og:locale:alternate": "en_CA"}
    assert page.select_one('meta[name="twitter:card"]')["content"] == "summary"
    assert not page.select('meta[name="robots"]')
    draft = sheet.save_revision().as_object()
    preview = draft.make_preview_request().content.decode()
    assert '<meta name="robots" content="noindex">' in preview
    assert "ld+json" not in preview


def test_the_sitemap_lists_what_everyone_may_read_with_its_translations(
    client, django_assert_max_num_queries
):
    sheet = PracticeSheetFactory()
    organization_page(language="en")
    english = translation(sheet, "en")
    hidden = [
        PracticeSheetFactory(sharing_level="community"),
        PracticeSheetFactory(live=False),
        PracticeSheetFactory(status=term("status", "retired")),
    ]

    index = BeautifulSoup(client.get("/sitemap.xml").content, "xml")
    path = index.find("loc").text.removeprefix("http://testserver")
    with django_assert_max_num_queries(8):
        found = BeautifulSoup(client.get(path).content, "xml")
    entries = {each.find("loc").text: each for each in found.find_all("url")}

    def here(page):
        return f"http://testserver{page.get_url()}"

    assert {here(sheet), here(english), here(organization_page())} <= entries.keys()
    assert entries.keys().isdisjoint(map(here, hidden))
    links = {each["hreflang"]: each["href"] for each in entries[here(sheet)].find_all("link")}
    assert links == {"fr": here(sheet), "en": here(english)}
    assert client.get(f"{path}?p=9").status_code == 404


def _entries(client, section):
    found = BeautifulSoup(client.get(f"/sitemap-{section}.xml").content, "xml")
    return {
        each.find("loc").text.removeprefix("http://testserver"): {
            link["hreflang"]: link["href"].removeprefix("http://testserver")
            for link in each.find_all("link")
        }
        for each in found.find_all("url")
    }


def test_the_sitemap_lists_the_views_with_their_translations_and_each_names_itself(
    client, search_index
):
    search_index()
    views = _entries(client, "views")
    for path, other in (
        ("/fr/parcourir/", "/en/browse/"),
        ("/fr/a-propos/", "/en/about/"),
        ("/fr/accessibilite/", "/en/accessibility/"),
        ("/fr/decisions/", "/en/decisions/"),
        ("/fr/recherche/", "/en/search/"),
    ):
        assert views[path] == views[other] == {"fr": path, "en": other}
    for path in views:
        page = BeautifulSoup(client.get(path).content, "html5lib")
        assert page.select_one("link[rel=canonical]")["href"] == f"http://testserver{path}"
        assert page.select_one("meta[name=description]")["content"]
        assert not page.select("meta[name=robots]")
    assert "/sitemap-themes.xml" in client.get("/sitemap.xml").content.decode()


def test_the_sitemap_lists_themes_where_everyone_finds_something(client, search_index):
    PracticeSheetFactory(themes=[term("theme", "french")])
    PracticeSheetFactory(themes=[term("theme", "hidden")], sharing_level="community")
    organization_page(language="en")
    translation(PracticeSheetFactory(themes=[term("theme", "both")]), "en")
    search_index()

    both = {"fr": "/fr/parcourir/theme/both/", "en": "/en/browse/theme/both/"}
    assert _entries(client, "themes") == {
        "/fr/parcourir/theme/french/": {"fr": "/fr/parcourir/theme/french/"},
        both["fr"]: both,
        both["en"]: both,
    }


def test_robots_are_kept_from_every_combination_of_facets_and_told_of_the_sitemap(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert "Disallow: /fr/recherche/?" in lines
    assert "Disallow: /en/search/?" in lines
    for path in ("recherche/exporter/", "recherche/flux/", "ma-selection/"):
        assert f"Disallow: /fr/{path}" in lines
    for path in ("search/export/", "search/feed/", "my-selection/"):
        assert f"Disallow: /en/{path}" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines
