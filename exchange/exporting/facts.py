"""What is said of a page in one glance in a dossier: what its page tells, and whose it is."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from exchange.exporting.records import Record
from practices.facts import EXCERPTS, TERM_LABELS, Fact, Value


def facts_of(record: Record) -> list[Fact]:
    """What is known of the page, its organizations first and its licence last."""
    # The parts of the text follow in full.
    told = [fact for name, fact in record.facts.items() if name not in EXCERPTS]
    found = [
        _fact(_("Organizations"), record.reference.publishers),
        _fact(pgettext("names", "People"), record.people),
        _fact(str(TERM_LABELS["themes"]), record.labels("themes")),
        *told,
        _fact(_("Licence"), [record.reference.licence]),
    ]
    return [fact for fact in found if fact.values]


def _fact(label: str, texts: Sequence[str]) -> Fact:
    return Fact(label, [Value(text) for text in texts])
