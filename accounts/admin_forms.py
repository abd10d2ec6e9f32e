"""The forms in which people are invited and roles are given."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from accounts.models import Invitation
from core.languages import language_of
from core.models import User
from organizations.models import CommunityMembership, Membership
from organizations.policies import led_organizations


class InvitationForm(WagtailAdminModelForm):
    """Whom to invite, and to what."""

    class Meta:
        model = Invitation
        fields = ("email", "organization", "role", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = language_of(self.for_user)
        if not self.for_user.is_superuser:
            mine = led_organizations(self.for_user)
            self.fields["organization"].queryset = mine
            self.fields["organization"].initial = mine.first()


class RoleForm(WagtailAdminModelForm):
    """Another role for a member."""

    class Meta:
        model = Membership
        fields = ("role",)


class CommunityRoleForm(WagtailAdminModelForm):
    """A role in the community for somebody who has an account, named by their address."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))

    class Meta:
        model = CommunityMembership
        fields = ("role",)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise ValidationError(
                _("Nobody has an account with this address: invite them to an organization first.")
            )
        self.instance.user = person
        return email
