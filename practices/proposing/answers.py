"""How each answer of the short form is asked, read from a page and written to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.fields import StreamField

from organizations.models import SharingLevel
from practices.models import Contribution
from practices.models.tellers import name_of_teller, note_teller
from practices.proposing.writing import html_of, lines_of, moment_of, short_title, text_of
from taxonomy.models import Term

Text = Any  # a text, perhaps translated later


class PlainText(forms.CharField):
    """Text with line breaks as every system writes them."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


@dataclass(frozen=True)
class Answer:
    """A question of the form about one field of a page, in the reader's words.

    A `required` answer is needed before the proposal is sent, never to keep a draft.
    """

    field: str
    label: Text
    help: Text = ""
    example: Text = ""
    required: bool = False
    max_length: int = 10_000
    rows: int = 6
    autocomplete: str = "off"

    def form_field(self, page: Any) -> forms.Field:
        """The field of a form that asks it."""
        return PlainText(
            label=self.label,
            help_text=self.help,
            required=self.required,
            max_length=self.max_length,
            widget=self.widget(),
        )

    def widget(self) -> forms.Widget:
        return forms.Textarea({"rows": self.rows})

    def read(self, page: Any) -> Any:
        """The answer that `page` holds; None where it holds what this form would spoil."""
        return getattr(page, self.field)

    def write(self, page: Any, value: Any) -> None:
        """Keep the answer in `page`."""
        setattr(page, self.field, value)

    def is_asked_of(self, page: Any) -> bool:
        """Whether it makes sense to ask it."""
        return True

    def shown(self, value: Any) -> list[str]:
        """An answer as lines to read."""
        return [line for line in str(value or "").split("\n") if line.strip()]

    def lines_of(self, page: Any) -> list[str]:
        """The answer that `page` holds, as lines to check before it is sent."""
        return self.shown(self.read(page))


class Line(Answer):
    """A line of text."""

    def widget(self) -> forms.Widget:
        return forms.TextInput({"autocomplete": self.autocomplete})

    def form_field(self, page: Any) -> forms.Field:
        return forms.CharField(
            label=self.label,
            help_text=self.help,
            required=self.required,
            max_length=self.max_length,
            widget=self.widget(),
        )


class Short(Answer):
    """A few sentences without paragraphs."""


class Prose(Answer):
    """A few paragraphs, kept as rich text."""

    def read(self, page: Any) -> Any:
        return text_of(getattr(page, self.field) or "")

    def write(self, page: Any, value: Any) -> None:
        setattr(page, self.field, html_of(value))


class Lines(Answer):
    """One entry a line, kept as the blocks of a stream."""

    def read(self, page: Any) -> Any:
        found = []
        for block in getattr(page, self.field):
            lines = self.lines_of_block(block.value)
            if lines is None:
                return None
            found.extend(lines)
        return "\n".join(found)

    def write(self, page: Any, value: Any) -> None:
        stream = page._meta.get_field(self.field)
        assert isinstance(stream, StreamField)
        setattr(page, self.field, self.blocks(page, lines_of(value)))

    def blocks(self, page: Any, lines: list[str]) -> list[dict[str, Any]]:
        raise NotImplementedError

    def lines_of_block(self, value: Any) -> list[str] | None:
        raise NotImplementedError

    def shown(self, value: Any) -> list[str]:
        return lines_of(value or "")


def _one_line(rich_text: Any) -> str | None:
    text = text_of(rich_text.source)
    return text if text is not None and "\n" not in text else None


class Steps(Lines):
    """The steps of a practice, all in one building block."""

    def read(self, page: Any) -> Any:
        return None if len(getattr(page, self.field)) > 1 else super().read(page)

    def blocks(self, page: Any, lines: list[str]) -> list[dict[str, Any]]:
        with override(page.locale.language_code):
            title = _("The steps")
        for block in getattr(page, self.field):
            title = block.value["title"]
        if not lines:
            return []
        value = {
            "title": title,
            "aim": "",
            "steps": [html_of(line) for line in lines],
            "enabling_factors": "",
        }
        return [{"type": "building_block", "value": value}]

    def lines_of_block(self, value: Any) -> list[str] | None:
        if value["aim"] or (value["enabling_factors"] and value["enabling_factors"].source):
            return None
        lines = [_one_line(step) for step in value["steps"]]
        return None if None in lines else [line for line in lines if line]


class Moments(Lines):
    """What was done, in the order of time: “September 2024: we met”."""

    def form_field(self, page: Any) -> forms.Field:
        field = super().form_field(page)
        field.validators.append(_each_has_a_time)
        return field

    def blocks(self, page: Any, lines: list[str]) -> list[dict[str, Any]]:
        blocks = []
        for when, what in map(moment_of, lines):
            title = short_title(what)
            text = html_of(what) if title != what else ""
            value = {"date": when, "title": title, "text": text}
            blocks.append({"type": "moment", "value": value})
        return blocks

    def lines_of_block(self, value: Any) -> list[str] | None:
        more = _one_line(value["text"]) if value["text"] else ""
        if more is None or (more and short_title(more) != value["title"]):
            return None
        what = more or value["title"]
        if not value["date"]:
            return [what]
        return [_("%(what)s: %(words)s") % {"what": value["date"], "words": what}]


def _each_has_a_time(text: str) -> None:
    for number, line in enumerate(lines_of(text), 1):
        if not moment_of(line)[0]:
            raise ValidationError(
                _(
                    "Line %(number)s: begin with when it was, then a colon, "
                    "such as “September 2024: first meeting”."
                )
                % {"number": number}
            )


class Recommendations(Lines):
    """What to do from now on."""

    def blocks(self, page: Any, lines: list[str]) -> list[dict[str, Any]]:
        return [
            {"type": "recommendation", "value": {"action": html_of(line), "owner": ""}}
            for line in lines
        ]

    def lines_of_block(self, value: Any) -> list[str] | None:
        line = _one_line(value["action"])
        return None if line is None or value["owner"] else [line]


class TermsField(forms.TypedMultipleChoiceField):
    """Terms of a vocabulary, as boxes to tick; `tree` gives each term with its depth."""

    widget = forms.CheckboxSelectMultiple
    tree: Sequence[tuple[Term, int]] = ()

    def offer(self, tree: Sequence[tuple[Term, int]]) -> None:
        """Let one choose among the terms of `tree`."""
        self.tree = tree
        self.choices = [(term.pk, term.label) for term, _depth in tree]


@dataclass(frozen=True)
class Terms(Answer):
    """Terms of a vocabulary."""

    vocabulary: str = ""

    def form_field(self, page: Any) -> forms.Field:
        """The field, which is offered its terms where those of all fields are read at once."""
        return TermsField(label=self.label, help_text=self.help, required=self.required, coerce=int)

    def read(self, page: Any) -> Any:
        return sorted(term.pk for term in getattr(page, self.field).all())

    def write(self, page: Any, value: Any) -> None:
        getattr(page, self.field).set(Term.objects.filter(pk__in=value))

    def shown(self, value: Iterable[int]) -> list[str]:
        return [term.label for term in Term.objects.filter(pk__in=value).order_by("order", "path")]

    def lines_of(self, page: Any) -> list[str]:
        terms = sorted(getattr(page, self.field).all(), key=lambda term: (term.order, term.path))
        return [term.label for term in terms]


class Readers(Answer):
    """Who may read the page once it is published."""

    def form_field(self, page: Any) -> forms.Field:
        return forms.ChoiceField(
            label=self.label,
            help_text=self.help,
            choices=SharingLevel.choices,
            widget=forms.RadioSelect,
        )

    def shown(self, value: str) -> list[str]:
        return [str(SharingLevel(value).label)]


class Teller(Line):
    """Who told a lesson that names nobody: kept apart from the page, and only for such a one."""

    def read(self, page: Any) -> Any:
        return name_of_teller(page.pk) if page.anonymous_by_proxy else ""

    def write(self, page: Any, value: Any) -> None:
        note_teller(page.pk, value if page.anonymous_by_proxy else "")


class Tick(Answer):
    """Yes or no."""

    def form_field(self, page: Any) -> forms.Field:
        return forms.BooleanField(label=self.label, help_text=self.help, required=False)

    def shown(self, value: bool) -> list[str]:
        return [_("Yes") if value else _("No")]


class Unnamed(Tick):
    """Whether a lesson names nobody: not who proposes it either."""

    def write(self, page: Any, value: Any) -> None:
        if value != page.anonymous_by_proxy:
            super().write(page, value)
            credit_owner(page, not value)


class Credit(Tick):
    """Whether who proposes a page is named as its author."""

    def is_asked_of(self, page: Any) -> bool:
        return bool(page.names_people)

    def form_field(self, page: Any) -> forms.Field:
        label = _("%(question)s: %(name)s") % {"question": self.label, "name": page.owner}
        return forms.BooleanField(label=label, help_text=self.help, required=False)

    def read(self, page: Any) -> Any:
        return any(each.user_id == page.owner_id for each in page.contributions.all())

    def write(self, page: Any, value: Any) -> None:
        credit_owner(page, value)

    def lines_of(self, page: Any) -> list[str]:
        named = [each for each in page.contributions.all() if each.user_id == page.owner_id]
        return [str(each) for each in named] or [_("No")]


def credit_owner(page: Any, is_named: bool) -> None:
    """Name who proposes `page` as its author, with the organization, or no longer."""
    credits = [each for each in page.contributions.all() if each.user_id == page.owner_id]
    if credits and not is_named:
        page.contributions.remove(*credits)
    elif is_named and not credits:
        affiliation = page.organization.name_in(page.locale.language_code)
        page.contributions.add(
            Contribution(
                name=str(page.owner)[:150],
                user=page.owner,
                affiliation=affiliation[:200],
                sort_order=page.contributions.count(),
            )
        )
