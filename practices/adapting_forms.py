"""The form in which a reader chooses for whom they adapt a page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.models import OrganizationPage


class _Homes(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.organization.name)


class AdaptForm(forms.Form):
    """The organization whose version it will be: one of those whose pages one writes."""

    home = _Homes(label=_("For which organization"), queryset=OrganizationPage.objects.none())

    def __init__(self, *args: Any, homes: Sequence[OrganizationPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["home"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = OrganizationPage.objects.filter(
            pk__in=[home.pk for home in homes]
        ).select_related("organization")
        field.initial = homes[0]
        field.empty_label = None
