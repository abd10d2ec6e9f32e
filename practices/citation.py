"""How a page is cited: what every style and every export needs to know of it, in one place.

Two styles for people, both of APA 7: as it is in English, and as French-speaking universities
adapt it. The writers of reference managers (RIS, BibTeX, CSL) start from the same `Reference`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import segno
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.dates import date_format, day_if_any
from organizations.models import Organization
from practices.models import Contribution, KnowledgePage
from practices.models.knowledge import LICENCE_URLS, ContributionRole
from practices.texts import Text

# Who is an author: those who wrote, or else those who made what is written about.
AUTHOR_ROLES = (
    {ContributionRole.WRITING},
    {
        ContributionRole.CONCEPTUALIZATION,
        ContributionRole.IMPLEMENTATION,
        ContributionRole.EVALUATION,
    },
)
# Small words that begin a family name.
_PARTICLE = re.compile(
    "al|ben|bin|d[’'].+|da|das|de|del|della|den|der|des|di|dos|du|el|la|le|les|ten|ter|van|von|zu"
)
# Degrees that follow a name; “M. A.” could be initials, and stays.
_DEGREES = re.compile(
    r"(,\s*(ph\.?\s?d|d\.?\s?(ps|éd|ed)|[mb]\.?\s?(sc|éd|ed)|ll\.?\s?[bm])\.?)+$", re.IGNORECASE
)
# Words that begin the name of a group of people.
_GROUP = re.compile(
    "association|bureau|cent(er|re)|comité|committee|direction|équipe|groupe?|service|team|the",
    re.IGNORECASE,
)
# Beyond so many authors APA names the first ones and the last.
_ALL_AUTHORS, _FIRST_AUTHORS = 20, 19


@dataclass(frozen=True)
class Author:
    """A person by family name and given names, or a group by its name alone."""

    family: str
    given: str = ""
    affiliation: str = ""

    @property
    def name(self) -> str:
        """The whole name as one says it."""
        return f"{self.given} {self.family}".strip()

    @property
    def initials(self) -> str:
        """“Marie-Claude Ève” gives “M.-C. È.”."""
        names = [[part for part in name.split("-") if part] for name in self.given.split()]
        return " ".join("-".join(f"{part[0].upper()}." for part in name) for name in names)


@dataclass(frozen=True)
class Reference:
    """A page as others cite it; names are in the reader's language."""

    page: KnowledgePage
    authors: Sequence[Author]
    owners: Sequence[Organization]
    # The day of the text that is cited, and that of the first one.
    dated: date | None
    published: date | None
    # The lasting address.
    url: str

    @property
    def title(self) -> str:
        """The title of the page."""
        return str(self.page.title)

    @property
    def kind(self) -> str:
        """What kind of text it is."""
        return self.page.type_label

    @property
    def publishers(self) -> list[str]:
        """The organizations that publish it."""
        return [owner.name for owner in self.owners]

    @property
    def credited(self) -> Sequence[Author]:
        """The authors; where nobody is named, its organizations stand for them."""
        return self.authors or [Author(name) for name in self.publishers]

    @property
    def language(self) -> str:
        """The code of the language in which it is written."""
        return str(self.page.locale.language_code)

    @property
    def licence(self) -> str:
        """The name of the licence."""
        return str(self.page.get_licence_display())

    @property
    def licence_url(self) -> str:
        """Where the licence is explained, or nothing."""
        return LICENCE_URLS.get(self.page.licence, "")


@dataclass(frozen=True)
class Citation:
    """A citation in one style; the title stands apart, for it is set in italics."""

    language: str
    style: str | Promise
    before: str
    title: str
    after: str

    @property
    def text(self) -> str:
        """The whole citation, to be copied."""
        return f"{self.before}{self.title}{self.after}"


def reference_of(text: Text, *, url: str, dated: date | None = None) -> Reference:
    """What there is to cite of a text; `dated` is the day of a former version."""
    page = text.page
    published = day_if_any(page.first_published_at)
    return Reference(
        page=page,
        authors=authors_among(text.contributions),
        owners=text.owners,
        dated=dated or day_if_any(page.last_published_at) or published,
        published=published,
        url=url,
    )


def authors_among(contributions: Sequence[Contribution]) -> list[Author]:
    """The authors among those who are credited, each once, in the order of the page."""
    for roles in AUTHOR_ROLES:
        found: dict[str, Contribution] = {}
        for each in contributions:
            if each.role in roles:
                found.setdefault(each.name, each)
        if found:
            return [author_named(each.name, each.affiliation) for each in found.values()]
    return []


def author_named(name: str, affiliation: str = "") -> Author:
    """The author whose name is written “Ada Roy”, “Roy, Ada” or “Équipe pédagogique”.

    A name has one field, as people write it: a comma settles what a program would get wrong. A
    degree behind it is no part of the name.
    """
    family, comma, given = (part.strip() for part in _DEGREES.sub("", name).partition(","))
    if comma:
        return Author(family, given, affiliation)
    words = family.split()
    if len(words) < 2 or _GROUP.fullmatch(words[0]):
        return Author(" ".join(words), affiliation=affiliation)
    inner = [at for at, word in enumerate(words[1:-1], 1) if _PARTICLE.fullmatch(word)]
    cut = inner[0] if inner else len(words) - 1
    return Author(" ".join(words[cut:]), " ".join(words[:cut]), affiliation)


def citations(reference: Reference, language: str) -> list[Citation]:
    """The citation in each style, that of the reader's `language` first."""
    found = []
    for code, style in STYLES.items():
        with override(code):
            found.append(style(reference))
    return sorted(found, key=lambda each: each.language != language)


def _apa_in_english(reference: Reference) -> Citation:
    return _apa(reference, "en", _("APA 7, English usage"), "Y, F j", "n.d.", ", & ")


def _apa_in_french(reference: Reference) -> Citation:
    found = _apa(reference, "fr", _("APA 7, French usage"), "Y, j F", "s. d.", " et ")
    return Citation(
        found.language,
        found.style,
        re.sub(r"(\(\d{4}, )1 ", r"\g<1>1er ", found.before),
        found.title,
        found.after,
    )


STYLES: dict[str, Callable[[Reference], Citation]] = {
    "fr": _apa_in_french,
    "en": _apa_in_english,
}


def _apa(
    reference: Reference, language: str, style: Promise, day: str, no_date: str, last: str
) -> Citation:
    publishers = ", ".join(reference.publishers)
    names = _apa_names(reference.authors, last) or publishers
    when = date_format(reference.dated, day) if reference.dated else no_date
    end = "" if names.endswith(".") else "."
    source = f" {publishers}." if reference.authors else ""
    return Citation(
        language,
        style,
        before=f"{names}{end} ({when}). ",
        title=reference.title,
        after=f" [{reference.kind}].{source} {reference.url}",
    )


def _apa_names(authors: Sequence[Author], last: str) -> str:
    names = [f"{each.family}, {each.initials}" if each.given else each.family for each in authors]
    if len(names) > _ALL_AUTHORS:
        return f"{', '.join(names[:_FIRST_AUTHORS])}, … {names[-1]}"
    return last.join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


@lru_cache(maxsize=512)
def qr_code(url: str) -> str:
    """A QR code of `url` as SVG without any style, for those who read on paper."""
    code = segno.make_qr(url, error="m")
    return str(code.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None))
