"""The main pages of the demo, kept as images for whoever wants to look at all of them.

With PASSERELLE_SCREENSHOTS=folder, as in continuous integration: each in both languages, in light
and in dark, on a phone and on a desktop, and `index.html` that shows them side by side.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, Page

from core.languages import choose_language
from core.models import HomePage, User
from demo.loader import load_demo
from organizations.models import OrganizationPage
from organizations.moderation.inbox import inbox_of
from practices.models import KnowledgePage
from tests.browser.looking import FOLDER, keep, show_errors
from tests.pairs import ONCE

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(not FOLDER, reason="images are kept where PASSERELLE_SCREENSHOTS says"),
    ONCE,
]
SIZES = ({"width": 1280, "height": 900}, {"width": 360, "height": 740})
SCHEMES = ("light", "dark")
LANGUAGES = ("fr", "en")
SHEET, CASE, LESSON = (
    "retroaction-audio", "retroaction-audio-240-etudiants", "capsules-sans-sous-titres",
)  # fmt: skip
Addresses = Iterator[tuple[str, str]]


def of_anybody(language: str) -> Addresses:
    """The name and the address of what needs no account."""
    pages = {slug: in_language(slug, language) for slug in (SHEET, CASE, LESSON)}
    search = reverse("search:page")
    words = {"fr": "rétroaction", "en": "feedback"}[language]
    yield "home", HomePage.objects.get(locale__language_code=language, depth=2).get_url()
    yield "search", f"{search}?{urlencode({'q': words, 'theme': 'assessment'})}"
    yield "nothing-found", f"{search}?{urlencode({'q': words, 'type': 'lesson', 'year_to': 2021})}"
    yield "sheet", pages[SHEET].get_url()
    yield "case", pages[CASE].get_url()
    yield "lesson", pages[LESSON].get_url()
    yield "versions", f"{pages[SHEET].get_url()}versions/"
    upgm = OrganizationPage.objects.get(slug="upgm", locale__language_code=language)
    yield "organizations", upgm.get_parent().get_url()
    yield "organization", upgm.get_url()
    yield "browse", reverse("browse")
    yield "theme", reverse("browse-theme", args=["assessment"])
    names = [("p", str(page.persistent_id)) for page in pages.values()]
    yield "selection", f"{reverse('exchange:selection')}?{urlencode(names)}"
    yield "sign-in", reverse("account_login")
    yield "not-found", f"/{language}/nowhere/"
    yield "link-over", reverse("invitation", args=["nothing"])
    yield "error-500", f"/{language}/error-500/"
    yield "error-503", f"/{language}/error-503/"


def of_a_contributor(language: str) -> Addresses:
    yield (
        "home-of-a-member",
        HomePage.objects.get(locale__language_code=language, depth=2).get_url(),
    )
    yield "my-space", reverse("my_space")
    yield "propose", reverse("proposing:start")
    other = KnowledgePage.objects.get(slug=LESSON, locale__language_code="fr")
    yield "forbidden", reverse("still-valid", args=[other.persistent_id])
    home = OrganizationPage.objects.get(slug="upgm", locale__language_code=language)
    query = urlencode({"type": "practice-sheet", "organization": home.pk, "key": uuid4()})
    yield "propose-essentials", f"{reverse('proposing:new')}?{query}"


def of_a_moderator(_language: str) -> Addresses:
    yield "moderator-inbox", reverse("moderation:inbox")
    waiting = inbox_of(User.objects.get(username="karim-benali"))[0]
    yield "moderator-review", reverse("moderation:review", args=[waiting.page_id])


def of_an_administrator(language: str) -> Addresses:
    yield "style-guide", f"{reverse('style_guide_components')}?language={language}"


# Who looks at what; "" is nobody in particular.
WALK: dict[str, Callable[[str], Addresses]] = {
    "": of_anybody,
    "maika-tremblay-nguyen": of_a_contributor,
    "karim-benali": of_a_moderator,
    "admin": of_an_administrator,
}


def in_language(slug: str, language: str) -> Any:
    """The page that has `slug` in French, in `language`."""
    page = KnowledgePage.objects.get(slug=slug, locale__language_code="fr")
    translations = KnowledgePage.objects.filter(translation_key=page.translation_key)
    return translations.get(locale__language_code=language).specific


def test_the_main_pages_are_kept_as_images(live_server, browser: Browser, search_index):
    load_demo()
    for language in LANGUAGES:
        changed = in_language(SHEET, language)
        changed.summary += " 2026."
        changed.save_revision().publish()
    search_index()

    kept: list[str] = []
    for language in LANGUAGES:
        for username, addresses in WALK.items():
            window = opened(browser, live_server.url, username, language)
            with override(language):
                for name, path in addresses(language):
                    kept += keep_views(window, live_server.url + path, f"{name}-{language}")
            window.context.close()

    images = "\n".join(f'<a href="{file}"><img src="{file}" alt="{file}"></a>' for file in kept)
    style = "<style>img { width: 24%; margin: 0.4%; vertical-align: top }</style>"
    Path(FOLDER, "index.html").write_text(f"<!doctype html>{style}\n{images}", encoding="utf-8")


def opened(browser: Browser, address: str, username: str, language: str) -> Page:
    """A window in which `username`, if any, is signed in and reads in `language`."""
    window = browser.new_context(reduced_motion="reduce", locale=language).new_page()
    show_errors(window)
    if username:
        user = User.objects.get(username=username)
        choose_language(user, language)
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        window.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    return window


def keep_views(window: Page, address: str, name: str) -> list[str]:
    """Keep the page at `address` in each size and scheme; the names of the files."""
    files = []
    window.set_viewport_size(SIZES[0])
    window.goto(address)
    for size in SIZES:
        window.set_viewport_size(size)
        for scheme in SCHEMES:
            window.emulate_media(color_scheme=scheme)
            files.append(keep(window, f"{name}-{size['width']}-{scheme}"))
    return files
