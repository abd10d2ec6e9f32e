"""The public pages of the organizations, under which all their content lives."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.images.shortcuts import get_rendition_or_not_found

from core.linked_data import as_script, graph
from core.models import BasePage, User
from organizations.linked_data import page_node
from organizations.models.permissions import MadePagePermissionTester


class OrganizationIndexPage(BasePage):
    """The list of the community's organizations in one language."""

    parent_page_types = ["core.HomePage"]
    subpage_types = ["organizations.OrganizationPage"]
    max_count_per_parent = 1
    template = "organizations/organization_index_page.html"

    class Meta:
        verbose_name = _("list of organizations")
        verbose_name_plural = _("lists of organizations")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["organization_pages"] = (
            OrganizationPage.objects.child_of(self)
            .live()
            .select_related("organization__logo", "organization__territory")
            .order_by("title")
        )
        context["ancestors"] = self.pages_above()
        return context


class OrganizationPage(BasePage):
    """One organization in one language; its content lives below."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organization"),
        on_delete=models.PROTECT,
        related_name="pages",
        editable=False,
    )

    parent_page_types = ["organizations.OrganizationIndexPage"]
    is_creatable = False  # made by `provision_organization`, never by hand
    template = "organizations/organization_page.html"

    class Meta:
        verbose_name = _("organization page")
        verbose_name_plural = _("organization pages")

    @classmethod
    def to_read(cls) -> Any:
        """With the organization that it is about."""
        return super().to_read().select_related("organization")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["ancestors"] = self.pages_above()
        image = self.organization.logo
        logo = context["logo"] = get_rendition_or_not_found(image, "max-240x120") if image else None
        node = page_node(self, request, logo=logo)
        context["linked_data"] = as_script(graph(self, node, request))
        return context

    def permissions_for_user(self, user: User) -> MadePagePermissionTester:
        """What `user` may do with this page: write below it, no more."""
        return MadePagePermissionTester(user, self)
