"""People, the base of every page, the home page and the settings of a site."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Page, PageViewRestriction, Site


class User(AbstractUser):
    """A person who signs in; what they may do comes from their memberships, never from here."""

    email = models.EmailField(_("e-mail address"), unique=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        # As long as what keeps the name of a person beyond their account can hold.
        return (self.get_full_name() or self.username)[:200]


class BasePage(Page):
    """What every page of Passerelle shares."""

    # The pages above, from the home page down, and whether none of them nor this one is private,
    # where the way to the page has told; see `core.routing`.
    ancestors_found: Sequence[Page] | None = None
    is_unrestricted = False

    class Meta:
        abstract = True

    @classmethod
    def to_read(cls) -> Any:
        """The pages of this type with what is read with them when their address is asked for."""
        return cls._base_manager.select_related("locale")

    def pages_above(self) -> Sequence[Page]:
        """The pages above this one, from the home page down."""
        if self.ancestors_found is not None:
            return self.ancestors_found
        return list(self.get_ancestors().filter(depth__gt=1).select_related("locale"))

    def get_view_restrictions(self) -> Any:
        """The restrictions of Wagtail's own that apply to this page; asked once for a request."""
        if self.is_unrestricted:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def translations_for(self, user: "User | AnonymousUser") -> Iterable[Page]:
        """The published translations of this page that `user` may know of."""
        return self.get_translations().live().public().select_related("locale")


class HomePage(BasePage):
    """The door of the site in one language: what it is, a search box, what is new."""

    headline = models.CharField(_("headline"), max_length=120, blank=True)
    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 2
    template = "core/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


@register_setting(icon="site")
class SiteSettings(BaseSiteSetting):
    """How the community that runs this site presents itself."""

    community_name_fr = models.CharField(_("name of the community (French)"), max_length=120)
    community_name_en = models.CharField(
        _("name of the community (English)"), max_length=120, blank=True
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("community_name_fr"), FieldPanel("community_name_en")]),
                FieldPanel("contact_email"),
            ],
            heading=_("The community"),
        ),
    ]

    @classmethod
    def with_site(cls, request: HttpRequest) -> None:
        """Have `request` know its site and these settings from one query, where there is one site.

        Where there are several, Wagtail chooses by the name of the host.
        """
        if hasattr(request, "_wagtail_site"):
            return
        sites = {each.site_id for each in Site.get_site_root_paths()}
        if len(sites) != 1:
            return
        found = cls.objects.select_related("site__root_page").filter(site__in=sites).first()
        if found is not None and found.site.is_default_site:
            found._request = request
            request._wagtail_site = found.site  # type: ignore[attr-defined]
            setattr(request, cls.get_cache_attr_name(), found)

    class Meta:
        verbose_name = _("community settings")
