"""The forms in which a page is moved to another status, or said to still hold."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminPageChooser

from practices.life_cycle import Move
from practices.models import KnowledgePage
from practices.services import label_of_state


class _ServiceForm(forms.Form):
    """A form whose rules are those of a service."""

    def refuse(self, error: ValidationError) -> None:
        """Show what the service found, each reason beside its field where there is one."""
        found = getattr(error, "error_dict", {NON_FIELD_ERRORS: [error]})
        for name, errors in found.items():
            # The reason has a field for each language.
            name = "reason_fr" if name == "reason" else name
            self.add_error(name if name in self.fields else None, errors)


class VerificationForm(_ServiceForm):
    """A note and the next date, if there is anything to say."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What you checked, and how. Readers see it."),
    )
    review_by = forms.DateField(
        label=_("Next review by"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty, it follows from the review period of its type."),
    )


class StatusForm(_ServiceForm):
    """The next status, why, and what to use instead."""

    status = forms.ChoiceField(label=_("New status"), widget=forms.RadioSelect)
    reason_fr = forms.CharField(
        label=_("Reason (French)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Readers see it. One language is enough; both are better."),
    )
    reason_en = forms.CharField(
        label=_("Reason (English)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    successor: "forms.ModelChoiceField[KnowledgePage]" = forms.ModelChoiceField(
        label=_("What to use instead"),
        required=False,
        queryset=KnowledgePage.objects.all(),
        widget=AdminPageChooser(target_models=[KnowledgePage]),
        help_text=_("For what is discouraged or retired. Readers who may not see it are not told."),
    )

    def __init__(self, *args: Any, moves: dict[str, Move], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(state or "in-use", label_of_state(state)) for state in moves]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]
        if not any(move.takes_successor for move in moves.values()):
            del self.fields["successor"]

    def clean_status(self) -> str:
        """The identifier of the status; “in use” has none, which no radio button can send."""
        chosen: str = self.cleaned_data["status"]
        return "" if chosen == "in-use" else chosen

    @property
    def reasons(self) -> dict[str, str]:
        """The reason by language."""
        return {code: self.cleaned_data[f"reason_{code}"] for code in ("fr", "en")}
