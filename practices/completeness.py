"""How complete a page is, and which field would help its readers most.

Pure functions over data: nothing here asks the database for more than the page already holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from core.text import plain_text

Text = str | Promise


@dataclass(frozen=True)
class Need:
    """A field that readers look for: how much it matters, and why."""

    field: str
    weight: int
    why: Text


@dataclass(frozen=True)
class Completeness:
    """The share of what readers look for that a page answers (0 to 100), and what is missing.

    `missing` is in order of usefulness; `next_label` names its first field for people.
    """

    percent: int
    missing: tuple[Need, ...]
    next_label: str

    @property
    def next(self) -> Need | None:
        """The field that would help most, or None when nothing is missing."""
        return self.missing[0] if self.missing else None


_COMMON = (
    Need("themes", 3, _("Without a theme, readers who browse will not find it.")),
    Need("settings", 2, _("Readers look first for what was done in a place like theirs.")),
    Need("audiences", 2, _("Readers want to know at once whether it is for them.")),
    Need("education_levels", 1, _("It lets readers narrow a search to their level.")),
    Need("contributions", 2, _("People deserve credit, and readers trust a signed text.")),
    Need("contact_email", 1, _("A reader with one question needs someone to ask.")),
    Need("tags", 1, _("Tags catch the words that the themes do not have.")),
    Need("image", 1, _("A picture makes the page easier to recognize.")),
)

NEEDS: Mapping[str, tuple[Need, ...]] = {
    "practice-sheet": (
        Need("summary", 3, _("It is what readers see in the results of a search.")),
        Need("problem", 5, _("Readers arrive with a problem and look for theirs.")),
        Need("building_blocks", 5, _("Without the steps, nobody can do it again.")),
        Need("results", 4, _("Readers choose on what the practice changed.")),
        Need("objective", 3, _("It says what should be different afterwards.")),
        Need("evidence_level", 3, _("It tells how far the results can be trusted.")),
        Need("evidence_reason", 3, _("A level without its reason convinces nobody.")),
        Need("transferability", 3, _("Readers ask whether it would work where they are.")),
        Need("why_it_works", 3, _("Whoever adapts it must know what may not change.")),
        Need("resources", 3, _("Time, people and money decide whether one can start.")),
        Need("cost_class", 2, _("It lets readers compare costs at a glance.")),
        Need("success_factors", 2, _("They say what to put in place first.")),
        Need("obstacles", 2, _("Knowing the obstacles spares readers from meeting them.")),
        Need("original_context", 2, _("It lets readers compare with their own context.")),
        Need("what_not_to_do", 2, _("A known mistake is worth a page of advice.")),
        Need("delivered_by", 1, _("Readers need to know who must be available.")),
        Need("training_needed", 1, _("It tells how long before one can begin.")),
        Need("materials", 1, _("Ready-made documents save hours.")),
        Need("delivery_modes", 2, _("It says whether it can be done at a distance.")),
        Need("sustainability", 1, _("Readers ask what remains after the first year.")),
        Need("competencies", 1, _("It links the practice to the competency framework.")),
        *_COMMON,
    ),
    "case-study": (
        Need("summary", 3, _("It is what readers see in the results of a search.")),
        Need("starting_situation", 4, _("Readers look for a situation like theirs.")),
        Need("timeline", 5, _("What was done, and when, is the heart of a case.")),
        Need("results", 5, _("A case without results leaves readers halfway.")),
        Need("learning_points", 4, _("They are what readers take away.")),
        Need("applications", 4, _("They tell whether a practice worked elsewhere.")),
        Need("organization_context", 3, _("Size and constraints make a case comparable.")),
        Need("aims", 3, _("Results are read against the aims.")),
        Need("how_measured", 3, _("It tells how far the results can be trusted.")),
        Need("reasons", 2, _("Others face the same choice.")),
        Need("costs", 2, _("Time, people and money decide whether one can start.")),
        Need("cost_class", 2, _("It lets readers compare costs at a glance.")),
        Need("partners", 1, _("Readers want to know who had to be on board.")),
        Need("quotes", 1, _("A voice from the field convinces more than a report.")),
        Need("date_start", 1, _("Readers want to know how recent it is.")),
        *_COMMON,
    ),
    "lesson": (
        Need("summary", 3, _("It is what readers see in the results of a search.")),
        Need("lesson", 5, _("It is what others will remember.")),
        Need("happened", 5, _("Without the facts, nobody recognizes the situation.")),
        Need("recommendations", 4, _("They turn a lesson into something one can do.")),
        Need("root_causes", 4, _("Treating symptoms lets it happen again.")),
        Need("planned", 3, _("The gap with the plan is where the lesson is.")),
        Need("impact", 2, _("It tells successes from warnings.")),
        Need("severity", 2, _("It tells what to read first.")),
        Need("lesson_practices", 2, _("It warns those who read the practice concerned.")),
        Need("date_start", 1, _("Readers want to know how recent it is.")),
        *_COMMON,
    ),
}


def completeness(page: Page, known: Mapping[str, Any] | None = None) -> Completeness:
    """How complete `page` is, as it stands in memory; values in `known` are not asked of it."""
    found = known or {}
    return _weigh(
        type(page), lambda name: found[name] if name in found else getattr(page, name, None)
    )


def completeness_of_draft(model: type[Page], content: Mapping[str, Any]) -> Completeness:
    """How complete a page of type `model` is in the content of one of its revisions.

    No query at all, so that a list can show it for every row.
    """
    # Tags are kept in revisions as the rows that link them.
    return _weigh(model, lambda name: content.get("tagged_items" if name == "tags" else name))


def _weigh(model: type[Page], value_of: Callable[[str], Any]) -> Completeness:
    needs = NEEDS.get(getattr(model, "type_slug", ""), ())
    if value_of("anonymous_by_proxy"):
        # Nobody is named there: it would be wrong to ask for names.
        needs = tuple(
            need for need in needs if need.field not in {"contributions", "contact_email"}
        )
    missing = [need for need in needs if not is_filled(value_of(need.field))]
    missing.sort(key=lambda need: -need.weight)
    total = sum(need.weight for need in needs)
    filled = total - sum(need.weight for need in missing)
    return Completeness(
        percent=filled * 100 // total if total else 100,
        missing=tuple(missing),
        next_label=label_of(model, missing[0].field) if missing else "",
    )


def is_filled(value: Any) -> bool:
    """Whether a field's value says something: text with words, or at least one item."""
    if value is None:
        return False
    if isinstance(value, str):
        # "[]" is how a revision keeps an empty list of blocks.
        return plain_text(value) not in {"", "[]"}
    if hasattr(value, "all"):
        return bool(list(value.all()))
    if hasattr(value, "__len__"):
        return len(value) > 0
    return True


def label_of(page: Page | type[Page], field_name: str) -> str:
    """The name under which people know a field or an inline list of `page`."""
    field = page._meta.get_field(field_name)
    label = (
        field.related_model._meta.verbose_name_plural
        if field.auto_created and field.related_model
        else getattr(field, "verbose_name", field_name)
    )
    return str(capfirst(label))
