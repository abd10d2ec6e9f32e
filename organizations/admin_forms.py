"""The form in which an organization is described."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm

from organizations.access import wrong_references


class OrganizationForm(WagtailAdminModelForm):
    """The data of an organization."""

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        used = [(type(logo), str(logo.pk))] if logo else []
        # A new organization has no images yet: 0 is the number of none.
        if wrong := wrong_references(used, self.instance.pk or 0):
            raise ValidationError(wrong)
        return logo
