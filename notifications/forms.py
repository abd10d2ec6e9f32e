"""The form in which a person chooses how to be told."""

from typing import Any

from django import forms

from notifications.kinds import KINDS, Frequency


class ChoicesForm(forms.Form):
    """One list for each kind of notice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in KINDS.values():
            self.fields[kind.name] = forms.ChoiceField(label=kind.label, choices=Frequency.choices)
