"""Members, invitations, roles in the community and accounts, in the admin."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button, HeaderButton

from accounts import admin_views
from accounts.admin_forms import CommunityRoleForm, InvitationForm, RoleForm
from accounts.models import Invitation, InvitationState
from accounts.services import invite
from core.dates import date_format
from core.models import User
from organizations.admin_views import OwnIndexView
from organizations.models import CommunityMembership, Membership
from organizations.services import (
    change_role,
    give_community_role,
    remove_member,
    take_community_role,
)


class ServiceView:
    """A view of the admin whose writing is done by a service, which may refuse."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except ValidationError as error:
            form.add_error(None, error.messages)
            self.form = form
            self.produced_error_code = "validation_error"
            self.produced_error_message = " ".join(error.messages)
            return self.form_invalid(form)  # type: ignore[attr-defined]
        return answer


class ServiceDeleteView(DeleteView):
    """A confirmation page whose deleting is done by a service, which may refuse."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().form_valid(form)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return redirect(self.index_url_name)
        return answer


class ActsViewSet(ModelViewSet):
    """Offers some of the usual views only, and acts of its own on one row."""

    kept_views: ClassVar[frozenset[str]] = frozenset({"index", "index_results"})
    copy_view_enabled = False
    add_to_reference_index = False

    def get_urlpatterns(self) -> list[Any]:
        return [each for each in super().get_urlpatterns() if each.name in self.kept_views]

    def register_admin_url_finder(self) -> None:
        """There is no page on which one row is edited."""

    def get_delete_view_kwargs(self, **kwargs: Any) -> Any:
        return super().get_delete_view_kwargs(**{**kwargs, "usage_url_name": None})


# Members


class MembershipIndexView(OwnIndexView):
    """The members; new ones are invited."""

    page_title = gettext_lazy("Members")

    def get_add_url(self) -> None:
        return None

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Invite"), url=reverse("invitations:add"), icon_name="plus")]


class MembershipEditView(ServiceView, EditView):
    """Changes a role."""

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def save_instance(self) -> Membership:
        stored = Membership.objects.select_related("organization", "user").get(pk=self.object.pk)
        return change_role(stored, role=self.form.cleaned_data["role"], by=self.request.user)


class MembershipDeleteView(ServiceDeleteView):
    """Takes a role away."""

    page_title = gettext_lazy("Take the role away")

    @property
    def confirmation_message(self) -> str:
        return _(
            "%(person)s will no longer be %(role)s of %(organization)s. Their name stays on what"
            " they wrote."
        ) % {
            "person": self.object.user,
            "role": self.object.get_role_display(),
            "organization": self.object.organization,
        }

    def delete_action(self) -> None:
        membership = self.object
        remove_member(
            membership.organization,
            user=membership.user,
            role=membership.role,
            by=self.request.user,
        )


class MembershipViewSet(ModelViewSet):
    model = Membership
    name = "memberships"
    icon = "user"
    menu_label = gettext_lazy("Members")
    index_view_class = MembershipIndexView
    edit_view_class = MembershipEditView
    delete_view_class = MembershipDeleteView
    list_display = [
        "user",
        Column("email", label=gettext_lazy("E-mail address"), accessor="user.email"),
        "organization",
        Column("role", label=gettext_lazy("Role"), accessor="get_role_display"),
        "since",
    ]
    list_filter = ["organization", "role"]
    search_fields = ["user__last_name", "user__first_name", "user__email"]
    copy_view_enabled = False
    edit_handler = ObjectList([FieldPanel("role")], base_form_class=RoleForm)

    def get_urlpatterns(self) -> list[Any]:
        return [each for each in super().get_urlpatterns() if each.name != "add"]


# Invitations


class InvitationIndexView(OwnIndexView):
    """The invitations, the latest first, with what may be done to each."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("organization")

    def get_edit_url(self, instance: Invitation) -> None:
        return None

    def get_list_more_buttons(self, instance: Invitation) -> list[Button]:
        buttons = []
        if instance.state in (InvitationState.PENDING, InvitationState.EXPIRED):
            buttons.append(
                Button(
                    _("Send again"),
                    url=reverse("invitations:resend", args=[instance.pk]),
                    icon_name="mail",
                )
            )
            buttons.append(
                Button(
                    _("Withdraw"),
                    url=reverse("invitations:revoke", args=[instance.pk]),
                    icon_name="cross",
                )
            )
        return buttons


class InvitationCreateView(ServiceView, CreateView):
    """Invites somebody; the answer is the same whether they have an account or not."""

    page_title = gettext_lazy("Invite")
    submit_button_label = gettext_lazy("Send the invitation")
    submit_button_active_label = gettext_lazy("Sending…")

    def save_instance(self) -> Invitation:
        return invite(**self.form.cleaned_data, by=self.request.user)

    def get_success_message(self, instance: Invitation) -> str | None:
        if instance.sent_at is None:
            messages.warning(self.request, admin_views.not_sent())
            return None
        return _("The invitation was sent to %(email)s.") % {"email": instance.email}

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_edit_url(self) -> str:
        return reverse("invitations:index")


class InvitationViewSet(ActsViewSet):
    model = Invitation
    name = "invitations"
    icon = "mail"
    menu_label = gettext_lazy("Invitations")
    kept_views = frozenset({"index", "index_results", "add"})
    index_view_class = InvitationIndexView
    add_view_class = InvitationCreateView
    list_display = [
        "email",
        "organization",
        Column("role", label=gettext_lazy("Role"), accessor="get_role_display"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        DateColumn("sent_at", label=gettext_lazy("Sent")),
        # A date to come, which Wagtail's own column would tell as one that has passed.
        Column(
            "expires_at",
            label=gettext_lazy("Valid until"),
            accessor=lambda each: date_format(localtime(each.expires_at), "SHORT_DATE_FORMAT"),
        ),
    ]
    list_filter = ["organization", "role"]
    search_fields = ["email"]
    edit_handler = ObjectList(
        [
            FieldPanel("email"),
            FieldRowPanel([FieldPanel("organization"), FieldPanel("role")]),
            FieldPanel("language"),
        ],
        base_form_class=InvitationForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("resend/<int:pk>/", admin_views.resend_invitation, name="resend"),
            path("revoke/<int:pk>/", admin_views.withdraw_invitation, name="revoke"),
        ]


# The community


class CommunityRoleCreateView(ServiceView, CreateView):
    """Gives a role in the community."""

    def save_instance(self) -> CommunityMembership:
        given = self.form.instance
        return give_community_role(user=given.user, role=given.role, by=self.request.user)

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_edit_url(self) -> str:
        return reverse("community_roles:index")


class CommunityRoleDeleteView(ServiceDeleteView):
    """Takes a role in the community away."""

    page_title = gettext_lazy("Take the role away")

    def delete_action(self) -> None:
        take_community_role(self.object, by=self.request.user)


class CommunityRoleIndexView(IndexView):
    """Who does what for the community."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("user")

    def get_edit_url(self, instance: CommunityMembership) -> None:
        return None


class CommunityRoleViewSet(ActsViewSet):
    model = CommunityMembership
    name = "community_roles"
    url_prefix = "community-roles"
    icon = "group"
    menu_label = gettext_lazy("Roles in the community")
    kept_views = frozenset({"index", "index_results", "add", "delete"})
    index_view_class = CommunityRoleIndexView
    add_view_class = CommunityRoleCreateView
    delete_view_class = CommunityRoleDeleteView
    list_display = [
        "user",
        Column("email", label=gettext_lazy("E-mail address"), accessor="user.email"),
        Column("role", label=gettext_lazy("Role"), accessor="get_role_display"),
        "since",
    ]
    list_filter = ["role"]
    search_fields = ["user__last_name", "user__first_name", "user__email"]
    edit_handler = ObjectList(
        [FieldPanel("email"), FieldPanel("role")], base_form_class=CommunityRoleForm
    )


class AccountIndexView(IndexView):
    """Every account, for those who run the site."""

    page_title = gettext_lazy("Accounts")

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().order_by("last_name", "first_name", "pk")

    def get_add_url(self) -> None:
        return None

    def get_edit_url(self, instance: User) -> None:
        return None

    def get_list_more_buttons(self, instance: User) -> list[Button]:
        if instance == self.request.user:
            return []
        verb, label = ("deactivate", _("Deactivate")) if instance.is_active else (
            "reactivate",
            _("Reactivate"),
        )  # fmt: skip
        return [
            Button(label, url=reverse(f"people:{verb}", args=[instance.pk]), icon_name="user"),
            Button(
                _("Remove the second factor"),
                url=reverse("people:remove_second_factor", args=[instance.pk]),
                icon_name="key",
            ),
        ]


class AccountViewSet(ActsViewSet):
    model = User
    name = "people"
    icon = "user"
    menu_label = gettext_lazy("Accounts")
    index_view_class = AccountIndexView
    list_display = [
        # Wagtail puts the acts in the first column, and only where it makes that column itself.
        "email",
        Column("name", label=gettext_lazy("Name"), accessor=str),
        BooleanColumn("is_active", label=gettext_lazy("Active")),
        DateColumn("last_login", label=gettext_lazy("Last sign-in")),
    ]
    list_filter = ["is_active"]
    search_fields = ["last_name", "first_name", "email"]
    form_fields: list[str] = []

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("deactivate/<int:pk>/", admin_views.deactivate, name="deactivate"),
            path("reactivate/<int:pk>/", admin_views.reactivate, name="reactivate"),
            path(
                "remove-second-factor/<int:pk>/",
                admin_views.take_second_factor,
                name="remove_second_factor",
            ),
        ]


class PeopleGroup(ViewSetGroup):
    """The entry “People” of the admin's menu."""

    menu_label = gettext_lazy("People")
    menu_icon = "user"
    menu_order = 165
    items = (MembershipViewSet, InvitationViewSet, CommunityRoleViewSet, AccountViewSet)
