"""The page “Search index” among the admin's reports."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.admin_views import PERMISSION, index_state, retry


class SearchIndexMenuItem(MenuItem):
    """Shown to those who may try again what failed."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The addresses of the page and of its button."""
    return [
        path("search-index/", index_state, name="search_index"),
        path("search-index/retry/", retry, name="search_index_retry"),
    ]


@hooks.register("register_reports_menu_item")
def register_menu_item() -> MenuItem:
    """A line in the menu “Reports”."""
    return SearchIndexMenuItem(
        _("Search index"), reverse("search_index"), name="search-index", icon_name="search"
    )


@hooks.register("register_permissions")
def register_permissions() -> "QuerySet[Permission, Any]":
    """Let a group be given the page."""
    app_label, codename = PERMISSION.split(".")
    return Permission.objects.filter(content_type__app_label=app_label, codename=codename)
