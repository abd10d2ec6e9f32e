"""The form in which a page of an organization is written."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from wagtail.admin.forms import WagtailAdminPageForm

from organizations.access import wrong_references


class OrganizationOwnedPageForm(WagtailAdminPageForm):
    """Refuses what the page's organization may not show."""

    @property
    def owner_id(self) -> int | None:
        """The organization of the page, or that of the page under which it is being made."""
        owner_id: int | None = self.instance.organization_id
        if owner_id is None and self.parent_page is not None:
            owner_id = getattr(self.parent_page.specific, "organization_id", None)
        return owner_id

    def is_valid(self) -> bool:
        """Whether all is well, the rows below the page and what they refer to included."""
        if not super().is_valid():
            return False
        if self.owner_id is not None:
            for message in wrong_references(_references(self), self.owner_id):
                self.add_error(None, message)
        return not self.errors


def _references(form: Any) -> Iterator[tuple[type[Model], str]]:
    """What the data of `form` and of its rows refers to."""
    for name, value in form.cleaned_data.items():
        if isinstance(value, Model):
            yield type(value), str(value.pk)
            continue
        try:
            field = form._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if value and hasattr(field, "extract_references"):
            for model, pk, *_path in field.extract_references(value):
                yield model, pk
    for formset in getattr(form, "formsets", {}).values():
        for row in formset.forms:
            if row.is_valid():
                yield from _references(row)
