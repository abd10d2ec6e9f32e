"""The pages that are read, in a browser: for everyone, on a phone and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.models import HomePage
from tests.browser.test_search_page import RULES
from tests.pages import pages_of_each_type

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WIDTHS = [320, 1280]


@pytest.fixture(params=["fr", "en"])
def addresses(live_server, request):
    """The addresses of a page of each type, of the lists and of the errors, in one language."""
    pages = pages_of_each_type(language=request.param)
    home = HomePage.objects.get(locale__language_code=request.param, depth=2)
    paths = [page.get_url() for page in [home, pages["organization"].get_parent()]]
    paths += [page.get_url() for page in pages.values()]
    return [f"{live_server.url}{path}" for path in [*paths, f"/{request.param}/nowhere/"]]


def test_no_rule_of_accessibility_is_broken(page: Page, addresses):
    for address in addresses:
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})

            found = Axe().run(page, options={"runOnly": RULES})

            assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
            # Nothing sticks out, even where a phone's worth of width is left (400 % zoom).
            assert page.evaluate("document.documentElement.scrollWidth") == width, address


def test_no_rule_of_accessibility_is_broken_by_the_door(page: Page, live_server):
    page.goto(live_server.url + reverse("account_login"))

    found = Axe().run(page, options={"runOnly": RULES})

    assert found.violations_count == 0, found.generate_report()


def test_on_a_phone_the_text_comes_soon_and_the_rest_is_a_touch_away(page: Page, live_server):
    sheet = pages_of_each_type()["sheet"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + sheet.get_url())
    contents = page.locator(".contents")
    expect(contents.get_by_role("link").first).not_to_be_visible()

    contents.locator("summary").click()
    contents.get_by_role("link").last.click()

    expect(page.locator(".knowledge__text h2:target")).to_be_in_viewport()


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_what_a_phone_folds_stands_open_where_there_is_room(page: Page, live_server, medium):
    sheet = pages_of_each_type()["sheet"]
    page.set_viewport_size({"width": 1280 if medium == "screen" else 700, "height": 900})
    page.emulate_media(media=medium)
    page.goto(live_server.url + sheet.get_url())

    expect(page.locator(".key-facts .fold dd").first).to_be_visible()
    expect(page.locator(".fold > summary").first).not_to_be_visible()


def test_on_paper_only_what_is_read_is_left(page: Page, live_server):
    page.goto(live_server.url + pages_of_each_type()["sheet"].get_url())
    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    for useless in [".site-header", ".site-footer", ".contents", ".breadcrumbs"]:
        expect(page.locator(useless)).not_to_be_visible()


def test_paper_does_not_say_an_address_twice(page: Page, live_server):
    sheet = pages_of_each_type(contact_email="ici@exemple.test")["sheet"]
    page.goto(live_server.url + sheet.get_url())
    page.emulate_media(media="print")

    after = "link => getComputedStyle(link, '::after').content"
    assert page.locator('.knowledge__text a[href^="mailto:ici"]').evaluate(after) == "none"
