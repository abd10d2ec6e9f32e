import datetime
import uuid

import pytest
from bs4 import BeautifulSoup

from organizations.models import Organization
from practices.citation import Author, Reference, author_named, citations, qr_code
from practices.models import Contribution, PracticeSheetPage
from tests.practices.factories import LessonFactory, PracticeSheetFactory


@pytest.mark.parametrize(
    ("name", "family", "initials"),
    [
        ("Ada Roy", "Roy", "A."),
        ("Marie-Claude Ève Tremblay", "Tremblay", "M.-C. È."),
        ("Anna de la Tour", "de la Tour", "A."),
        ("Jeanne d’Arc", "d’Arc", "J."),
        ("Jean d’Alembert Roy", "d’Alembert Roy", "J."),
        ("Lopez Garcia, Ana", "Lopez Garcia", "A."),
        ("Zoé Tremblay, Ph. D.", "Tremblay", "Z."),
        ("Tremblay, Zoé, M.Sc., Ph.D.", "Tremblay", "Z."),
        ("Roy, M. A.", "Roy", "M. A."),
        ("Équipe pédagogique", "Équipe pédagogique", ""),
        ("Plume", "Plume", ""),
    ],
)
def test_a_name_is_taken_apart_as_people_write_it(name, family, initials):
    author = author_named(name)
    assert (author.family, author.initials) == (family, initials)


def reference(*names, day=datetime.date(2024, 3, 1)):
    page = PracticeSheetPage(title="Des pairs qui expliquent", persistent_id=uuid.UUID(int=1))
    owner = Organization(name_fr="Cégep Essai", name_en="Essai College")
    authors = [author_named(name) for name in names]
    return Reference(page, authors, [owner], day, day, "https://exemple.org/id/1/")


def test_a_page_is_cited_in_the_french_and_in_the_english_usage_of_apa():
    french, english = citations(reference("Ada Roy", "Bo Ly", "Cy Ek"), "fr")
    assert french.text == (
        "Roy, A., Ly, B. et Ek, C. (2024, 1er mars). Des pairs qui expliquent "
        "[Fiche de pratique]. Cégep Essai. https://exemple.org/id/1/"
    )
    assert english.text == (
        "Roy, A., Ly, B., & Ek, C. (2024, March 1). Des pairs qui expliquent "
        "[Practice sheet]. Essai College. https://exemple.org/id/1/"
    )
    assert citations(reference("Ada Roy"), "en")[0].language == "en"


def test_an_organization_is_the_author_where_nobody_is_named_and_a_date_may_be_missing():
    french, english = citations(reference(day=None), "fr")
    assert french.before == "Cégep Essai. (s. d.). "
    assert french.after == " [Fiche de pratique]. https://exemple.org/id/1/"
    assert english.before == "Essai College. (n.d.). "


def test_beyond_twenty_authors_the_first_ones_and_the_last_are_named():
    many = Reference(
        reference().page, [Author(f"Nom{n}") for n in range(30)], [], None, None, "https://x.org/"
    )
    before = citations(many, "en")[0].before
    assert "Nom18, … Nom29" in before
    assert "Nom19" not in before


@pytest.mark.django_db
def test_those_who_wrote_are_the_authors_and_nobody_is_where_nobody_may_be_named(client):
    def people():
        return [
            Contribution(name="Bo Ly", role="review"),
            Contribution(name="Ada Roy", role="writing"),
        ]

    sheet = PracticeSheetFactory(contributions=people())
    lesson = LessonFactory(contributions=people(), anonymous_by_proxy=True)

    def cited(page):
        html = client.get(page.get_url()).content
        return BeautifulSoup(html, "html5lib").select_one(".reuse dd").get_text()

    assert cited(sheet).startswith("Roy, A. (")
    assert f"/id/{sheet.persistent_id}/" in cited(sheet)
    assert cited(lesson).startswith("Essai. (")


def test_the_code_on_paper_has_no_style_of_its_own():
    svg = qr_code("https://exemple.org/id/1/")
    assert svg.startswith("<svg")
    assert "style" not in svg
    assert "http" not in svg
