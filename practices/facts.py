"""What a page tells at a glance: whom it is for, what it costs, how sure it is, until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.dates import date_format, day_if_any
from core.text import beginning, reading_text
from practices.completeness import label_of
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.models.knowledge import RETIRED
from practices.search import TERM_FACETS
from practices.selectors import Competency, PageTerms
from taxonomy.models import Term

Text = str | Promise


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

    @property
    def text(self) -> str:
        """Its values in one line."""
        return ", ".join(value.text for value in self.values)


# The facts that terms give, by the field that holds them.
TERM_FACTS: dict[str, Text] = {
    "audiences": gettext_lazy("Audiences"),
    "cost_class": gettext_lazy("Cost"),
    "evidence_level": gettext_lazy("Evidence"),
    "impact": gettext_lazy("Impact"),
    "delivery_modes": gettext_lazy("Delivery"),
    "status": gettext_lazy("Status"),
    "settings": pgettext_lazy("kinds of places", "Settings"),
    "education_levels": gettext_lazy("Education levels"),
    "territories": gettext_lazy("Territories"),
}
# The labels of all that is chosen from a vocabulary.
TERM_LABELS: dict[str, Text] = {"themes": gettext_lazy("Themes"), **TERM_FACTS}
# The search facet that a field leads to.
_FACETS = {field: facet for facet, field in TERM_FACETS.items()}

# What tells a reader at a glance whether a page is for them; the rest is folded on a phone.
GLANCE: dict[type[KnowledgePage], tuple[str, ...]] = {
    PracticeSheetPage: (
        *("problem", "audiences", "cost_class", "evidence_level", "delivery_modes"),
        *("competencies", "contact", "last_verified_on"),
    ),
    CaseStudyPage: (
        *("starting_situation", "settings", "cost_class", "carried_out", "results"),
        *("contact", "last_verified_on"),
    ),
    LessonPage: ("impact", "severity", "audiences", "settings", "stage", "contact"),
}
# The sections whose beginning is told at a glance, under the name of the section.
EXCERPTS = ("problem", "starting_situation", "results")
# How many words of a section are told at a glance, and of the reason for a level of evidence.
EXCERPT_WORDS, REASON_WORDS = 24, 16


def search_address(**values: str) -> str:
    """The address of the search page with one value chosen in each named facet."""
    return f"{reverse('search:page')}?{urlencode(values, safe='/')}"


def term_value(term: Term, facet: str) -> Value:
    # A theme is found by its whole path, the values of flat vocabularies by their identifier.
    value = term.path if facet == "theme" else term.slug
    # A search finds nothing that is retired.
    is_found = facet and not (facet == "status" and value == RETIRED)
    url = search_address(**{facet: value}) if is_found else ""
    return Value(term.label, url, term.definition)


def facts_of(page: KnowledgePage, terms: PageTerms) -> Iterator[tuple[str, Fact]]:
    """Each fact under its name; those of which nothing is known have no value."""
    for name in EXCERPTS:
        if name in GLANCE[type(page)]:
            text = reading_text(getattr(page, name))
            words = beginning(text, EXCERPT_WORDS)
            more = _("Read on") if words != text else ""
            values = [Value(words)] if words else []
            yield name, Fact(label_of(page, name), values, more, name)
    for name, label in TERM_FACTS.items():
        values = [term_value(term, _FACETS.get(name, "")) for term in terms.of(name)]
        note = ""
        if name == "evidence_level":
            reason = reading_text(getattr(page, "evidence_reason", ""))
            note = beginning(reason, REASON_WORDS)
        yield name, Fact(str(label), values, note, "evidence_reason" if note else "")
    competencies = [_competency(each) for each in terms.competencies]
    yield "competencies", Fact(_("Digital competency"), competencies)
    if isinstance(page, LessonPage):
        yield "severity", _fact(_("Severity"), str(page.get_severity_display()))
        yield "stage", _fact(_("Stage"), str(page.get_stage_display()))
    yield "carried_out", _fact(_("Carried out"), period(page.date_start, page.date_end))
    if page.names_people and (page.contact_name or page.contact_email):
        name = page.contact_name or page.contact_email
        yield "contact", Fact(_("Contact"), [Value(name, "#people")])
    published, changed = day_if_any(page.first_published_at), day_if_any(page.last_published_at)
    if published:
        yield "published", _fact(pgettext("a date", "Published"), _day(published))
        if changed and changed != published:
            yield "changed", _fact(_("Last changed"), _day(changed))
    if page.last_verified_on:
        yield "last_verified_on", _fact(_("Last verified"), _day(page.last_verified_on))
    if page.review_by and not page.is_retired:
        note = _("The review is due") if page.is_review_due else ""
        yield "review_by", Fact(_("Review by"), [Value(_day(page.review_by))], note)


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _fact(label: str, text: str) -> Fact:
    return Fact(label, [Value(str(capfirst(text)))] if text else [])


def _competency(competency: Competency) -> Value:
    return replace(term_value(competency.dimension, "competency"), text=competency.label)


def period(start: date | None, end: date | None) -> str:
    """“May 2023 – June 2024”, or the part of it that is known."""
    months = [date_format(day, "YEAR_MONTH_FORMAT") for day in (start, end) if day]
    if start and end:
        return months[0] if months[0] == months[1] else " – ".join(months)
    if start:
        return _("since %(month)s") % {"month": months[0]}
    return _("until %(month)s") % {"month": months[0]} if end else ""
