"""Pages of the demo: from what a file says to a page in one language, before it is saved."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import Image

from core.dates import date_format
from core.markdown import markdown_to_rich_text
from core.models import User
from demo.content import MANY_TERMS, ONE_TERM, PLAIN, PageEntry, Person, in_language
from organizations.models import Organization
from practices.models import (
    Contribution,
    KnowledgePage,
    LessonPractice,
    Partner,
    PracticeApplication,
    PracticeCompetency,
    PracticeSheetPage,
)
from taxonomy.models import Term

VOCABULARIES = {
    "themes": "theme",
    "settings": "setting",
    "audiences": "audience",
    "education_levels": "education_level",
    "territories": "territory",
    "delivery_modes": "delivery_mode",
    **{name: name for name in ONE_TERM},
}


@dataclass
class World:
    """What the pages refer to, by slug or key; filled while the demo is loaded."""

    terms: Mapping[tuple[str, str], Term]
    organizations: dict[str, Organization]
    people: Mapping[str, Person]
    users: Mapping[str, User]
    images: dict[tuple[str, str], Image]  # by organization and name of the file
    sheets: dict[str, PracticeSheetPage]

    def user_named(self, name: str) -> User | None:
        """The account of the person called `name`, if there is one."""
        for key, person in self.people.items():
            if person.name == name:
                return self.users[key]
        return None


def fill(page: KnowledgePage, entry: PageEntry, language: str, world: World) -> None:
    """Give `page` all that its file says in `language`; nothing is saved."""
    data, text = entry.data, entry.data[language]
    for name in PLAIN:
        if name in data:
            setattr(page, name, data[name])
    for name in MANY_TERMS:
        if name in data:
            terms = [world.terms[VOCABULARIES[name], slug] for slug in data[name]]
            getattr(page, name).set(terms)
    for name in ONE_TERM:
        if name in data:
            setattr(page, name, world.terms[VOCABULARIES[name], data[name]])
    page.title = page.draft_title = text["title"]
    page.summary = text["summary"]
    for name, value in text.items():
        if name in {"slug", "tags", "title", "summary"}:
            continue
        field = page._meta.get_field(name)
        if isinstance(field, RichTextField):
            setattr(page, name, markdown_to_rich_text(value))
        elif isinstance(field, StreamField):
            setattr(page, name, _STREAMS[name](value, language))
    page.tags.set(text.get("tags", data["tags"]))
    owners = [world.organizations[slug] for slug in data.get("co_organizations", ())]
    page.co_organizations.set(owners)
    if "image" in data:
        page.image = world.images[data["organization"], data["image"]]
    _name_people(page, entry, language, world)
    _relate(page, entry, language, world)


def _name_people(page: Any, entry: PageEntry, language: str, world: World) -> None:
    """Credits and contact; a lesson told for others names nobody."""
    if not page.names_people:
        return
    author = world.people[entry.data["author"]]
    page.contact_name = author.name
    page.contact_email = world.organizations[entry.data["organization"]].contact_email
    credits = entry.data.get("contributions") or [{"name": author.name, "role": "writing"}]
    page.contributions = [
        Contribution(
            name=each["name"],
            user=world.user_named(each["name"]),
            affiliation=in_language(each.get("affiliation"), language),
            role=each["role"],
        )
        for each in credits
    ]


def _relate(page: Any, entry: PageEntry, language: str, world: World) -> None:
    """The rows of the page that name competencies, partners and practices."""
    data = entry.data
    if "competencies" in data:
        page.competencies = [
            PracticeCompetency(
                dimension=world.terms["competency", each["dimension"]],
                level=world.terms["competency_level", each["level"]],
            )
            for each in data["competencies"]
        ]
    if "partners" in data:
        page.partners = [
            Partner(name=each["name"], role=in_language(each.get("role"), language))
            for each in data["partners"]
        ]
    if "applies" in data:
        page.applications = [
            PracticeApplication(
                practice=world.sheets[each["practice"]],
                changes=in_language(each.get("changes"), language),
                verdict=each["verdict"],
            )
            for each in data["applies"]
        ]
    if "practices" in data:
        page.lesson_practices = [
            LessonPractice(practice=world.sheets[slug]) for slug in data["practices"]
        ]


def _building_blocks(blocks: list[dict[str, Any]], language: str) -> list[tuple[str, Any]]:
    return [
        (
            "building_block",
            {
                "title": block["title"],
                "aim": block.get("aim", ""),
                "steps": [markdown_to_rich_text(step) for step in block["steps"]],
                "enabling_factors": markdown_to_rich_text(block.get("enabling_factors", "")),
            },
        )
        for block in blocks
    ]


def _timeline(moments: list[dict[str, Any]], language: str) -> list[tuple[str, Any]]:
    return [
        (
            "moment",
            {
                "date": _day(moment["date"], language),
                "title": moment["title"],
                "text": markdown_to_rich_text(moment.get("text", "")),
            },
        )
        for moment in moments
    ]


def _day(value: datetime.date, language: str) -> str:
    with override(language):
        return str(date_format(value))


def _recommendations(items: list[dict[str, Any]], language: str) -> list[tuple[str, Any]]:
    return [
        (
            "recommendation",
            {"action": markdown_to_rich_text(item["action"]), "owner": item.get("owner", "")},
        )
        for item in items
    ]


def _quotes(quotes: list[dict[str, Any]], language: str) -> list[tuple[str, Any]]:
    return [("quote", {"text": each["text"], "author": each.get("author", "")}) for each in quotes]


def _points(points: list[str], language: str) -> list[tuple[str, Any]]:
    return [("point", point) for point in points]


_STREAMS: Mapping[str, Callable[[Any, str], list[tuple[str, Any]]]] = {
    "building_blocks": _building_blocks,
    "timeline": _timeline,
    "recommendations": _recommendations,
    "quotes": _quotes,
    "learning_points": _points,
}
