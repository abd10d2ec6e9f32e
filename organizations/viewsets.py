"""Organizations and memberships in the admin, for those who run the site."""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from organizations.models import Membership, Organization
from organizations.services import provision_organization


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
        if done := provision_organization(organization).made:
            messages.info(self.request, _("Mended: %(what)s.") % {"what": ", ".join(done)})
        return organization


class OrganizationViewSet(ModelViewSet):
    model = Organization
    name = "organizations"
    icon = "group"
    menu_label = gettext_lazy("Organizations")
    create_view_class = OrganizationCreateView
    edit_view_class = OrganizationEditView
    list_display = ["name_fr", "acronym", "kind", "joined_on"]
    list_filter = ["kind"]
    search_fields = ["name_fr", "name_en", "acronym"]
    inspect_view_enabled = True
    # An organization that has written something is never deleted, only left by its members.
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name_fr"), FieldPanel("name_en")]),
            FieldRowPanel([FieldPanel("slug"), FieldPanel("acronym")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("territory")]),
            FieldPanel("ror"),
            MultiFieldPanel(
                [FieldPanel("description_fr"), FieldPanel("description_en"), FieldPanel("logo")],
                heading=gettext_lazy("Presentation"),
            ),
            FieldRowPanel([FieldPanel("contact_email"), FieldPanel("website")]),
        ]
    )


class MembershipViewSet(ModelViewSet):
    model = Membership
    name = "memberships"
    icon = "user"
    menu_label = gettext_lazy("Memberships")
    list_display = ["user", "organization", "role", "since"]
    list_filter = ["organization", "role"]
    search_fields = ["user__last_name", "user__first_name", "user__email"]
    copy_view_enabled = False
    edit_handler = ObjectList([FieldPanel("user"), FieldPanel("organization"), FieldPanel("role")])


class OrganizationGroup(ViewSetGroup):
    """The entry “Organizations” of the admin's menu."""

    menu_label = gettext_lazy("Organizations")
    menu_icon = "group"
    menu_order = 160
    items = (OrganizationViewSet, MembershipViewSet)
