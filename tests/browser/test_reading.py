"""What reading a page needs a browser for: copying, what the policy allows, former versions."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.test_search_page import RULES
from tests.pages import pages_of_each_type
from tests.pairs import ONCE
from tests.practices.test_versions import publish

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'"


def test_a_page_is_copied_from_and_compared_under_a_strict_policy(page: Page, live_server):
    def under_policy(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": POLICY}
        route.fulfill(response=answer, headers=headers)

    sheet = publish(pages_of_each_type()["sheet"], "2024-01-01")
    publish(sheet, "2024-02-01", problem="<p>Quelques mots changés.</p>")
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route(f"{live_server.url}/fr/**", under_policy)
    page.goto(live_server.url + sheet.get_url())

    page.get_by_role("button", name="Copier cette référence").first.click()

    expect(page.locator("[data-copied]")).to_have_text("Copié")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Roy, A. (")
    assert copied.endswith(f"/id/{sheet.persistent_id}/")
    assert page.locator('script[type="application/ld+json"]').count() == 1

    page.get_by_role("link", name="Versions et changements").click()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("link", name="ce qui a changé depuis").click()
    expect(page.locator("ins")).to_contain_text("changés")
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()

    page.go_back()
    page.get_by_label("Ce qui a changé depuis le").fill("2024-01-15")
    page.get_by_role("button", name="Voir ce qui a changé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui a changé")
    assert refused == []
