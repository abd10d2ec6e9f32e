"""French for every string: the catalog is whole and well written, and no page speaks English."""

import gettext
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
import taggit
import wagtail
from babel.messages.catalog import Catalog, Message
from bs4 import BeautifulSoup, Comment, Doctype, Tag
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import override
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page

from core import wording
from core.models import HomePage, User
from tests.pages import pages_of_each_type
from tools.catalogs import LANGUAGE, LOCALE, MO, PO, flaws, read, stale

CATALOG = read(LOCALE / PO)
# What people are shown that is no running text: names of commands and files, URLs.
SPOKEN_ATTRIBUTES = ["placeholder", "title", "alt", "aria-label", "aria-description"]
# Words of Wagtail and Django that mean the same here, and that we say better.
REWORDED = {"Email", "Email address", "Page not found", "Sign in", "Sort by", "Tags", "tags"}
REWORDED |= set(wording.WORDS)
# What Wagtail leaves in English: a hidden button of its templates.
HARD_CODED = {"Search"}
# English that Wagtail's French catalog speaks.
ENGLISH_IN_FRENCH = re.compile(r"\b(workflows?|status|any|timeline)\b", re.IGNORECASE)
# Its own mails, which never leave.
OF_MAILS = re.compile(r"has been (approved|rejected|submitted)")


def strings(message: Message) -> list[str]:
    """The translations of `message`: one, or one for each plural form."""
    found = message.string or ""
    return [found] if isinstance(found, str) else list(found)


def test_every_string_has_a_translation_with_the_same_placeholders():
    assert list(flaws(CATALOG)) == []


def test_every_field_that_the_admin_lists_has_a_name_in_both_languages():
    reverse("terms:index")  # has the admin gather its lists
    models = {each.model for each in viewsets.viewsets if isinstance(each, ModelViewSet)}
    nameless = [
        f"{model.__name__}.{field.name}"
        for model in models
        for field in model._meta.fields
        if model.__module__.startswith(("organizations.", "taxonomy."))
        and field.editable
        and not (field.auto_created or isinstance(field.verbose_name, Promise))
    ]
    assert models
    assert nameless == []


def test_the_compiled_catalog_says_what_the_catalog_says():
    assert not stale(CATALOG, LOCALE / MO)


@pytest.mark.parametrize(
    ("slip", "rule"),
    [
        (r"'", "the apostrophe is ’"),
        (r"(?<![\u00a0\u202f\d])[»]|[^\u00a0\u202f] »|« |«(?![\u00a0\u202f])", "« mots »"),
        (r" [:;!?]", "no line ends before : ; ! ?"),
        (r"(?<=\w)[;!?](?!\w)", "a thin space stands before ; ! ?"),
        (r"\.\.\.", "the ellipsis is …"),
        (r"[“”]", "the quotation marks are « »"),
        (r"  ", "one space is enough"),
    ],
)
def test_the_translations_keep_the_rules_of_french_typography(slip, rule):
    slips = [
        text
        for message in CATALOG
        if message.id
        for text in strings(message)
        if re.search(slip, re.sub(r"https?:\S+", "", text))
    ]
    assert slips == [], rule


def their_catalogs() -> Iterator[Path]:
    """The French catalogs of the packages whose words our own would replace in the admin."""
    for package in (django, wagtail, taggit):
        for path in Path(str(package.__file__)).parent.rglob(
            f"locale/{LANGUAGE}/LC_MESSAGES/django.mo"
        ):
            # Only those that this site loads.
            app = path.parents[3].name
            if "contrib" not in path.parts or any(
                name.split(".")[-1] == app for name in settings.INSTALLED_APPS
            ):
                yield path


def test_no_word_of_the_admin_is_changed_unawares():
    ours = {message.id: message for message in CATALOG if message.id and not message.context}
    changed = set()
    for path in their_catalogs():
        with path.open("rb") as file:
            theirs = vars(gettext.GNUTranslations(file))["_catalog"]
        for msgid, message in ours.items():
            found = theirs.get(msgid)
            if not found or msgid in REWORDED:
                continue
            # « Publié(e) » may be « publié », but not « publication ».
            if found.lower().split("(")[0] != message.string.lower():
                changed.add((msgid, message.string, found))
    assert not changed, "give the string a context (pgettext): Wagtail uses it in another sense"


def test_what_wagtail_calls_in_english_in_the_middle_of_its_french_has_french_words_here():
    ours = {message.id: strings(message) for message in CATALOG if message.id}
    left = set()
    for path in their_catalogs():
        with path.open("rb") as file:
            theirs = vars(gettext.GNUTranslations(file))["_catalog"]
        for msgid, text in theirs.items():
            # What has a plural is of pages that are closed here, and so is what is of snippets.
            if not isinstance(msgid, str) or OF_MAILS.search(msgid) or "snippet" in msgid.lower():
                continue
            said = " ".join(ours.get(msgid, [text]))
            if ENGLISH_IN_FRENCH.search(re.sub(r"%\(\w+\)s|\{\w+\}", "", said)):
                left.add((msgid, said))
    assert left == set()


def test_no_template_is_written_in_one_language_only():
    templates = Path(settings.BASE_DIR, "templates")
    for path in templates.rglob("*.html"):
        if path.name in ("500.html", "503.html"):  # in both languages
            continue
        found = re.findall(r".*[àâçéèêëîïôùûœ«].*", path.read_text(encoding="utf-8"))
        assert not found, path


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    """What an English text would be in French, for each text that both languages say otherwise."""
    return dict(differing(CATALOG))


def differing(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for message in catalog:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        for msgid, text in zip(ids, strings(message), strict=True):
            # A single sign says nothing, and a text with placeholders is never shown as it is.
            if len(msgid) > 1 and "%" not in msgid and msgid.casefold() != text.casefold():
                yield msgid.casefold(), text


def spoken(page: BeautifulSoup) -> Iterator[str]:
    """What a reader sees or hears of `page`, but for what says that it is in another language."""

    def is_foreign(tag: Tag) -> bool:
        return tag.get("lang", LANGUAGE) != LANGUAGE

    for text in page.find_all(string=True):
        if isinstance(text, Comment | Doctype) or text.parent.name in {"script", "style"}:
            continue
        if not any(is_foreign(tag) for tag in text.parents):
            yield text
    for tag in page.find_all(True):
        if not any(is_foreign(each) for each in [tag, *tag.parents]):
            yield from (tag[name] for name in SPOKEN_ATTRIBUTES if tag.get(name))
            if tag.name == "input" and tag.get("type") in {"submit", "button"}:
                yield tag.get("value", "")


def in_english(page: BeautifulSoup, english: dict[str, str]) -> set[str]:
    """The texts of `page` that should have been in French."""
    texts = {re.sub(r"\s+", " ", str(text)).strip() for text in spoken(page)}
    return {text for text in texts if text.casefold().rstrip(" :") in english}


@pytest.fixture
def pages(admin_user: User) -> dict[str, Page]:
    """A page of each type; the administrator is a member of the organization."""
    return pages_of_each_type(member=admin_user, sharing_level="community")


def test_the_public_pages_in_french_say_nothing_in_english(admin_client, pages, english):
    for page in [*pages.values(), pages["organization"].get_parent(), home()]:
        address = page.get_url()
        assert in_english(get(admin_client, address), english) == set(), address


def test_those_who_do_not_get_in_are_told_in_french(client, db, english):
    assert in_english(get(client, "/fr/nulle-part/", 404), english) == set()


def test_the_search_in_french_says_nothing_in_english(
    admin_client: Client,
    search_index: Callable[[], Any],
    pages: dict[str, Page],
    english: dict[str, str],
):
    search_index()
    with override("fr"):
        path = reverse("search:page")
    assert path == "/fr/recherche/"
    for query in ["", "q=fiche&type=practice-sheet&sort=title", "q=zzzz&type=lesson", "x=1&page=0"]:
        page = get(admin_client, f"{path}?{query}")
        assert page.select_one("#results-title")
        assert in_english(page, english) == set(), query


def test_the_admin_in_french_says_nothing_in_english(admin_client, pages, english):
    sheet = pages["sheet"]
    addresses = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[sheet.get_parent().pk]),
        reverse("wagtailadmin_pages:add_subpage", args=[sheet.get_parent().pk]),
        *(reverse("wagtailadmin_pages:edit", args=[page.pk]) for page in pages.values()),
        reverse("wagtailadmin_pages:workflow_history", args=[sheet.pk]),
        *(reverse(f"{name}:index") for name in ["organizations", "memberships"]),
        *(reverse(f"{name}:index") for name in ["invitations", "community_roles", "people"]),
        *(reverse(f"{name}:add") for name in ["organizations", "invitations", "community_roles"]),
    ]
    for address in addresses:
        assert in_english(get(admin_client, address), english) <= HARD_CODED, address


def test_a_text_in_english_does_not_pass(client, db, english):
    page = get(client, "/en/")
    del page.html["lang"]
    assert "Three kinds of knowledge" in in_english(page, english)


def home() -> Page:
    found: Page = HomePage.objects.get(locale__language_code=LANGUAGE, depth=2)
    return found


def get(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status, address
    return BeautifulSoup(response.content, "html5lib")
