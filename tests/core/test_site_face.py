"""What surrounds every page: header, menu, languages, footer, errors; and what it weighs."""

import gzip
import re
from pathlib import Path
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page, Site

from core.accessibility import SUBJECTS, last_run
from core.models import HomePage, SiteSettings
from practices.models import LessonPractice
from search import service
from tests.pages import pages_of_each_type
from tests.practices.factories import LessonFactory, PracticeSheetFactory

STYLES = Path(settings.BASE_DIR, "static", "css")


def get(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html5lib")


def home(locale: str) -> HomePage:
    return HomePage.objects.get(locale__language_code=locale, depth=2)


def add_page(parent: Page, title: str, kind: type[Page] = HomePage, **fields) -> Page:
    return parent.add_child(instance=kind(title=title, locale=parent.locale, **fields))


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_home_page_puts_the_search_first(client, locale):
    page = get(client, f"/{locale}/")

    assert page.html["lang"] == locale
    assert len(page.select("h1")) == 1
    assert page.select_one('main form[role="search"] input[name="q"]')
    assert len(page.select(".card")) == 3


@pytest.mark.django_db
def test_the_home_page_is_light_and_asks_the_search_once(
    client, search_index, django_assert_max_num_queries
):
    pages_of_each_type(review_by="2024-07-01")
    search_index()
    client.get("/fr/")
    with (
        mock.patch("search.answers.service.search", wraps=service.search) as search,
        django_assert_max_num_queries(12),
    ):
        response = client.get("/fr/")

    assert search.call_count == 1
    assert len(response.content) <= 40_000
    assert not response.cookies
    page = BeautifulSoup(response.content, "html5lib")
    assert "À vérifier de nouveau" in page.select_one("#needs").parent.get_text()
    assert page.select("#themes ~ .ways a")
    assert page.select("#organizations ~ .ways a.type--organization")
    assert len(page.select(".news h3 a")) == 3


@pytest.mark.django_db
def test_while_no_index_can_count_the_home_page_shows_no_zero(client, settings, tmp_path):
    # A server of other tests may have one.
    settings.SEARCH_URL, settings.SEARCH_DATA_DIR = "embedded://", tmp_path
    service.reset()
    pages_of_each_type()

    page = get(client, "/fr/")

    assert not page.select(".figures, .ways")
    assert len(page.select(".news h3 a")) == 3
    service.reset()


@pytest.mark.django_db
def test_the_home_page_calls_for_nothing_that_the_reader_may_not_see(client, search_index):
    pages_of_each_type(review_by="2024-07-01", sharing_level="organization")
    search_index()

    page = get(client, "/fr/")
    assert not page.select(".news li, .calls a:not(.chip)")
    assert page.select_one(".figures strong").get_text() == "0"


@pytest.mark.django_db
def test_lessons_that_no_practice_takes_up_are_named_until_one_does(client, search_index):
    lesson = LessonFactory(title="Orpheline", live=True)
    search_index()
    assert "Orpheline" in get(client, "/fr/").select_one(".calls").get_text()

    lesson.lesson_practices.add(LessonPractice(practice=PracticeSheetFactory()))
    lesson.save()

    assert "Orpheline" not in get(client, "/fr/").select_one(".calls").get_text()


@pytest.mark.django_db
def test_every_page_gives_search_engines_the_address_by_which_it_was_reached(client):
    pages = pages_of_each_type()
    read = [home("fr"), pages["organization"].get_parent(), *pages.values()]
    for each in read:
        path = each.get_url()

        page = BeautifulSoup(
            client.get(path, headers={"host": "127.0.0.1:8200"}).content, "html5lib"
        )

        assert page.select_one('link[rel="canonical"]')["href"] == f"http://127.0.0.1:8200{path}"


@pytest.mark.django_db
def test_the_first_thing_a_keyboard_reaches_skips_to_the_content(client):
    page = get(client, "/fr/")

    first = page.select_one("a, button, input")
    assert first["href"] == "#main"
    assert page.select_one("main#main")


@pytest.mark.django_db
def test_a_translated_page_leads_to_its_translation(client):
    page = get(client, "/fr/")

    assert page.select_one('.site-tools a[hreflang="en"]')["href"].endswith("/en/")
    alternates = {each["hreflang"]: each["href"] for each in page.select('link[rel="alternate"]')}
    assert alternates.keys() == {"fr", "en", "x-default"}
    assert alternates["x-default"] == alternates["fr"]
    assert all(address.startswith("http") for address in alternates.values())


@pytest.mark.django_db
def test_a_page_without_translation_leads_to_the_home_page_and_claims_no_alternate(client):
    page = add_page(home("fr"), "Seule")

    found = get(client, page.get_url())

    assert found.select_one('.site-tools a[hreflang="en"]')["href"] == "/en/"
    assert not found.select('link[rel="alternate"]')


@pytest.mark.django_db
def test_a_translation_that_is_not_published_is_not_linked(client):
    page = add_page(home("fr"), "Seule")
    other = page.copy_for_translation(home("en").locale)
    assert not other.live

    found = get(client, page.get_url())

    assert found.select_one('.site-tools a[hreflang="en"]')["href"] == "/en/"


@pytest.mark.django_db
def test_the_menu_shows_the_pages_that_ask_for_it_in_the_readers_language(client):
    add_page(home("fr"), "Organisations", Page, show_in_menus=True)
    add_page(home("fr"), "Discrète", Page)
    add_page(home("en"), "Organizations", Page, show_in_menus=True)

    entries = get(client, "/fr/").select(".site-nav a")

    names = [each.get_text() for each in entries]
    assert names == ["Rechercher", "Parcourir", "Proposer", "Organisations", "À propos"]


@pytest.mark.django_db
def test_the_community_has_its_name_and_its_address_on_every_page(client):
    SiteSettings.objects.update_or_create(
        site=Site.objects.get(),
        defaults={
            "community_name_fr": "Réseau des collèges",
            "community_name_en": "College network",
            "contact_email": "bonjour@example.org",
        },
    )

    english = get(client, "/en/")

    assert english.select_one(".brand__tag").get_text() == "College network"
    assert english.select_one('a[href="mailto:bonjour@example.org"]')
    assert get(client, "/fr/").select_one(".brand__tag").get_text() == "Réseau des collèges"


@pytest.mark.django_db
def test_a_page_that_is_not_found_offers_the_search_in_the_readers_language(client):
    page = get(client, "/en/nowhere/", status=404)

    assert page.html["lang"] == "en"
    assert page.select_one('form[role="search"]')
    assert "noindex" in page.select_one('meta[name="robots"]')["content"]
    assert "Go back to where you were" not in page.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came_from", "is_offered"),
    [
        ("http://testserver/fr/recherche/?q=x", True),
        ("http://ailleurs.example/", False),
        ("http://testserver/fr/nulle-part/", False),  # itself
    ],
)
def test_an_error_leads_back_to_the_page_of_this_site_from_which_one_came(
    client, came_from, is_offered
):
    response = client.get("/fr/nulle-part/", headers={"referer": came_from})

    page = BeautifulSoup(response.content, "html5lib")
    ways = [each["href"] for each in page.select(".problem__ways a")]
    assert (came_from in ways) == is_offered


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fr/compte/connexion/", "Ce formulaire n’est pas parti"),
        ("/en/account/sign-in/", "This form was not sent"),
    ],
)
def test_a_form_that_may_come_from_elsewhere_is_refused_in_words(path, words):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(path, {"login": "x", "password": "y"})

    assert response.status_code == 403
    page = BeautifulSoup(response.content, "html5lib")
    assert page.h1.get_text() == words
    assert page.select_one(".site-footer")


@pytest.mark.django_db
def test_the_pages_about_the_site_are_linked_from_everywhere(client):
    for locale in ("fr", "en"):
        links = {link["href"] for link in get(client, f"/{locale}/").select(".site-footer a")}
        with override(locale):
            for name in ("about", "accessibility"):
                assert reverse(name) in links
                assert get(client, reverse(name)).h1
    about = get(client, "/fr/a-propos/")
    assert "nommé «\u202fselection\u202f»" in about.select_one("#privacy + ul").get_text()
    api = about.select_one('.site-footer a[href^="/api/"]')
    assert api["hreflang"] == "en"
    assert api.get_text().endswith("(en anglais)")
    assert "(in English)" not in get(client, "/en/").text


@pytest.mark.django_db
def test_the_statement_says_what_the_last_run_found(client):
    page = get(client, "/fr/accessibilite/")
    with override("fr"):
        run = last_run()

    rows = page.select("tbody tr")
    assert [row.th.get_text() for row in rows] == [str(each.label) for each in run.pages]
    assert {str(name) for name in SUBJECTS.values()} == {str(each.label) for each in run.pages}
    assert f"axe-core {run.axe}" in page.get_text()


@pytest.mark.parametrize(("problem", "status"), [(ValueError, 500), (OperationalError, 503)])
def test_the_page_of_a_failure_needs_neither_database_nor_language(client, problem, status):
    client.raise_request_exception = False
    with mock.patch("search.monitoring.HttpResponse", side_effect=problem):
        response = client.get("/healthz")

    html = response.content.decode()
    assert response.status_code == status
    assert 'lang="fr"' in html
    assert 'lang="en"' in html
    assert response.has_header("Retry-After") is (status == 503)


def test_programs_are_told_of_a_failure_in_json(client):
    client.raise_request_exception = False
    with mock.patch("search.api.ask", side_effect=OperationalError):
        response = client.get("/api/v1/search/")

    assert response.status_code == 503
    assert "database" in response.json()["detail"]


@pytest.mark.django_db
def test_the_style_sheets_of_a_page_weigh_at_most_12_kb(client):
    pages = pages_of_each_type()
    for path in [home("fr").get_url(), "/fr/recherche/", "/fr/compte/connexion/"] + [
        each.get_url() for each in pages.values()
    ]:
        links = get(client, path).select('link[rel="stylesheet"]')
        sheets = [STYLES / link["href"].rpartition("/")[2] for link in links]

        assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets) <= 12_000, path


def test_no_style_sheet_or_template_asks_another_host():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    for source in [*STYLES.glob("*.css"), *templates]:
        text = source.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src=["']|url\(["']?|@import\s+["'])(?:https?:)?//""", text), (
            source
        )


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def tokens(scheme: str) -> dict[str, str]:
    """The colours of the light or the dark scheme, by the name of their token."""
    light, dark = (STYLES / "tokens.css").read_text(encoding="utf-8").split("@media")
    found = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6});", light))
    changed = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6});", dark))
    assert changed.keys() <= found.keys()
    return found | changed if scheme == "dark" else found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "raised", 7),
        ("ink", "teal-pale", 7),
        ("ink", "found", 7),
        ("ink-soft", "raised", 4.5),
        ("ink-soft", "ochre-pale", 4.5),
        ("teal", "raised", 4.5),
        ("teal", "ochre-pale", 4.5),
        ("teal-dark", "raised", 4.5),
        ("plum", "raised", 4.5),
        ("brown", "raised", 4.5),
        ("slate", "slate-pale", 4.5),
        ("slate", "band", 4.5),
        ("alert", "ochre-pale", 4.5),
        ("alert", "raised", 4.5),
        ("on-teal", "teal", 4.5),
        ("on-teal", "teal-dark", 4.5),
        ("on-deep", "deep", 7),
        ("on-deep", "deep-high", 4.5),
        ("on-sun", "sun", 4.5),
        ("ink", "band", 7),
        ("ink", "ochre-pale", 7),
        ("ink-soft", "paper", 4.5),
        ("ink-soft", "band", 4.5),
        ("teal", "paper", 4.5),
        ("teal", "band", 4.5),
        ("teal", "teal-pale", 4.5),
        ("teal-dark", "teal-pale", 4.5),
        ("plum", "plum-pale", 4.5),
        ("brown", "ochre-pale", 4.5),
        ("alert", "paper", 4.5),
        # The edge of what can be filled in.
        ("line-strong", "paper", 3),
        ("line-strong", "band", 3),
    ],
)
def test_the_colours_that_meet_can_be_told_apart(scheme, text, ground, least):
    found = tokens(scheme)

    assert contrast(found[text], found[ground]) >= least


@pytest.mark.django_db
def test_the_page_above_the_home_pages_has_a_name_in_no_language():
    assert [root.title for root in Page.objects.filter(depth=1)] == ["Passerelle"]
