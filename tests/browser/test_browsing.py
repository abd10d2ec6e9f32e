"""The ways in, in a browser: for everyone, and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from practices.models import LessonPractice, PracticeApplication, PracticeCompetency
from tests.pairs import ONCE
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    term,
)

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_a_reader_goes_from_a_theme_to_a_case_with_the_keyboard(
    page: Page, live_server, search_index
):
    broad = term("theme", "evaluer", label_fr="Évaluer")
    narrow = term("theme", "retroaction", label_fr="Rétroaction", parent=broad)
    competency = PracticeCompetency(
        dimension=term("competency", "collaborer"), level=term("competency_level", "debutant")
    )
    for number in range(3):
        sheet = PracticeSheetFactory(
            title=f"Une fiche au titre assez long pour deux lignes, numéro {number}",
            themes=[narrow],
            competencies=[competency] if number else [],
        )
        applied = [PracticeApplication(practice=sheet, verdict="worked")]
        CaseStudyFactory(title=f"Le cas {number}", applications=applied)
        LessonFactory(themes=[broad], lesson_practices=[LessonPractice(practice=sheet)])
    search_index()

    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("parcourir/", "parcourir/theme/evaluer/"):
            page.goto(f"{live_server.url}/fr/{path}")
            found = Axe().run(page, options={"runOnly": RULES})
            assert found.violations_count == 0, found.generate_report()
            # Nothing sticks out, even where a phone's worth of width is left (400 % zoom).
            assert page.evaluate("document.documentElement.scrollWidth") == width
        expect(page.locator("svg.map")).to_be_visible(visible=width == 1280)

    # What is typed on the home page can be read, and suggestions come there too.
    page.goto(f"{live_server.url}/fr/")
    field = page.locator("main").get_by_role("combobox")
    field.press_sequentially("rétro")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["Rétroaction3"])
    colours = field.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    assert colours[0] != colours[1]

    page.goto(f"{live_server.url}/fr/parcourir/")
    page.locator("summary", has_text="Évaluer").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Rétroaction").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rétroaction")
    # The drawing is no stop on the way: the same links are in the table.
    page.get_by_role("row", name="numéro 2").get_by_role("link", name="Le cas 2").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Le cas 2")
