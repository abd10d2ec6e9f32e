"""The forms in which organizations and their members are managed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from core.models import User
from organizations.access import wrong_references
from organizations.models import Membership
from organizations.policies import led_organizations


class OrganizationForm(WagtailAdminModelForm):
    """The data of an organization."""

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        used = [(type(logo), str(logo.pk))] if logo else []
        # A new organization has no images yet: 0 is the number of none.
        if wrong := wrong_references(used, self.instance.pk or 0):
            raise ValidationError(wrong)
        return logo


class MembershipForm(WagtailAdminModelForm):
    """A role for somebody who has an account, named by their address.

    A list of everyone with an account would tell leads about people they have no part in.
    """

    email = forms.EmailField(label=gettext_lazy("e-mail address"))

    class Meta:
        model = Membership
        fields = ("organization", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        if self.instance.pk:
            self.fields["email"].initial = self.instance.user.email
            self.fields["email"].disabled = True
            self.fields["organization"].disabled = True
        elif not user.is_superuser:
            mine = led_organizations(user)
            self.fields["organization"].queryset = mine
            self.fields["organization"].initial = mine.first()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if self.instance.pk:
            person: User | None = self.instance.user
        elif data.get("email"):
            person = User.objects.filter(email__iexact=data["email"], is_active=True).first()
            if person is None:
                self.add_error(
                    "email",
                    _("Nobody has an account with this address: ask who runs the site for one."),
                )
        else:
            person = None
        if person is None or not data.get("organization") or not data.get("role"):
            return data
        if self.instance.pk and person == self.for_user and not person.is_superuser:
            raise ValidationError(_("Ask another lead to change your own role."))
        same = Membership.objects.filter(
            user=person, organization=data["organization"], role=data["role"]
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("role", _("This person holds this role already."))
        self.instance.user = person
        return data
