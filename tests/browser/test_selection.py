"""The selection in a browser: filled without leaving the results, and readable by everyone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pairs import ONCE
from tests.practices.factories import LessonFactory, PracticeSheetFactory

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_pages_are_put_aside_from_the_results_then_compared_and_exported(
    page: Page, live_server, search_index
):
    LessonFactory(title="Une leçon", lesson="<p>Oui.</p>")
    PracticeSheetFactory(title="Une fiche", original_context="<p>Un cégep de région.</p>")
    search_index()
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{live_server.url}/fr/recherche/")
    assert page.context.cookies() == []
    for number in (1, 2):
        page.get_by_role("button", name="Ajouter à ma sélection").first.click()
        expect(page.get_by_role("button", name="Dans ma sélection")).to_have_count(number)
    expect(page.locator("#selection-status")).to_contain_text("est dans votre sélection")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["selection"]

    page.locator(".search-tools").get_by_role("link", name="Ma sélection").click()
    expect(page.get_by_role("table")).to_contain_text("Un cégep de région.")
    _is_for_everyone(page)
    page.get_by_role("link", name="Exporter ou imprimer").click()
    _is_for_everyone(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Dossier PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_long_export_says_how_far_it_is(page: Page, live_server, search_index, monkeypatch):
    monkeypatch.setattr("exchange.views.LONG", 1)
    for number in range(3):
        LessonFactory(title=f"Leçon {number}")
    search_index()
    page.goto(f"{live_server.url}/fr/recherche/exporter/")
    status = page.locator("#export-progress-status")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tableau (CSV)").press("Enter")
    expect(status).to_have_text("Le fichier est arrivé.")
    _is_for_everyone(page)
    assert download.value.suggested_filename.endswith(".csv")
    assert "Leçon 2" in download.value.path().read_text(encoding="utf-8-sig")

    page.route("**/exporter/?format=*", lambda route: route.abort())
    page.get_by_role("link", name="Tableau (CSV)").press("Enter")
    expect(status).to_have_text("Le fichier n’est pas arrivé en entier. Essayez de nouveau.")


def _is_for_everyone(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
