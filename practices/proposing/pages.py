"""What the pages of the short form show, worked out, so that their templates only lay it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from practices.completeness import NEEDS
from practices.proposing.answers import Answer, Lines, TermsField
from practices.proposing.selectors import (
    answers_of,
    documents_of,
    photos_of,
    standing_of_proposal,
    themes_of_words,
    values_of,
)
from practices.proposing.steps import ESSENTIALS, FILES, STEPS, TYPE

Text = str | Promise
# A list of terms that can be shown whole.
SHORT_LIST = 20


@dataclass(frozen=True)
class Progress:
    """At which step a person is."""

    step: int
    label: Text
    steps: int = len(STEPS)
    back: str = ""


@dataclass(frozen=True)
class Problem:
    """Something to mend, and the address of where: a field of this page, or another step."""

    url: str
    text: str


@dataclass(frozen=True)
class Group:
    """The boxes of a part of a long list, under its name."""

    label: str
    boxes: Sequence[Any]


@dataclass(frozen=True)
class Question:
    """A field as it is shown: a group of boxes has a legend instead of a label.

    Of a long list, the boxes that are ticked or near to what was written are shown, and the others
    in groups to open.
    """

    field: Any
    example: Text = ""
    near: Sequence[Any] = ()
    groups: Sequence["Group"] = ()

    @property
    def is_group(self) -> bool:
        return bool(self.field.use_fieldset)

    @property
    def is_optional(self) -> bool:
        """Whether it may stay without an answer when the proposal is sent."""
        return not getattr(self.field.field, "is_needed", self.field.field.required)

    @property
    def is_tick(self) -> bool:
        return self.field.widget_type == "checkbox"

    @property
    def is_short(self) -> bool:
        """Whether its length is counted while one types."""
        return (self.field.field.max_length or 10_000) <= 500


@dataclass(frozen=True)
class Locked:
    """An answer that was written in the admin, with more than a plain box can hold."""

    label: Text
    html: SafeString
    url: str


@dataclass(frozen=True)
class Difference:
    """An answer that was changed elsewhere: what it is there by now."""

    label: Text
    lines: Sequence[str]


@dataclass(frozen=True)
class Conflict:
    """The answers of a step that another window or person changed meanwhile."""

    differences: Sequence[Difference]

    @classmethod
    def between(
        cls, answers: Iterable[Answer], mine: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> "Conflict":
        return cls(
            [
                Difference(each.label, each.shown(theirs[each.field]))
                for each in answers
                if each.field in theirs and theirs[each.field] != mine.get(each.field)
            ]
        )


def progress(step: int, page: Any = None) -> Progress:
    """At which step a person is, and the way back to the one before."""
    back = ""
    if page is not None and page.pk and step > TYPE:
        back = reverse("proposing:step", args=[page.persistent_id, step - 1])
    return Progress(step, STEPS[step], back=back)


def questions(form: Any) -> list[Question]:
    """The fields of a form in their order."""
    return [Question(field, getattr(field.field, "example", "")) for field in form.visible_fields()]


def error_summary(form: Any) -> list[Problem]:
    """What is wrong, each with the way to its field."""
    if not form.is_bound:
        return []
    found = [Problem("#main", str(text)) for text in form.non_field_errors()]
    for field in form.hidden_fields():
        found += [Problem("#main", str(text)) for text in field.errors]
    for field in form.visible_fields():
        # A group has no control of its own name: the way leads to its first box.
        anchor = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        found += [Problem(f"#{anchor}", f"{field.label} – {text}") for text in field.errors]
    return found


def _in_groups(question: Question, draft: Any, user: Any) -> Question:
    """The question as it is shown: a list of terms that is long, in groups."""
    field = question.field.field
    if not isinstance(field, TermsField) or len(field.tree) <= SHORT_LIST:
        return question
    near = themes_of_words(draft, [term for term, _depth in field.tree], user)
    shown = {term.pk for term in near}
    boxes = list(question.field)
    order = {term.pk: place for place, term in enumerate(near)}
    first = [box for box in boxes if box.data["selected"] or box.data["value"] in shown]
    first.sort(key=lambda box: order.get(box.data["value"], -1))
    groups: dict[str, list[Any]] = {}
    name = ""
    for box, (term, depth) in zip(boxes, field.tree, strict=True):
        name = term.label if depth == 0 else name
        if box not in first:
            groups.setdefault(name, []).append(box)
    parts = [Group(label, found) for label, found in groups.items()]
    return replace(question, near=first, groups=parts)


def step_context(
    page: Any, draft: Any, form: Any, step: int, user: Any, conflict: Conflict | None = None
) -> dict[str, Any]:
    """What the page of a step with answers shows."""
    is_kept = bool(page.pk)
    return {
        "proposal": page,
        "form": form,
        "questions": [_in_groups(each, draft, user) for each in questions(form)],
        "locked": _locked(page, draft, step) if is_kept else [],
        "errors": error_summary(form),
        "conflict": conflict,
        "progress": progress(step, page),
        "is_first": step == ESSENTIALS,
        "standing": standing_of_proposal(page) if is_kept else None,
    }


def _locked(page: Any, draft: Any, step: int) -> list[Locked]:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return [
        Locked(answer.label, _html_of(draft, answer), url)
        for answer in answers_of(draft, step)
        if answer.read(draft) is None
    ]


def _html_of(draft: Any, answer: Answer) -> SafeString:
    value = getattr(draft, answer.field)
    # Both are cleaned when they are saved, as everywhere where pages are read.
    html = str(value.render_as_block()) if isinstance(answer, Lines) else expand_db_html(value)
    return SafeString(html)


# Checking before sending


@dataclass(frozen=True)
class Checked:
    """A question, what was answered, and the way to change it."""

    label: Text
    url: str
    lines: Sequence[str]
    html: SafeString | str = ""
    is_missing: bool = False
    # What the answer would bring, where there is none.
    advice: Text = ""


@dataclass(frozen=True)
class Review:
    """All answers of a proposal, and what is missing."""

    answers: Sequence[Checked]
    errors: Sequence[Problem]


def review(page: Any, draft: Any, missing: Sequence[tuple[int, str, str]]) -> Review:
    """What a person checks before they send their proposal."""
    lacking = {field for _step, field, _label in missing}
    reasons = {need.field: need.why for need in NEEDS[page.type_slug]}
    found = []
    for step in STEPS:
        answers = answers_of(draft, step)
        values = values_of(draft, answers)
        for answer in answers:
            locked = answer.field not in values
            lines = [] if locked else answer.lines_of(draft)
            found.append(
                Checked(
                    answer.label,
                    _way_to(page, step, answer.field),
                    lines,
                    _html_of(draft, answer) if locked else "",
                    answer.field in lacking,
                    "" if lines or locked else reasons.get(answer.field, ""),
                )
            )
    url = reverse("proposing:step", args=[page.persistent_id, FILES])
    names = [str(each) for each in [*photos_of(draft), *documents_of(draft)]]
    found.append(Checked(STEPS[FILES], url, names))
    errors = [
        Problem(
            _way_to(page, step, field), _("“%(question)s” is not answered.") % {"question": label}
        )
        for step, field, label in missing
    ]
    return Review(found, errors)


def _way_to(page: Any, step: int, field: str) -> str:
    return reverse("proposing:step", args=[page.persistent_id, step]) + f"#id_{field}"
