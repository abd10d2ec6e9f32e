"""What the public page of a sheet, a case or a lesson shows, worked out for one reader.

The templates only lay it out. Everything that refers to another page goes through what the
reader may see, so that a page reads as if the others did not exist.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from practices import selectors
from practices.completeness import Completeness, completeness, is_filled, label_of
from practices.life_cycle import may_verify
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.models.case_studies import Verdict
from practices.models.knowledge import LICENCE_URLS, RETIRED
from practices.notices import notices, verifications
from practices.related import related_pages
from practices.selectors import Mention, PageTerms, Viewer
from taxonomy.models import Term

Text = str | Promise
# Below this, a table of contents is longer than what it helps to find.
SECTIONS_FOR_CONTENTS = 4


@dataclass(frozen=True)
class Value:
    """One value of a fact; `url` leads to the search for what shares it."""

    text: str
    url: str = ""
    title: str = ""


@dataclass(frozen=True)
class Fact:
    """A line of the summary table, such as “Cost: low”."""

    label: str
    values: Sequence[Value]
    note: str = ""
    anchor: str = ""


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

# The facts that terms give: (field, label, the search facet it leads to).
TERM_FACTS: tuple[tuple[str, Text, str], ...] = (
    ("status", gettext_lazy("Status"), "status"),
    ("evidence_level", gettext_lazy("Evidence"), "evidence"),
    ("cost_class", gettext_lazy("Cost"), "cost"),
    ("impact", gettext_lazy("Impact"), "impact"),
    ("delivery_modes", gettext_lazy("Delivery"), "mode"),
    ("settings", pgettext_lazy("kinds of places", "Settings"), "setting"),
    ("audiences", gettext_lazy("Audiences"), "audience"),
    ("education_levels", gettext_lazy("Education levels"), "level"),
    ("territories", gettext_lazy("Territories"), ""),
)


def reading_context(page: KnowledgePage, request: HttpRequest) -> dict[str, Any]:
    """What the templates of all types show beside the fields of `page`."""
    viewer: Viewer = getattr(request, "user", AnonymousUser())
    is_preview = getattr(request, "is_preview", False)
    if is_preview:
        terms = selectors.terms_in_memory(page)
        owners = [page.organization, *page.co_organizations.all()]
    else:
        terms = selectors.terms_of_saved([page])[page.pk]
        owners = selectors.owners_of_saved(page)
    # Known from the terms, and asked again below: not worth a query.
    page.status = next(iter(terms.of("status")), None)
    sections = _sections(page, viewer)
    return {
        "viewer": viewer,
        # The last one is the page of the organization.
        "ancestors": list(page.get_ancestors().filter(depth__gt=1).select_related("locale")),
        "facts": _facts(page, terms),
        "themes": [_term_value(term, "theme") for term in terms.of("themes")],
        "tags": [
            Value(tag.name, search_address(tag=tag.slug)) for tag in page.tags.order_by("name")
        ],
        "sections": sections,
        "related": related_pages(
            page, viewer, themes=terms.of("themes"), but=_named_pages(sections)
        ),
        "has_contents": len(sections) >= SECTIONS_FOR_CONTENTS,
        "notices": notices(page, viewer),
        "verifications": verifications(page),
        "may_verify": not is_preview and may_verify(page, viewer),
        # Those who wrote it with the publisher might give away whom it is about.
        "owners": owners if page.names_people else owners[:1],
        "people": people(page),
        "licence_url": LICENCE_URLS.get(page.licence, ""),
        "permalink": request.build_absolute_uri(reverse("permalink", args=[page.persistent_id])),
        "completeness": _completeness(page, viewer),
    }


def search_address(**values: str) -> str:
    """The address of the search page with one value chosen in each named facet."""
    return f"{reverse('search:page')}?{urlencode(values, safe='/')}"


def people(page: KnowledgePage) -> list[Person]:
    """The people who are credited; nobody where the page must not name anyone."""
    found: dict[tuple[str, str], Person] = {}
    if page.names_people:
        for row in page.contributions.all():
            person = found.setdefault(
                (row.name, row.affiliation), Person(row.name, row.affiliation)
            )
            person.roles.append(row.get_role_display())
    return list(found.values())


def _term_value(term: Term, facet: str) -> Value:
    # A theme is found by its whole path, the values of flat vocabularies by their identifier.
    value = term.path if facet == "theme" else term.slug
    # A search finds nothing that is retired.
    is_found = facet and not (facet == "status" and value == RETIRED)
    url = search_address(**{facet: value}) if is_found else ""
    return Value(term.label, url, term.definition)


def _facts(page: KnowledgePage, terms: PageTerms) -> list[Fact]:
    facts = []
    for name, label, facet in TERM_FACTS:
        values = [_term_value(term, facet) for term in terms.of(name)]
        reason = name == "evidence_level" and is_filled(getattr(page, "evidence_reason", None))
        facts.append(
            Fact(
                str(label),
                values,
                note=_("Why this level") if reason else "",
                anchor="evidence_reason" if reason else "",
            )
        )
    facts.append(Fact(_("Digital competency"), [_competency(each) for each in terms.competencies]))
    if isinstance(page, LessonPage):
        facts.append(_fact(_("Severity"), str(page.get_severity_display())))
        facts.append(_fact(_("Stage"), str(page.get_stage_display())))
    facts.append(_fact(_("Carried out"), period(page.date_start, page.date_end)))
    if page.first_published_at:
        published = localtime(page.first_published_at).date()
        facts.append(_fact(pgettext("a date", "Published"), date_format(published, "DATE_FORMAT")))
    if page.last_verified_on:
        facts.append(_fact(_("Last verified"), date_format(page.last_verified_on, "DATE_FORMAT")))
    if page.review_by and not page.is_retired:
        facts.append(
            Fact(
                _("Review by"),
                [Value(date_format(page.review_by, "DATE_FORMAT"))],
                note=_("The review is due") if page.is_review_due else "",
            )
        )
    return [fact for fact in facts if fact.values]


def _fact(label: str, text: str) -> Fact:
    return Fact(label, [Value(str(capfirst(text)))] if text else [])


def _competency(competency: selectors.Competency) -> Value:
    value = _term_value(competency.dimension, "competency")
    if competency.level is None:
        return value
    return Value(f"{value.text} ({competency.level.label})", value.url, value.title)


def period(start: date | None, end: date | None) -> str:
    """“May 2023 – June 2024”, or the part of it that is known."""
    months = [date_format(day, "YEAR_MONTH_FORMAT") for day in (start, end) if day]
    if start and end:
        return months[0] if months[0] == months[1] else " – ".join(months)
    if start:
        return _("since %(month)s") % {"month": months[0]}
    return _("until %(month)s") % {"month": months[0]} if end else ""


def _sections(page: KnowledgePage, viewer: Viewer) -> list[Section]:
    sections = []
    for name, template in SECTIONS[type(page)]:
        value = getattr(page, name)
        if is_filled(value):
            value = value.all() if hasattr(value, "all") else value
            sections.append(Section(name, label_of(page, name), template, value))
    return [*sections, *(section for section in _relations(page, viewer) if section.value)]


def _relations(page: KnowledgePage, viewer: Viewer) -> Iterable[Section]:
    applied = "practices/components/applied_practices.html"
    if isinstance(page, PracticeSheetPage):
        cases = selectors.cases_that_applied(page, viewer)
        yield Section(
            "cases",
            _("Where it was applied"),
            "practices/components/cases.html",
            {"mentions": cases, "tally": tally(cases)} if cases else None,
        )
        lessons = selectors.lessons_that_concern(page, viewer)
        yield Section(
            "lessons",
            _("Lessons learned about it"),
            "practices/components/related_pages.html",
            lessons,
        )
    elif isinstance(page, CaseStudyPage):
        rows = list(page.applications.all())
        mentions = selectors.practices_mentioned(rows, page, viewer)
        yield Section("practices", _("Practices applied"), applied, mentions)
    elif isinstance(page, LessonPage):
        rows = list(page.lesson_practices.all())
        mentions = selectors.practices_mentioned(rows, page, viewer)
        yield Section("practices", _("Practices concerned"), applied, mentions)


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


def _completeness(page: KnowledgePage, viewer: Viewer) -> Completeness | None:
    """How complete the page is, for those who can do something about it."""
    if not viewer.is_authenticated or not page.permissions_for_user(viewer).can_edit():
        return None
    return completeness(page)
