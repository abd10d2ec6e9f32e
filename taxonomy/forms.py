"""The forms in which vocabularies and terms are managed."""

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from taxonomy.models import Edition, Term
from taxonomy.services import check_place, check_replacement, replace_term


class TermForm(WagtailAdminModelForm):
    """A term; its broader term, edition and replacement come from its own vocabulary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["vocabulary"].disabled = True
        vocabulary = self.instance.vocabulary_id
        for name in ("parent", "replaced_by"):
            terms = Term.objects.active().exclude(pk=self.instance.pk)
            current = getattr(self.instance, f"{name}_id")
            terms = terms | Term.objects.filter(pk=current)
            self._offer(name, terms.select_related("vocabulary"), vocabulary)
        editions = Edition.objects.select_related("vocabulary")
        self._offer("edition", editions, vocabulary)

    def _offer(self, name: str, rows: Any, vocabulary: int | None) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        if vocabulary is not None:
            field.queryset = rows.filter(vocabulary=vocabulary)
        else:
            # The vocabulary is chosen in the same form: say of each choice where it belongs.
            field.queryset = rows
            field.label_from_instance = _label_with_vocabulary  # type: ignore[method-assign]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        by = cleaned.get("replaced_by")
        if by is not None and "replaced_by" in self.changed_data and self.instance.pk:
            check_replacement(self.instance, by=by)
        if "parent" in self.changed_data and self.instance.pk:
            check_place(self.instance, parent=cleaned.get("parent"))
        return cleaned

    def save(self, commit: bool = True) -> Term:
        """Save the term; a replacement that is new is carried out on every page."""
        term: Term = super().save(commit)
        if commit and term.replaced_by and "replaced_by" in self.changed_data:
            replace_term(term, by=term.replaced_by)
        return term


def _label_with_vocabulary(obj: Any) -> str:
    return f"{obj.vocabulary} · {obj}"
