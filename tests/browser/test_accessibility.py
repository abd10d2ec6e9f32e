"""Every kind of page for everyone: both languages, both schemes, narrow and wide.

With `--write-accessibility` the results go into the statement that the site publishes.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Page

from core.accessibility import PATH, SUBJECTS
from core.languages import choose_language
from core.models import HomePage
from notifications.services import tell
from organizations.services import add_member, submit_for_moderation
from tests.browser.looking import show_errors
from tests.browser.test_search_page import RULES
from tests.organizations.factories import moderator, organization, person
from tests.organizations.world import draft
from tests.pages import pages_of_each_type
from tests.pairs import ONCE
from tests.practices.test_versions import publish

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    ONCE,
]
# 320 pixels are what a screen of 1280 has left at 400 %.
VIEWS = [("light", 320), ("light", 1280), ("dark", 1280), ("dark", 320)]
OF_MEMBERS = {
    "my-space", "notices", "choices", "saved-searches", "second-factor", "propose",
    "propose-essentials", "propose-refused", "forbidden",
}  # fmt: skip
OF_MODERATORS = {"inbox", "review"}
# What still moves for those who asked that nothing does.
MOVING = """
    [...document.querySelectorAll("*")].filter(each => {
        const style = getComputedStyle(each);
        return [style.transitionDuration, style.animationDuration].some(
            durations => durations.split(", ").some(each => parseFloat(each) > 0.001));
    }).map(each => each.outerHTML.slice(0, 80))
"""


def addresses(language: str, reader: Any) -> dict[str, str]:
    """The address of each subject of the statement, in `language`, before `prepare`."""
    pages = pages_of_each_type(language=language, member=reader)
    home = HomePage.objects.get(locale__language_code=language, depth=2)
    sheet = publish(pages["sheet"], "2024-01-01")
    publish(sheet, "2024-02-01", problem="<p>Quelques mots changés.</p>")
    rives = organization("rives")
    add_member(rives, user=reader, role="contributor")
    owner = rives.pages.get(locale__language_code=language).pk
    waiting = draft(rives.pages.get(locale__language_code=language), reader, "Une leçon")
    submit_for_moderation(waiting, user=reader)
    chosen = urlencode([("p", str(pages[name].persistent_id)) for name in ("sheet", "case")])
    with override(language):
        essentials = {"type": "practice-sheet", "organization": owner, "key": uuid4()}
        step = f"{reverse('proposing:new')}?{urlencode(essentials)}"
        changes = {"fr": "changements", "en": "changes"}[language]
        return {
            "home": home.get_url(),
            "menu": home.get_url(),
            "search": reverse("search:page"),
            "filters": f"{reverse('search:page')}?type=lesson",
            "nothing-found": f"{reverse('search:page')}?q=zzzz&type=lesson",
            "browse": reverse("browse"),
            "theme": reverse("browse-theme", args=["evaluation"]),
            "versions": f"{sheet.get_url()}versions/",
            "changes": f"{sheet.get_url()}versions/2024-01-01/{changes}/",
            "selection": f"{reverse('exchange:selection')}?{chosen}",
            "no-selection": reverse("exchange:selection"),
            "export": f"{reverse('exchange:export_selection')}?{chosen}",
            "practice-sheet": pages["sheet"].get_url(),
            "case-study": pages["case"].get_url(),
            "lesson": pages["lesson"].get_url(),
            "organizations": pages["organization"].get_parent().get_url(),
            "organization": pages["organization"].get_url(),
            "decisions": reverse("public_decisions"),
            "about": reverse("about"),
            "accessibility": reverse("accessibility"),
            "sign-in": reverse("account_login"),
            "sign-in-refused": reverse("account_login"),
            "lost-password": reverse("account_reset_password"),
            "inbox": reverse("moderation:inbox"),
            "review": reverse("moderation:review", args=[waiting.pk]),
            "forbidden": reverse("still-valid", args=[pages["lesson"].persistent_id]),
            "not-found": f"/{language}/nowhere/",
            "error": f"/{language}/error-500/",
            "unavailable": f"/{language}/error-503/",
            "link-over": reverse("invitation", args=["nothing"]),
            "my-space": reverse("my_space"),
            "notices": reverse("notifications:inbox"),
            "choices": reverse("notifications:choices"),
            "saved-searches": reverse("notifications:saved_searches"),
            "second-factor": reverse("mfa_index"),
            "propose": reverse("proposing:start"),
            "propose-essentials": step,
            "propose-refused": step,
        }


@pytest.fixture(scope="module")
def results(request) -> Iterator[dict[str, Any]]:
    """What is found in all languages; written into the statement where that is asked."""
    found: dict[str, Any] = {}
    yield found
    if request.config.getoption("--write-accessibility"):
        pages = {subject: found.pop(subject) for subject in SUBJECTS}
        run = {"day": timezone.localdate().isoformat(), **found, "pages": pages}
        PATH.write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_rule_of_accessibility_is_broken_in_any_scheme(
    page: Page, live_server, client, search_index, results, language
):
    reader = person("lectrice")
    found = addresses(language, reader)
    tell([reader], kind="approved", event="e", words={"title": "T", "person": "A", "comment": ""})
    search_index()
    assert found.keys() == SUBJECTS.keys()
    reports: list[str] = []

    judge = moderator(member_of=organization("rives"))
    choose_language(judge, language)
    show_errors(page)
    for user, subjects in (
        (None, found.keys() - OF_MEMBERS - OF_MODERATORS),
        (reader, OF_MEMBERS),
        (judge, OF_MODERATORS),
    ):
        if user:
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            window = [{"name": "sessionid", "value": cookie, "url": live_server.url}]
            page.context.add_cookies(window)
        for subject in subjects:
            reports += examine(page, live_server.url + found[subject], subject, results)

    assert not reports, "\n".join(reports)


def examine(page: Page, address: str, subject: str, results: dict[str, Any]) -> list[str]:
    """Look at one page in every view, note what is found, and tell of breaches."""
    row = results.setdefault(subject, {"states": 0, "rules": 0, "violations": 0})
    reports = []
    page.set_viewport_size({"width": VIEWS[0][1], "height": 800})
    page.goto(address)
    prepare(page, subject)
    for scheme, width in VIEWS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options={"runOnly": RULES})
        broken = found.violations_count
        row["states"] += 1
        row["violations"] += broken
        row["rules"] = max(row["rules"], len(found.response["passes"]) + broken)
        results["axe"] = found.response["testEngine"]["version"]
        results["browser"] = page.context.browser.version
        if broken:
            reports.append(f"{address} ({scheme}, {width})\n{found.generate_report()}")
        # Nothing sticks out, even where a phone's worth of width is left (400 % zoom).
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide != width:
            reports.append(f"{address} sticks out at {width}: {wide}")
    if moving := page.evaluate(MOVING):
        reports.append(f"{address} moves: {moving}")
    return reports


def prepare(page: Page, subject: str) -> None:
    """Bring a page into the state that `subject` names, on a narrow screen."""
    match subject:
        case "menu":
            page.locator(".more-menu > summary").click()
        case "filters":
            page.locator("#filters > summary").click()
        case "sign-in-refused":
            page.locator("#id_login").fill("nobody")
            page.locator("#id_password").fill("nothing")
            page.locator("main form button[type=submit]").first.click()
            page.locator(".errorlist").first.wait_for()
        case "propose-refused":
            page.locator("main form button[value=next]").click()
            page.locator(".proposing__field--wrong").first.wait_for()
