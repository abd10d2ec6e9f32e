"""The pages that are read, in a browser: for everyone, on a phone and on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.organizations.factories import person
from tests.pages import pages_of_each_type
from tests.pairs import ONCE

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]


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


def test_the_menu_of_the_account_closes_by_escape_and_gives_the_focus_back(
    page: Page, live_server, client
):
    client.force_login(person("lectrice"))
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/fr/a-propos/")
    summary = page.locator(".site-tools .menu > summary")
    space = page.locator(".site-tools .menu").get_by_role("link", name="Mon espace")

    summary.click()
    expect(space).to_be_visible()
    space.focus()
    page.keyboard.press("Escape")

    expect(space).not_to_be_visible()
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", level=1).click()
    expect(space).not_to_be_visible()
