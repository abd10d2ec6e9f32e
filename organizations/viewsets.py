"""Organizations in the admin, for leads and for those who run the site."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button

from organizations.admin_forms import OrganizationForm
from organizations.admin_views import OwnIndexView
from organizations.agreements.viewsets import AgreementViewSet
from organizations.models import Organization
from organizations.moderation.viewsets import ModerationPlanViewSet, RegisterViewSet
from organizations.policies import organization_policy
from organizations.services import Provisioned, provision_organization

# Only who may create organizations decides on what places one in the community.
PLACING = "organizations.add_organization"


class OrganizationCreateView(CreateView):
    """Creates an organization with all it needs."""

    def save_instance(self) -> Organization:
        organization: Organization = super().save_instance()
        provision_organization(organization)
        return organization


class OrganizationEditView(EditView):
    """Saves an organization; its pages, groups and workflow follow, and what is missing is made."""

    def save_instance(self) -> Organization:
        organization: Organization = super().save_instance()
        _tell(self.request, provision_organization(organization))
        return organization

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(
                _("Repair"),
                url=reverse("organizations:repair", args=[self.object.pk]),
                icon_name="rotate",
                priority=50,
            ),
        ]


def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Make what an organization lacks, after asking."""
    organization = get_object_or_404(Organization, pk=pk)
    if not organization_policy.user_has_permission_for_instance(
        request.user, "change", organization
    ):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "organizations/admin/repair.html", {"organization": organization})
    done = provision_organization(organization)
    _tell(request, done)
    if not done.made:
        messages.success(request, _("Nothing was missing."))
    return redirect("organizations:edit", pk)


def _tell(request: HttpRequest, done: Provisioned) -> None:
    if done.made:
        messages.info(request, _("Mended: %(what)s.") % {"what": ", ".join(done.made)})


class OrganizationViewSet(ModelViewSet):
    model = Organization
    name = "organizations"
    icon = "group"
    menu_label = gettext_lazy("Organizations")
    menu_order = 160
    index_view_class = OwnIndexView
    add_view_class = OrganizationCreateView
    edit_view_class = OrganizationEditView
    list_display = ["name_fr", "acronym", "kind", "joined_on"]
    list_filter = ["kind"]
    search_fields = ["name_fr", "name_en", "acronym"]
    inspect_view_enabled = True
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name_fr"), FieldPanel("name_en")]),
            FieldRowPanel([FieldPanel("slug", permission=PLACING), FieldPanel("acronym")]),
            FieldRowPanel(
                [FieldPanel("kind", permission=PLACING), FieldPanel("territory")],
            ),
            FieldPanel("ror", permission=PLACING),
            MultiFieldPanel(
                [FieldPanel("description_fr"), FieldPanel("description_en"), FieldPanel("logo")],
                heading=gettext_lazy("Presentation"),
            ),
            FieldRowPanel([FieldPanel("contact_email"), FieldPanel("website")]),
        ],
        base_form_class=OrganizationForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("repair/<int:pk>/", repair, name="repair")]


class OrganizationGroup(ViewSetGroup):
    """The entry “Organizations” of the admin's menu."""

    menu_label = gettext_lazy("Organizations")
    menu_icon = "group"
    menu_order = 160
    items = (
        OrganizationViewSet,
        AgreementViewSet,
        ModerationPlanViewSet,
        RegisterViewSet,
    )
