"""The search page in a browser: with and without script, with a keyboard, and for everyone."""

import gzip
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.search.catalogue import Catalogue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    made = Catalogue()
    for number in range(15):
        for locale in ("fr", "en"):
            made.add(
                f"Tutorat {number}",
                type=("lesson", "case-study", "practice-sheet")[number % 3],
                locale=locale,
                summary="Le tutorat par les pairs.",
                theme="teaching/assessment" if number % 2 else "success",
                cost="cost-1",
                year=str(2000 + number),
                place=f"lieu-{number:02d}",
            )
    with made.installed():
        yield made


@pytest.fixture
def address(live_server, catalogue):
    """`address("q=tutorat", locale="en")`: the address of that search."""

    def made(query: str = "", *, locale: str = "en") -> str:
        with override(locale):
            return f"{live_server.url}{reverse('search:page')}?{query}"

    return made


def test_a_tick_applies_at_once_and_keeps_the_focus(page: Page, address):
    page.goto(address("q=tutorat"))
    box = page.locator("#facet-type-lesson")

    box.focus()
    page.keyboard.press("Space")

    expect(page.locator("#results-title")).to_have_text("5 results for “tutorat”")
    expect(page).to_have_url(re.compile(r"/search/\?q=tutorat&type=lesson$"))
    expect(box).to_be_checked()
    expect(box).to_be_focused()


def test_the_other_language_and_the_feed_follow_the_search(page: Page, address):
    page.goto(address("q=tutorat"))

    page.locator("#facet-type-lesson").check()

    expect(page.locator("#results-title")).to_have_text("5 results for “tutorat”")
    same = re.compile(r"\?q=tutorat&type=lesson$")
    expect(page.get_by_role("link", name="Français")).to_have_attribute("href", same)
    for link in page.locator('link[rel="canonical"], link[rel="alternate"]').all():
        expect(link).to_have_attribute("href", same)
    page.locator("#search-text").fill("")
    expect(page).to_have_url(re.compile(r"\?type=lesson$"))
    expect(page.locator('link[type="application/atom+xml"]')).to_have_attribute(
        "href", re.compile(r"/feed/\?type=lesson$")
    )


def test_the_new_total_is_said_to_those_who_cannot_see_it(page: Page, address):
    page.goto(address())
    status = page.locator("#search-status")
    expect(status).to_be_empty()

    page.get_by_role("checkbox", name="Lesson").check()

    expect(status).to_have_text("5 results")


def test_a_swap_does_not_close_what_the_reader_had_opened(page: Page, address):
    page.goto(address())
    more = page.locator("#more-place")
    more.locator("summary").click()

    more.locator("input").first.click()

    expect(page.locator("#results-title")).to_have_text("1 result")
    expect(more).to_have_attribute("open", "")


def test_removing_a_filter_unticks_it_and_moves_to_the_results(page: Page, address):
    page.goto(address("type=lesson"))

    page.locator(".active-filters .chip").press("Enter")

    expect(page.locator("#facet-type-lesson")).not_to_be_checked()
    expect(page.locator("#results-title")).to_be_focused()


def test_the_back_button_brings_back_the_results_that_were_there(page: Page, address):
    page.goto(address("q=tutorat"))
    page.locator("#facet-type-lesson").check()
    expect(page).to_have_url(re.compile("type=lesson"))

    page.go_back()

    expect(page.locator("#results-title")).to_have_text("15 results for “tutorat”")
    expect(page.locator("#facet-type-lesson")).not_to_be_checked()


def test_a_keyboard_alone_is_enough(page: Page, address):
    page.goto(address())

    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.type("tutorat")
    page.keyboard.press("Enter")

    expect(page.locator("#results-title")).to_have_text("15 results for “tutorat”")
    expect(page.locator("#results-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#search-sort")).to_be_focused()


def test_on_a_phone_the_filters_wait_behind_a_button(page: Page, address):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address())
    box = page.locator("#facet-type-lesson")
    expect(box).not_to_be_visible()

    page.locator("#filters > summary").click()
    place = box.bounding_box()
    box.check()
    expect(page.locator("#results-title")).to_have_text("5 results")
    # The box is still under the thumb that ticked it.
    assert box.bounding_box() == place
    page.get_by_role("button", name="Apply the filters").click()

    expect(box).not_to_be_visible()
    expect(page.locator("#results-title")).to_be_focused()


def test_the_page_works_without_script(browser: Browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address("q=tutorat"))

    expect(page.get_by_role("combobox", name="Search the practices")).to_have_count(0)
    expect(page.locator("#filter-place")).not_to_be_visible()
    page.locator("#facet-type-lesson").check()
    page.get_by_role("button", name="Apply the filters").click()

    expect(page.locator("#results-title")).to_have_text("5 results for “tutorat”")
    page.locator(".active-filters .chip").click()
    expect(page.locator("#results-title")).to_have_text("15 results for “tutorat”")
    page.locator(".pages a[rel=next]").click()
    expect(page.locator(".hit")).to_have_count(5)


def test_a_practitioner_finds_with_the_keyboard_alone(page: Page, address):
    page.goto(address())
    field = page.get_by_role("combobox", name="Search the practices")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    counted = page.locator(".search-box").get_by_role("status")
    heading = page.locator("#results-title")

    # Suggestions come while typing, and the results follow without a new page.
    field.focus()
    page.keyboard.type("ass")
    expect(options).to_have_text(["Assessment7"])
    expect(counted).to_have_text("1 suggestion")
    expect(field).to_have_attribute("aria-expanded", "true")
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    expect(heading).to_have_text("No result for “ass”")
    expect(page).to_have_url(re.compile(r"\?q=ass$"))
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "search-text-suggestions-0")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?theme=teaching/assessment$"))
    expect(heading).to_have_text("7 results")

    # Narrowing keeps the focus on what was used, and each step can be taken back.
    last = page.get_by_label("To", exact=True)
    last.focus()
    page.keyboard.press("End")
    expect(heading).to_have_text("1 result")
    expect(last).to_be_focused()
    expect(page).to_have_url(re.compile(r"year_to=2001$"))
    page.go_back()
    expect(heading).to_have_text("7 results")
    page.go_forward()
    expect(heading).to_have_text("1 result")

    # A long list is looked through by typing.
    page.goto(address())
    said = page.locator("fieldset", has_text="Place").get_by_role("status")
    page.get_by_label("Look for a value: Place").fill("nowhere")
    expect(said).to_have_text("No value has these words.")
    page.get_by_label("Look for a value: Place").fill("LÎEU-1")
    expect(said).to_be_empty()
    expect(page.locator('[name="place"]:visible')).to_have_count(5)
    page.locator("#facet-place-lieu-14").check()
    expect(heading).to_have_text("1 result")

    # Pages are turned in place, and reading goes on at their top.
    page.goto(address("q=tutorat"))
    page.evaluate("window.same = true")
    page.locator(".pages a[rel=next]").press("Enter")
    expect(page.locator(".hit")).to_have_count(5)
    expect(heading).to_be_focused()
    expect(page).to_have_url(re.compile("page=2$"))
    assert page.evaluate("window.same")

    # Nothing found: what to drop, and what that would give.
    page.goto(address("q=tutorat&type=lesson&year_from=2013"))
    way = page.get_by_role("link", name="Without Year: from 2013 on: 5 results")
    way.press("Enter")
    expect(heading).to_have_text("5 results for “tutorat”")


def test_nothing_moves_when_the_scripts_arrive(page: Page, address):
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "each => window.moved += each.value)).observe({type: 'layout-shift', buffered: true});"
    )
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address("q=tutorat"))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.moved") < 0.01


def test_results_that_come_late_move_nothing_but_themselves(page: Page, address):
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "each => window.moved += each.value)).observe({type: 'layout-shift', buffered: true});"
    )

    def answer_late(route: Route) -> None:
        if "hx-request" in route.request.headers:
            page.wait_for_timeout(800)  # browsers forgive what moves within 500 after a gesture
        route.continue_()

    page.goto(address("q=tutorat"))
    page.route("**/search/**", answer_late)
    page.locator("#facet-type-lesson").check()
    expect(page.locator("#results-title")).to_have_text("5 results for “tutorat”")
    page.wait_for_timeout(200)
    assert page.evaluate("window.moved") < 0.01


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("query", [None, "", "q=tutorat&type=lesson", "q=rien&type=lesson&x=1"])
def test_no_rule_of_accessibility_is_broken(page: Page, live_server, address, query, locale, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/{locale}/" if query is None else address(query, locale=locale))

    found = Axe().run(page, options={"runOnly": RULES})

    assert found.violations_count == 0, found.generate_report()
    # Nothing sticks out, even where a phone's worth of width is left (400 % zoom).
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_first_visit_to_the_results_weighs_at_most_100_kb(page: Page, address):
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))

    page.goto(address("q=tutorat"))

    page.wait_for_load_state("networkidle")
    assert {answer.url.split("/")[2] for answer in answers} == {address().split("/")[2]}
    # Style sheets and scripts are served compressed in production; pages are not.
    weights = {
        answer.url: len(answer.body())
        if "html" in answer.headers["content-type"]
        else len(gzip.compress(answer.body()))
        for answer in answers
    }
    assert sum(weights.values()) <= 100_000, weights
