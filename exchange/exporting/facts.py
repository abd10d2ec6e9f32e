"""What is said of a page in one glance, for people: in a dossier and beside other pages."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.dates import date_format
from exchange.exporting.records import Record
from practices.facts import period

# Label, then the field of terms that holds the values.
_TERMS: tuple[tuple[Any, str], ...] = (
    (_("Status"), "status"),
    (_("Evidence"), "evidence_level"),
    (_("Cost"), "cost_class"),
    (_("Impact"), "impact"),
    (_("Delivery"), "delivery_modes"),
    (_("Themes"), "themes"),
    (pgettext_lazy("kinds of places", "Settings"), "settings"),
    (_("Audiences"), "audiences"),
    (_("Education levels"), "education_levels"),
    (_("Territories"), "territories"),
)


@dataclass(frozen=True)
class Fact:
    """A line such as “Cost: low”."""

    label: str
    text: str


def facts_of(record: Record) -> list[Fact]:
    """What is known of the page, its organizations first and its licence last."""
    people = ", ".join(person.name for person in record.people)
    found = [
        (_("Organizations"), ", ".join(record.organizations)),
        (pgettext_lazy("names", "People"), people),
    ]
    found += [(label, ", ".join(record.terms.get(field, ()))) for label, field in _TERMS]
    found += [
        (_("Digital competency"), ", ".join(record.competencies)),
        (_("Severity"), record.severity),
        (_("Stage"), record.stage),
        (_("Carried out"), period(record.date_start, record.date_end)),
        (pgettext_lazy("a date", "Published"), _day(record.published)),
        (_("Last verified"), _day(record.verified)),
        (_("Licence"), record.licence),
    ]
    return [Fact(str(label), text) for label, text in found if text]


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
