"""The pages about roles: one for each, the same in both languages, in the words of the screen."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import override

from demo.accounts import FILE_NAME
from demo.content import read_scenario
from organizations.models import CommunityRole, Role
from tools.catalogs import LOCALE, PO, read

ROOT = Path(__file__).parent.parent
ROLES = ROOT / "docs" / "roles"
LANGUAGES = ("fr", "en")
PAGES = sorted(ROLES.glob("*/*.md"))
ROW = re.compile(
    r"^\| (?:`(?P<role>\w+)`|–) \| \[[^]]+\]\((?P<fr>[^)]+)\) \| \[[^]]+\]\((?P<en>[^)]+)\) \| "
    r"(?:`(?P<account>[\w-]+)`|–) \|$",
    re.MULTILINE,
)
TABLE = [row.groupdict() for row in ROW.finditer((ROLES / "README.md").read_text("utf-8"))]
BOLD = re.compile(r"\*\*(.+?)\*\*")
QUOTED = {"fr": re.compile(r"«\s(.+?)\s»"), "en": re.compile(r"“(.+?)”")}
LINK = re.compile(r"\]\(([^)]+)\)")
# What a catalog fills in later.
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
LONGEST = 110


def name(page: Path) -> str:
    return str(page.relative_to(ROLES))


def plain(text: str) -> str:
    """The text without what typography does to it: kinds of spaces and of apostrophes."""
    return re.sub(r"\s+", " ", text).replace("’", "'").strip().casefold()


@cache
def words(language: str) -> tuple[str, ...]:
    """All that the screens say in a language: the catalog of the site and those of its packages."""
    found = {plain(text) for catalog in catalogs() for text in said(catalog, language)}
    return tuple(found)


def catalogs() -> Iterator[Catalog]:
    yield read(LOCALE / PO)
    for app in apps.get_app_configs():
        for path in Path(app.path).glob("locale/fr/LC_MESSAGES/*.mo"):
            with path.open("rb") as file:
                yield read_mo(file)


def said(catalog: Catalog, language: str) -> Iterator[str]:
    for message in catalog:
        yield from texts(message, language)


def texts(message: Message, language: str) -> Iterator[str]:
    found = message.id if language == "en" else message.string
    yield from [found] if isinstance(found, str) else found or ()


def is_said(label: str, language: str) -> bool:
    """Whether a screen says exactly this, perhaps with a name in a place of the sentence."""
    label = plain(label)
    return label in words(language) or any(
        pattern.fullmatch(label) for pattern in sentences(language)
    )


@cache
def sentences(language: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for text in words(language):
        parts = PLACE.split(text)
        # A sentence that is little more than its places would say everything.
        if len(parts) > 1 and max(len(part) for part in parts) > 3:
            found.append(re.compile(".+".join(re.escape(part) for part in parts)))
    return tuple(found)


def is_part_of_a_message(quote: str, language: str) -> bool:
    """Whether each piece of a quotation, between its ellipses, is in what the screens say."""
    pieces = [plain(piece) for piece in quote.split("…") if piece.strip()]
    return all(any(piece in text for text in words(language)) for piece in pieces)


def test_each_role_has_its_page_in_both_languages():
    roles = [row["role"] for row in TABLE if row["role"]]

    assert sorted(roles) == sorted([*Role.values, *CommunityRole.values])
    listed = sorted(row[language] for row in TABLE for language in LANGUAGES)
    assert listed == [name(page) for page in PAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_called_like_its_role(language):
    labels = dict([*Role.choices, *CommunityRole.choices])
    with override(language):
        expected = {
            row[language]: str(capfirst(labels[row["role"]])) for row in TABLE if row["role"]
        }

    found = {path: (ROLES / path).read_text("utf-8").splitlines()[0] for path in expected}
    assert found == {path: f"# {label}" for path, label in expected.items()}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["en"])
def test_both_languages_have_the_same_headings_and_steps(row):
    def outline(path: str) -> list[str]:
        lines = (ROLES / path).read_text("utf-8").splitlines()
        starts = (re.match(r"#+ |\d+\. |- ", line) for line in lines)
        return [start.group() for start in starts if start]

    assert outline(row["fr"]) == outline(row["en"])


@pytest.mark.parametrize("document", [*PAGES, ROLES / "README.md"], ids=name)
def test_links_lead_somewhere(document):
    targets = [target.split("#")[0] for target in LINK.findall(document.read_text("utf-8"))]

    assert [target for target in targets if not (document.parent / target).is_file()] == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_words_in_bold_are_those_of_the_screen(document):
    labels = BOLD.findall(document.read_text("utf-8"))

    assert labels
    assert [label for label in labels if not is_said(label, document.parent.name)] == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_refusals_are_quoted_as_they_are_said(document):
    sections = re.split(r"^## ", document.read_text("utf-8"), flags=re.MULTILINE)
    refusals = next(each for each in sections if re.match("Quand quelque chose|When some", each))

    quotes = QUOTED[document.parent.name].findall(refusals)
    assert [each for each in quotes if not is_part_of_a_message(each, document.parent.name)] == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_a_page_is_short(document):
    assert len(document.read_text("utf-8").splitlines()) <= LONGEST


def test_the_accounts_named_are_those_of_the_demo():
    known = {person.key for person in read_scenario().people} | {"admin"}
    pages = {name(page): page.read_text("utf-8") for page in PAGES}

    assert {row["account"] for row in TABLE if row["account"]} <= known
    named = re.compile(r"`([a-z]+(?:-[a-z]+)+)`")
    assert {account for text in pages.values() for account in named.findall(text)} <= known
    assert FILE_NAME in pages["fr/lecture.md"]
