"""The form in which a person chooses how to be told."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import one_line
from notifications.kinds import Frequency, Kind
from notifications.models import SavedSearch


class ChoicesForm(forms.Form):
    """One list for each of `kinds` of notices."""

    def __init__(self, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[kind.name] = forms.ChoiceField(label=kind.label, choices=Frequency.choices)


# Of a saved search; what is gathered comes in one mail for each search.
HOW_OFTEN = [
    (Frequency.IMMEDIATE, _("at once")),
    (Frequency.DAILY, _("every morning")),
    (Frequency.WEEKLY, _("every Monday")),
    (Frequency.NEVER, _("no mail")),
]


class FrequencyForm(forms.ModelForm[SavedSearch]):
    """How often mail tells what a saved search found."""

    frequency = forms.ChoiceField(label=_("Tell me by mail"), choices=HOW_OFTEN)

    class Meta:
        model = SavedSearch
        fields = ["frequency"]


class SaveSearchForm(FrequencyForm):
    """A name for a search, and how often mail tells what is new in it."""

    class Meta(FrequencyForm.Meta):
        fields = ["name", "frequency"]
        labels = {"name": _("Name of this search")}
        help_texts = {"name": _("It is the subject of the mails.")}

    def clean_name(self) -> str:
        """On one line, as a subject is."""
        return one_line(self.cleaned_data["name"])
