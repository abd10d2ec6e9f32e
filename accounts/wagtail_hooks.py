"""People in the admin's menu, the way back to one's own space, and what the demo does without."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from accounts.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def register_people() -> PeopleGroup:
    """Members, invitations, roles in the community and accounts."""
    return PeopleGroup()


@hooks.register("register_admin_menu_item")
def register_my_space() -> MenuItem:
    """From the admin to the reader's side, where drafts, roles and the password are."""
    return MenuItem(
        _("My space"), reverse_lazy("my_space"), name="my-space", icon_name="home", order=1
    )


# After Wagtail's own entries, whatever the order of the apps.
@hooks.register("construct_settings_menu", order=1000)
def drop_closed_entries(request: HttpRequest, menu_items: list[Any]) -> None:
    """Wagtail's administration of accounts and groups is closed: see `accounts.middleware`."""
    menu_items[:] = [each for each in menu_items if each.name not in {"users", "groups"}]


class RelaxedPanel(Component):
    """Says that this site asks for no second factor."""

    order = 1
    template_name = "accounts/admin/relaxed.html"


@hooks.register("construct_homepage_panels")
def say_that_it_is_relaxed(request: HttpRequest, panels: list[Any]) -> None:
    """A site that goes without second factors says so to those who work on it."""
    if not settings.SECOND_FACTOR_REQUIRED:
        panels.insert(0, RelaxedPanel())
