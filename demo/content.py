"""The scenario of the demo, as written in `demo/content/`, checked before anything is loaded."""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from organizations.models import CommunityRole, Role, SharingLevel
from organizations.models.organizations import OrganizationKind
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage

FOLDER = Path(__file__).parent / "content"
IMAGES = FOLDER / "images"
PAGE_TYPES: Mapping[str, type[KnowledgePage]] = {
    model.type_slug: model for model in (PracticeSheetPage, CaseStudyPage, LessonPage)
}
LANGUAGES = ("fr", "en")
# How far each state goes: a draft is written, then submitted, then decided on.
STATES = ("draft", "in_review", "rejected", "live")

MANY_TERMS = (
    "themes",
    "settings",
    "audiences",
    "education_levels",
    "territories",
    "delivery_modes",
)
ONE_TERM = ("cost_class", "evidence_level", "status", "impact")
PLAIN = (
    "sharing_level",
    "date_start",
    "date_end",
    "last_verified_on",
    "review_by",
    "licence",
    "severity",
    "stage",
    "anonymous_by_proxy",
)
RELATED = (
    "co_organizations",
    "contributions",
    "competencies",
    "partners",
    "applies",
    "practices",
    "tags",
    "image",
)
_PAGE_KEYS = {
    *("slug", "type", "organization", "state", "author", "approved_by", "published_on"),
    *(
        "rejection_comment",
        "life_cycle",
        "adapted_from",
        "remarks",
        *LANGUAGES,
        *MANY_TERMS,
        *ONE_TERM,
        *PLAIN,
        *RELATED,
    ),
}
_TRANSLATION_KEYS = {"slug", "tags"}


class DemoContentError(ValueError):
    """A file of the demo that cannot be loaded, with the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")


@dataclass(frozen=True)
class Person:
    """Someone with an account.

    `memberships` are pairs of an organization's slug and a role, `community` the roles beyond.
    """

    key: str
    first_name: str
    last_name: str
    email: str
    memberships: tuple[tuple[str, str], ...]
    community: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class PageEntry:
    """One page and its translations; `data` holds what its file says."""

    path: Path
    data: Mapping[str, Any]

    @property
    def slug(self) -> str:
        return str(self.data["slug"])

    @property
    def model(self) -> type[KnowledgePage]:
        return PAGE_TYPES[self.data["type"]]

    @property
    def languages(self) -> list[str]:
        """French, the original, comes first."""
        return [language for language in LANGUAGES if language in self.data]

    @property
    def references(self) -> list[str]:
        """The slugs of the practice sheets that it refers to."""
        applied = [each["practice"] for each in self.data.get("applies", ())]
        replaced_by = [
            each["successor"] for each in self.data.get("life_cycle", ()) if "successor" in each
        ]
        adapted = [self.data["adapted_from"]] if "adapted_from" in self.data else []
        return applied + list(self.data.get("practices", ())) + replaced_by + adapted

    @cached_property
    def digest(self) -> str:
        return digest_of(self.data)


@dataclass(frozen=True)
class Scenario:
    """All that the demo loads."""

    home: Mapping[str, Any]
    organizations: tuple[Mapping[str, Any], ...]
    people: tuple[Person, ...]
    agreements: tuple[Mapping[str, Any], ...]
    pages: tuple[PageEntry, ...] = field(repr=False)

    @property
    def image_names(self) -> set[str]:
        logos = {str(each["logo"]) for each in self.organizations}
        return logos | {str(each.data["image"]) for each in self.pages if "image" in each.data}


def digest_of(data: Any) -> str:
    """A fingerprint of plain data."""
    text = json.dumps(data, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def in_language(value: Any, language: str) -> str:
    """A text that is the same in every language, or the one of `language` (else the French)."""
    if isinstance(value, Mapping):
        value = value.get(language, value.get("fr", ""))
    return str(value or "")


def read_scenario(folder: Path = FOLDER) -> Scenario:
    """Read and check every file. Raises `DemoContentError` for the first that is wrong.

    Sheets come first, so that what refers to them finds them, and what is adapted last of these.
    """
    people = tuple(
        Person(
            key=each["key"],
            first_name=each["first_name"],
            last_name=each["last_name"],
            email=each["email"],
            memberships=tuple(
                (membership["organization"], membership["role"])
                for membership in each["memberships"]
            ),
            community=tuple(each.get("community", ())),
        )
        for each in _read(folder / "people.yaml")
    )
    pages = [PageEntry(path, _read(path)) for path in sorted((folder / "pages").glob("*.yaml"))]
    pages.sort(
        key=lambda page: (
            page.data.get("type") != PracticeSheetPage.type_slug,
            "adapted_from" in page.data,
        )
    )
    scenario = Scenario(
        home=_read(folder / "home.yaml"),
        organizations=tuple(_read(folder / "organizations.yaml")),
        people=people,
        agreements=tuple(_read(folder / "agreements.yaml")),
        pages=tuple(pages),
    )
    _check_people(folder / "people.yaml", scenario)
    _check_agreements(folder / "agreements.yaml", scenario)
    for page in scenario.pages:
        for problem in _problems(page, scenario):
            raise DemoContentError(page.path, problem)
    return scenario


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DemoContentError(path, str(error)) from error


def _check_people(path: Path, scenario: Scenario) -> None:
    slugs = {each["slug"] for each in scenario.organizations}
    for each in scenario.organizations:
        if each["kind"] not in OrganizationKind.values:
            raise DemoContentError(path, f"no kind “{each['kind']}” of organization")
    for person in scenario.people:
        for organization, role in person.memberships:
            if organization not in slugs or role not in Role.values:
                raise DemoContentError(path, f"{person.key}: no {role} of {organization}")
        if unknown := set(person.community) - set(CommunityRole.values):
            raise DemoContentError(path, f"{person.key}: no {unknown.pop()} of the community")


def _check_agreements(path: Path, scenario: Scenario) -> None:
    slugs = {each["slug"] for each in scenario.organizations}
    leads = {
        (p.key, slug) for p in scenario.people for slug, role in p.memberships if role == "lead"
    }
    for each in scenario.agreements:
        if unknown := set(each["parties"]) - slugs:
            raise DemoContentError(path, f"{each['slug']}: no organization {min(unknown)}")
        for signature in each["signatures"]:
            if (signature["person"], signature["organization"]) not in leads:
                raise DemoContentError(
                    path, f"{each['slug']}: {signature['person']} does not lead that party"
                )


def _problems(page: PageEntry, scenario: Scenario) -> Iterator[str]:
    data = page.data
    if data.get("type") not in PAGE_TYPES:
        yield f"no type “{data.get('type')}”; known: {', '.join(PAGE_TYPES)}"
    if unknown := sorted(set(data) - _PAGE_KEYS):
        yield f"unknown key “{unknown[0]}”"
    if data.get("state") not in STATES:
        yield f"no state “{data.get('state')}”; known: {', '.join(STATES)}"
    if data.get("sharing_level") not in SharingLevel.values:
        yield f"no sharing level “{data.get('sharing_level')}”"
    if "fr" not in data:
        yield "the French text is missing"
    if data.get("slug") != page.path.stem:
        yield "the slug is not the name of the file"
    roles: dict[str, set[str]] = {}
    for person in scenario.people:
        roles[person.key] = {r for o, r in person.memberships if o == data.get("organization")}
    if not roles.get(data.get("author", "")):
        yield f"the author “{data.get('author')}” is not of the organization"
    if data.get("state") == "live":
        if "moderator" not in roles.get(data.get("approved_by", ""), ()):
            yield f"“{data.get('approved_by')}” is no moderator of the organization"
        if not isinstance(data.get("published_on"), datetime.date):
            yield "a page that is live needs “published_on”"
    people = {person.key for person in scenario.people}
    for event in data.get("life_cycle", ()):
        if event.get("by") not in people or not isinstance(event.get("day"), datetime.date):
            yield "an event of the life cycle needs “day” and “by”, the key of a person"
        if ("to" in event) == ("verified" in event):
            yield "an event of the life cycle needs “to” or “verified”"
    for remark in data.get("remarks", ()):
        answer = remark.get("answer", {})
        if not {remark.get("by"), answer.get("by")} <= people or not all(
            isinstance(each.get("day"), datetime.date) for each in (remark, answer)
        ):
            yield "a remark and its answer need “day” and “by”, the key of a person"
    if data.get("state") == "rejected" and not data.get("rejection_comment"):
        yield "a page that is rejected needs “rejection_comment”"
    sheet = PracticeSheetPage.type_slug
    sheets = {each.slug for each in scenario.pages if each.data.get("type") == sheet}
    for slug in page.references:
        if slug not in sheets:
            yield f"no practice sheet “{slug}”"
    for language in page.languages:
        fields = {each.name for each in page.model._meta.get_fields()}
        for key in data[language]:
            if key not in fields | _TRANSLATION_KEYS:
                yield f"{language}: a {data['type']} has no “{key}”"
