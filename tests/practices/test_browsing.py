"""The ways in, and the map of a theme, as each reader gets them."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.models import User
from organizations.models import Membership, Organization, Role
from practices.models import LessonPractice, PracticeApplication, PracticeCompetency
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
    translation,
)

pytestmark = pytest.mark.django_db


def read(client: Client, name: str, *args: str, locale: str = "fr") -> BeautifulSoup:
    with override(locale):
        response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html5lib")


def links(page: BeautifulSoup, selector: str) -> dict[str, str]:
    return {each.get_text(" ", strip=True): each["href"] for each in page.select(f"{selector} a")}


def words(page: BeautifulSoup) -> str:
    """What the page says, and where it leads: all by which two answers can differ."""
    return re.sub(r"\s+", " ", str(page.main))


@pytest.fixture
def member() -> User:
    user = User.objects.create_user("membre", "membre@example.org", "un long secret")
    home = organization_page().organization
    Membership.objects.create(user=user, organization=home, role=Role.CONTRIBUTOR)
    return user


@pytest.fixture
def themes():
    broad = term("theme", "evaluer", label_fr="Évaluer", definition_fr="Juger des traces.")
    narrow = term("theme", "retroaction", label_fr="Rétroaction", parent=broad)
    return broad, narrow, term("theme", "sante", label_fr="Santé")


def hidden_family(theme) -> None:
    """A sheet, a case and a lesson that only their organization may know of."""
    private = {"sharing_level": "organization", "themes": [theme]}
    sheet = PracticeSheetFactory(title=f"Fiche cachée {theme.slug}", **private)
    CaseStudyFactory(
        title=f"Cas caché {theme.slug}",
        applications=[PracticeApplication(practice=sheet, verdict="worked")],
        **private,
    )
    LessonFactory(
        title=f"Leçon cachée {theme.slug}",
        lesson_practices=[LessonPractice(practice=sheet)],
        **private,
    )


def test_the_ways_in_lead_to_themes_and_to_searches_with_their_counts(client, search_index, themes):
    broad, narrow, _none = themes
    level = term("competency_level", "debutant", label_fr="Débutant")
    dimension = term("competency", "collaborer", label_fr="Collaborer")
    PracticeSheetFactory(
        themes=[narrow], competencies=[PracticeCompetency(dimension=dimension, level=level)]
    )
    LessonFactory(themes=[broad])
    search_index()

    page = read(client, "browse")

    assert links(page, ".themes") == {
        "Évaluer": "/fr/parcourir/theme/evaluer/",
        "Rétroaction": "/fr/parcourir/theme/retroaction/",
    }
    assert page.select_one(".themes > li > .soft").get_text(" ", strip=True) == "2 pages"
    assert links(page, "#organizations + .chips") == {
        "Essai 2 pages": "/fr/recherche/?organization=essai"
    }
    assert list(links(page, ".framework").values()) == [
        "/fr/recherche/?competency=collaborer",
        "/fr/recherche/?competency=collaborer/debutant",
    ]
    found = client.get("/fr/recherche/?competency=collaborer/debutant").content.decode()
    assert "1 résultat" in found
    assert "Collaborer – Débutant" in found


def test_a_theme_shows_how_sheets_cases_and_lessons_relate(client, search_index, themes):
    broad, narrow, other = themes
    long = "Un cas sans fiche dont le titre ne tiendrait pas sur les deux lignes d’une boîte"
    sheet = PracticeSheetFactory(title="Fiche", themes=[narrow])
    lonely = PracticeSheetFactory(title="Fiche seule", themes=[broad])
    CaseStudyFactory(
        title="Cas d’un autre thème",
        themes=[other],
        applications=[PracticeApplication(practice=sheet, verdict="partly")],
    )
    LessonFactory(title="Leçon", themes=[broad], lesson_practices=[LessonPractice(practice=sheet)])
    CaseStudyFactory(title=long, themes=[broad])
    retired = PracticeSheetFactory(title="Fiche retirée", themes=[broad])
    retired.status = term("status", "retired")
    retired.save()
    search_index()

    page = read(client, "browse-theme", "evaluer")

    assert page.h1.get_text() == "Évaluer"
    assert links(page, "#narrower + .chips") == {
        "Rétroaction 1 page": "/fr/parcourir/theme/retroaction/"
    }
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select(".branches tbody tr")
    ]
    # What the link to the search counts, and how many more are shown.
    assert page.select_one(".browse > p a").get_text() == (
        "Voir les 4 pages de ce thème dans la recherche"
    )
    assert page.select_one("#map ~ p.soft").get_text().startswith("1 page de plus")
    assert page.select_one('.site-nav [aria-current="true"]').get_text() == "Parcourir"
    assert rows == [
        ["Fiche seule", "Appliquée dans Pas encore de cas", "Leçons apprises Pas encore de leçon"],
        [
            "Fiche",
            "Appliquée dans Cas d’un autre thème Cela a fonctionné en partie",
            "Leçons apprises Leçon",
        ],
    ]
    assert [each.get_text() for each in page.select("#map ~ ul a")] == [long]
    # The drawing shows the same pages, with a line for each relation, to eyes and mice only.
    drawn = {each.get_text() for each in page.select("svg title")}
    assert drawn == {"Fiche", "Fiche seule", "Cas d’un autre thème", "Leçon", long}
    for each in page.select("svg a"):
        assert " ".join(line.get_text() for line in each.select("tspan")) == each.title.get_text()
    assert len(page.select("svg path")) == 2
    assert page.svg["aria-hidden"] == "true"
    assert {each["tabindex"] for each in page.select("svg a")} == {"-1"}
    assert not page.select("main [style], main style")
    assert lonely.get_url() in links(page, ".branches").values()
    with override("fr"):
        assert client.get(reverse("browse-theme", args=["rien"])).status_code == 404


def test_another_language_has_its_own_pages_and_address(client, search_index, themes):
    sheet = PracticeSheetFactory(title="Fiche", themes=[themes[0]])
    case = CaseStudyFactory(
        title="Cas", applications=[PracticeApplication(practice=sheet, verdict="worked")]
    )
    organization_page(language="en")
    translation(sheet, "en", title="Sheet")
    search_index()

    page = read(client, "browse-theme", "evaluer", locale="en")

    assert links(page, ".branches") == {
        "Sheet": sheet.get_translations().get().get_url(),
        "Cas": case.get_url(),
    }
    assert page.select_one('link[hreflang="fr"]')["href"].endswith("/fr/parcourir/theme/evaluer/")


def test_what_is_hidden_changes_nothing_for_others(client, search_index, themes, member):
    broad, narrow, other = themes
    PracticeSheetFactory(title="Fiche", themes=[broad])
    search_index()
    addresses = [("browse",), ("browse-theme", broad.slug), ("browse-theme", other.slug)]
    before = [words(read(client, *each)) for each in addresses]

    hidden_family(narrow)
    hidden_family(other)
    Organization.objects.create(slug="cachee", name_fr="Cachée", name_en="Hidden")
    search_index()

    assert [words(read(client, *each)) for each in addresses] == before
    client.force_login(member)
    for_member = [words(read(client, *each)) for each in addresses]
    assert all("cachée" in each or "Santé" in each for each in for_member)
    assert "Cas caché" in for_member[2]


def test_ways_in_cost_a_constant_number_of_queries(client, search_index, themes):
    def queries(name: str, *args: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            read(client, name, *args)
        return len(captured)

    def add() -> None:
        sheet = PracticeSheetFactory(themes=[themes[1]])
        applications = [PracticeApplication(practice=sheet, verdict="worked")]
        CaseStudyFactory(themes=[themes[0]], applications=applications)
        LessonFactory(themes=[themes[0]], lesson_practices=[LessonPractice(practice=sheet)])

    add()
    search_index()
    queries("browse")
    few = queries("browse"), queries("browse-theme", "evaluer")
    for _number in range(5):
        add()
    search_index()

    assert (queries("browse"), queries("browse-theme", "evaluer")) == few
    assert few[0] <= 8
    assert few[1] <= 12


def test_a_page_shows_what_is_like_it_and_why(client, search_index, themes, member):
    text = "La rétroaction audio accompagne les travaux écrits des étudiantes"
    sheet = PracticeSheetFactory(title="Rétroaction audio", summary=text, themes=[themes[1]])
    PracticeSheetFactory(title="Messages vocaux", summary=f"{text}.", themes=[themes[1]])
    LessonFactory(title="Un essai audio", summary=f"{text} encore.", parent=organization_page("b"))
    PracticeSheetFactory(title="Audio et cours", summary=f"{text} aussi.", themes=[themes[0]])
    applied = [PracticeApplication(practice=sheet, verdict="worked")]
    CaseStudyFactory(title="Le cas audio", summary=text, applications=applied)
    hidden_family(themes[1])
    private = {"sharing_level": "organization"}
    PracticeSheetFactory(title="Audio caché", summary=f"{text}…", **private)
    for number in range(5):
        LessonFactory(title=f"Autre chose {number}", summary="La patinoire ouvre en janvier.")
    search_index()

    def related() -> dict[str, str]:
        page = BeautifulSoup(client.get(sheet.get_url()).content.decode(), "html5lib")
        cards = page.select("#related + ul li")
        return {each.h3.get_text(): each.select_one(".small").get_text() for each in cards}

    # The case is named already, among those that applied it.
    assert related() == {
        "Messages vocaux": "Même thème\u00a0: Rétroaction",
        "Un essai audio": "Des propos voisins",
        "Audio et cours": "Thème voisin\u00a0: Évaluer",
    }
    client.force_login(member)
    assert related()["Audio caché"] == "Même organisation, et des propos voisins"
