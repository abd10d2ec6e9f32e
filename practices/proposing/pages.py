"""What the pages of the short form show, worked out, so that their templates only lay it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from practices.proposing.answers import Answer, Lines
from practices.proposing.selectors import (
    answers_of,
    documents_of,
    draft_of,
    photos_of,
    standing_of_proposal,
    values_of,
)
from practices.proposing.steps import ESSENTIALS, FILES, STEPS, TYPE

Text = str | Promise


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
class Question:
    """A field as it is shown: a group of boxes has a legend instead of a label."""

    field: Any
    example: Text = ""

    @property
    def is_group(self) -> bool:
        return bool(self.field.use_fieldset)

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


def step_context(
    page: Any, form: Any, step: int, conflict: Conflict | None = None
) -> dict[str, Any]:
    """What the page of a step with answers shows."""
    is_kept = bool(page.pk)
    return {
        "page": page,
        "form": form,
        "questions": questions(form),
        "locked": _locked(page, step) if is_kept else [],
        "errors": error_summary(form),
        "conflict": conflict,
        "progress": progress(step, page),
        "is_first": step == ESSENTIALS,
        "standing": standing_of_proposal(page) if is_kept else None,
    }


def _locked(page: Any, step: int) -> list[Locked]:
    draft = draft_of(page)
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


@dataclass(frozen=True)
class Review:
    """All answers of a proposal, and what is missing."""

    answers: Sequence[Checked]
    errors: Sequence[Problem]


def review(page: Any, draft: Any, missing: Sequence[tuple[int, str, str]]) -> Review:
    """What a person checks before they send their proposal."""
    lacking = {field for _step, field, _label in missing}
    found = []
    for step in STEPS:
        values = values_of(draft, answers_of(draft, step))
        for answer in answers_of(draft, step):
            url = _way_to(page, step, answer.field)
            locked = answer.field not in values
            found.append(
                Checked(
                    answer.label,
                    url,
                    [] if locked else answer.shown(values[answer.field]),
                    _html_of(draft, answer) if locked else "",
                    answer.field in lacking,
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
