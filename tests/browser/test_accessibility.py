"""Every kind of page for everyone: both languages, both schemes, narrow and wide.

With `--write-accessibility` the results go into the statement that the site publishes.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Page

from core.accessibility import PATH, SUBJECTS
from core.models import HomePage
from notifications.services import tell
from tests.browser.test_search_page import RULES
from tests.organizations.factories import person
from tests.pages import pages_of_each_type

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# Colours do not depend on the width, nor what stands where on the scheme.
VIEWS = [("light", 320), ("light", 1280), ("dark", 1280)]
OF_MEMBERS = {"my-space", "notices", "choices"}


def addresses(language: str, reader: Any) -> dict[str, str]:
    """The address of each subject of the statement, in `language`."""
    pages = pages_of_each_type(language=language, member=reader)
    home = HomePage.objects.get(locale__language_code=language, depth=2)
    with override(language):
        return {
            "home": home.get_url(),
            "search": reverse("search:page"),
            "nothing-found": f"{reverse('search:page')}?q=zzzz",
            "practice-sheet": pages["sheet"].get_url(),
            "case-study": pages["case"].get_url(),
            "lesson": pages["lesson"].get_url(),
            "organizations": pages["organization"].get_parent().get_url(),
            "organization": pages["organization"].get_url(),
            "decisions": reverse("public_decisions"),
            "about": reverse("about"),
            "accessibility": reverse("accessibility"),
            "sign-in": reverse("account_login"),
            "not-found": f"/{language}/nowhere/",
            "link-over": reverse("invitation", args=["nothing"]),
            "my-space": reverse("my_space"),
            "notices": reverse("notifications:inbox"),
            "choices": reverse("notifications:choices"),
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

    for subject in found.keys() - OF_MEMBERS:
        reports += examine(page, live_server.url + found[subject], subject, results)
    client.force_login(reader)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    for subject in OF_MEMBERS:
        reports += examine(page, live_server.url + found[subject], subject, results)

    assert not reports, "\n".join(reports)


def examine(page: Page, address: str, subject: str, results: dict[str, Any]) -> list[str]:
    """Look at one page in every view, note what is found, and tell of breaches."""
    row = results.setdefault(subject, {"states": 0, "rules": 0, "violations": 0})
    reports = []
    for scheme, width in VIEWS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
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
    return reports
