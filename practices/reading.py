"""What the public page of a sheet, a case or a lesson shows, worked out for one reader.

The templates only lay it out. Everything that refers to another page goes through what the
reader may see, so that a page reads as if the others did not exist.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from core.linked_data import as_script
from organizations.access import may_change
from practices import selectors
from practices.citation import citations, qr_code, reference_of
from practices.completeness import Completeness, completeness, is_filled, label_of
from practices.doors import doors_of
from practices.facts import GLANCE, Value, facts_of, search_address, term_value
from practices.life_cycle import may_verify
from practices.linked_data import linked_data
from practices.models import (
    Adaptation,
    CaseStudyPage,
    Contribution,
    KnowledgePage,
    LessonPage,
    PracticeSheetPage,
)
from practices.models.case_studies import Verdict
from practices.models.knowledge import LICENCE_URLS
from practices.notices import change_told, notices, verifications
from practices.pictures import picture_of
from practices.related import related_pages
from practices.selectors import Mention, Viewer, in_language
from practices.texts import PRACTICE_ROWS, Text
from practices.versions import Version

# Below this, a table of contents is longer than what it helps to find.
SECTIONS_FOR_CONTENTS = 4


@dataclass(frozen=True)
class Section:
    """A titled part of the page; `template` lays `value` out."""

    anchor: str
    title: str
    template: str
    value: Any


@dataclass(frozen=True)
class Tally:
    """How many cases applied a practice, and how many gave each verdict."""

    cases: int
    verdicts: Sequence[tuple[str, str, int]]


@dataclass(frozen=True)
class Person:
    """Someone who is credited, once, with all that they brought."""

    name: str
    affiliation: str
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Credit:
    """What a page owes to the page of another organization from which it was made.

    `page` and its authors are for those only who may read it; its organization is for all.
    """

    organization: str
    licence: str
    licence_url: str
    page: KnowledgePage | None = None
    authors: str = ""


# The sections that name other pages of knowledge.
RELATIONS = {"cases", "lessons", "practices"}
PROSE = "practices/components/prose.html"
STREAM = "practices/components/stream.html"

# The sections of each type in reading order: (field, the template that lays it out).
SECTIONS: dict[type[KnowledgePage], tuple[tuple[str, str], ...]] = {
    PracticeSheetPage: (
        ("problem", PROSE),
        ("objective", PROSE),
        ("original_context", PROSE),
        ("building_blocks", "practices/components/building_blocks.html"),
        ("why_it_works", PROSE),
        ("what_not_to_do", "practices/components/warning.html"),
        ("materials", PROSE),
        ("delivered_by", PROSE),
        ("training_needed", PROSE),
        ("resources", PROSE),
        ("results", PROSE),
        ("evidence_reason", PROSE),
        ("success_factors", PROSE),
        ("obstacles", PROSE),
        ("transferability", PROSE),
        ("sustainability", PROSE),
    ),
    CaseStudyPage: (
        ("organization_context", PROSE),
        ("starting_situation", PROSE),
        ("aims", PROSE),
        ("reasons", PROSE),
        ("timeline", "practices/components/timeline.html"),
        ("partners", "practices/components/partners.html"),
        ("costs", PROSE),
        ("results", PROSE),
        ("how_measured", PROSE),
        ("learning_points", "practices/components/learning_points.html"),
        ("quotes", STREAM),
    ),
    LessonPage: (
        ("lesson", "practices/components/lesson.html"),
        ("planned", PROSE),
        ("happened", PROSE),
        ("root_causes", PROSE),
        ("recommendations", STREAM),
    ),
}


def reading_context(
    text: Text, request: HttpRequest, *, version: Version | None = None
) -> dict[str, Any]:
    """What the templates of all types show beside the fields of the page.

    `text` is what is published, what an editor previews, or that of a former `version`.
    """
    page = text.page
    viewer: Viewer = getattr(request, "user", AnonymousUser())
    is_present = version is None and not getattr(request, "is_preview", False)
    # Known from the terms, and asked again below: not worth a query.
    page.status = next(iter(text.terms.of("status")), None)
    change = change_told(page)
    keys = {row.practice.translation_key for row in text.rows}
    if change is not None and change.successor is not None:
        keys.add(change.successor.translation_key)
    made_from = _made_from(page)
    keys |= {each.source.translation_key for each in made_from if each.source}
    neighbours = selectors.neighbours(page, viewer, keys)
    if version is not None:
        # What others made of it later is no part of a former text.
        relations = _practices(text, neighbours)
    else:
        relations = _relations(text, neighbours)
    sections = [*_sections(page), *relations, *_attachments(page)]
    facts = {name: fact for name, fact in facts_of(page, text.terms) if fact.values}
    glance = GLANCE[type(page)]
    permalink = request.build_absolute_uri(reverse("permalink", args=[page.persistent_id]))
    if version is not None:
        permalink += f"?version={version.day.isoformat()}"
    reference = reference_of(text, url=permalink, dated=version.day if version else None)
    picture = picture_of(page.image)
    image = request.build_absolute_uri(picture.address) if picture else ""
    found = linked_data(text, request, reference=reference, image=image) if is_present else None
    return {
        "viewer": viewer,
        "translations": selectors.translations_among(neighbours, page),
        # The last one is the page of the organization.
        "ancestors": page.pages_above(),
        "glance": [facts[name] for name in glance if name in facts],
        "facts": [fact for name, fact in facts.items() if name not in glance],
        "themes": [term_value(term, "theme") for term in text.terms.of("themes")],
        "tags": [Value(tag.name, search_address(tag=tag.slug)) for tag in text.tags],
        "sections": sections,
        "related": related_pages(
            page, viewer, themes=text.terms.of("themes"), but=_named_pages(sections)
        )
        if is_present
        else [],
        "has_contents": len(sections) >= SECTIONS_FOR_CONTENTS,
        "notices": notices(page, change, neighbours),
        "verifications": verifications(page) if version is None else [],
        "may_verify": is_present and may_verify(page, viewer),
        "made_from": [_credit(each, neighbours, page) for each in made_from],
        "adaptations": selectors.adaptations_among(neighbours, page) if is_present else [],
        **(doors_of(page, viewer) if is_present else {}),
        "owners": text.owners,
        "people": people(text.contributions),
        "reference": reference,
        "citations": citations(reference, get_language() or "fr"),
        "qr_code": qr_code(permalink),
        "versions_url": address_of(page, request, "versions"),
        "picture": picture,
        "image_address": image,
        "linked_data": as_script(found) if found else "",
        "is_present": is_present,
        "completeness": _completeness(text, viewer) if version is None else None,
        "content_checks": _content_checks(page, request),
    }


def address_of(
    page: KnowledgePage, request: HttpRequest, name: str, day: date | None = None
) -> str:
    """The address of a part of `page`: its “versions”, or one “version” or its “changes”."""
    kwargs = {"day": day.isoformat()} if day else {}
    with override(page.locale.language_code):
        return f"{page.get_url(request) or ''}{page.reverse_subpage(name, kwargs=kwargs)}"


def people(contributions: Iterable[Contribution]) -> list[Person]:
    """The people who are credited, each once."""
    found: dict[tuple[str, str], Person] = {}
    for row in contributions:
        person = found.setdefault((row.name, row.affiliation), Person(row.name, row.affiliation))
        person.roles.append(row.get_role_display())
    return list(found.values())


def _sections(page: KnowledgePage) -> list[Section]:
    sections = []
    for name, template in SECTIONS[type(page)]:
        value = getattr(page, name)
        value = list(value.all()) if hasattr(value, "all") else value
        if is_filled(value):
            sections.append(Section(name, label_of(page, name), template, value))
    return sections


def _relations(text: Text, neighbours: Sequence[KnowledgePage]) -> Iterator[Section]:
    """What other pages say of this one, and the practices that it names."""
    page = text.page
    if not isinstance(page, PracticeSheetPage):
        yield from _practices(text, neighbours)
        return
    if cases := selectors.cases_among(neighbours, page):
        yield Section(
            "cases",
            _("Where it was applied"),
            "practices/components/cases.html",
            {"mentions": cases, "tally": tally(cases)},
        )
    if lessons := selectors.lessons_among(neighbours, page):
        yield Section(
            "lessons",
            _("Lessons learned about it"),
            "practices/components/related_pages.html",
            lessons,
        )


def _practices(text: Text, neighbours: Sequence[KnowledgePage]) -> Iterator[Section]:
    if mentions := selectors.practices_among(neighbours, text.rows, text.page):
        is_case = isinstance(text.page, CaseStudyPage)
        yield Section(
            "practices",
            _("Practices applied") if is_case else _("Practices concerned"),
            "practices/components/applied_practices.html",
            mentions,
        )


def _attachments(page: KnowledgePage) -> Iterator[Section]:
    """What goes with the page, but for the photo that stands at its top."""
    if not getattr(page, "has_attachments", True):  # known from the way to the page
        return
    found = page.attachments.select_related("image", "document")
    if shown := [each for each in found if each.document_id or each.image_id != page.image_id]:
        yield Section(
            "attachments",
            _("Photos and documents"),
            "practices/components/attachments.html",
            shown,
        )


def _made_from(page: KnowledgePage) -> list[Adaptation]:
    """The pages of other organizations from which `page` was made."""
    if not getattr(page, "is_adapted", True):  # known from the way to the page
        return []
    rows = page.adaptations.all()
    if isinstance(rows, QuerySet):
        rows = rows.select_related("source", "source_organization")
    return list(rows)


def _credit(row: Adaptation, neighbours: Sequence[KnowledgePage], page: KnowledgePage) -> Credit:
    found = None
    if row.source is not None:
        found = in_language(neighbours, page.locale).get(row.source.translation_key)
    return Credit(
        row.source_organization.name,
        row.get_licence_display(),
        LICENCE_URLS.get(row.licence, ""),
        found,
        row.authors if found else "",
    )


def _named_pages(sections: Iterable[Section]) -> set[int]:
    """The pages of knowledge that the sections on relations name."""
    named: set[int] = set()
    for section in sections:
        if section.anchor in RELATIONS:
            value = section.value
            rows = value["mentions"] if isinstance(value, dict) else value
            named |= {row.page.pk if isinstance(row, Mention) else row.pk for row in rows}
    return named


def tally(cases: Sequence[Mention]) -> Tally:
    """The verdicts of `cases`, counted, the best first."""
    counts = Counter(case.verdict for case in cases)
    return Tally(
        len(cases),
        [(value, str(label), counts[value]) for value, label in Verdict.choices if counts[value]],
    )


def _content_checks(page: KnowledgePage, request: HttpRequest) -> list[str]:
    """What the content checker looks for beside the editor; readers get none of it."""
    from practices.content_checks import content_problems

    return content_problems(page) if getattr(request, "in_preview_panel", False) else []


def _completeness(text: Text, viewer: Viewer) -> Completeness | None:
    """How complete the page is, for those who can do something about it."""
    page = text.page
    if not may_change(page, viewer):
        return None
    terms = [*selectors.MANY_TERMS, *selectors.ONE_TERM.get(type(page), ()), "delivery_modes"]
    known = {
        **{name: text.terms.of(name) for name in terms},
        "competencies": text.terms.competencies,
        "tags": text.tags,
        "contributions": text.contributions,
    }
    if type(page) in PRACTICE_ROWS:
        known[PRACTICE_ROWS[type(page)]] = text.rows
    return completeness(page, known)
