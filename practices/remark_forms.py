"""The forms in which remarks are written and answered."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from practices.models.remarks import MOST_CHARACTERS


class _TextField(forms.CharField):
    """A text as long as the browser says: it counts one character where a line ends, and sends two.

    Its `maxlength` would let people write what is refused here.
    """

    def to_python(self, value: Any) -> str:
        return normalize_newlines(super().to_python(value) or "")


class RemarkForm(forms.Form):
    """A remark, and the organization for which it is written."""

    organization: "forms.ModelChoiceField[Organization]" = forms.ModelChoiceField(
        label=_("For which organization"), queryset=Organization.objects.none()
    )
    text = _TextField(
        label=_("Your remark"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("At most 4000 characters. The text is shown as you type it."),
    )

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organization.objects.filter(pk__in=[each.pk for each in organizations])
        field.initial = organizations[0]
        field.empty_label = None


class AnswerForm(forms.Form):
    """The answer to one remark."""

    text = _TextField(
        label=_("Your answer"), max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 5})
    )
