"""The addresses that everyone may read, for search engines, each with its translations."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from wagtail.contrib.sitemaps import Sitemap as WagtailSitemap
from wagtail.models import Page

from core.models import HomePage
from core.routing import is_private
from organizations.models import OrganizationIndexPage, OrganizationPage
from practices.browsing import WaysIn
from practices.models import KnowledgePage
from search.audience import audience_of

# The parts of the site that say nothing to somebody who comes from a search engine.
CLOSED = ("/admin/", "/documents/", "/api/")
# The same by their names, for their addresses are in the words of each language.
CLOSED_VIEWS = ("exchange:export_search", "exchange:feed", "exchange:selection")


class PublicPages(WagtailSitemap):
    """The pages that somebody who is not signed in may read, in every language."""

    limit = 5000
    protocol: str | None = None

    def items(self) -> QuerySet[Page]:
        """Home pages, organizations, and what is shared with everyone and in use."""
        shared = KnowledgePage.objects.live().current().visible_to(AnonymousUser())
        others = Page.objects.exact_type(HomePage, OrganizationIndexPage, OrganizationPage)
        found = Page.objects.filter(pk__in=shared.order_by().values("pk")) | others
        return (
            found.live()
            .filter(~is_private(), depth__gt=1)
            .select_related("locale")
            .order_by("path")
        )

    def get_latest_lastmod(self) -> datetime | None:
        """When the last of them was published."""
        found: datetime | None = self.items().aggregate(last=Max("last_published_at"))["last"]
        return found

    def get_urls(self, page: int = 1, site: Any = None, protocol: Any = None) -> list[Any]:
        """The addresses on one page of the list, under the name by which it was asked for."""
        items: Sequence[Page] = self.paginator.page(page).object_list
        families: dict[UUID, list[Page]] = defaultdict(list)
        keys = [each.translation_key for each in items]
        for each in self.items().filter(translation_key__in=keys):
            families[each.translation_key].append(each)
        urls = [self._entry(each, families[each.translation_key]) for each in items]
        self.latest_lastmod: datetime | None = max(
            (each["lastmod"] for each in urls if each["lastmod"]), default=None
        )
        return urls

    def _entry(self, page: Page, family: Sequence[Page]) -> dict[str, Any]:
        alternates = [
            {"location": self.location(each), "lang_code": each.locale.language_code}
            for each in family
        ]
        return {
            "item": page,
            "location": self.location(page),
            "lastmod": page.last_published_at,
            "alternates": alternates if len(alternates) > 1 else [],
        }

    def location(self, page: Page) -> str:
        """The address of `page` for other sites."""
        address: str = self.request.build_absolute_uri(page.get_url(self.request) or "")
        return address


class Views(Sitemap[str]):
    """What the site shows beside its pages, in every language."""

    i18n = True
    alternates = True

    def items(self) -> list[str]:
        """The names of their addresses."""
        return ["search:page", "browse", "public_decisions", "about", "accessibility"]

    def location(self, item: str) -> str:
        """The address in the language at hand."""
        return reverse(item)


class Themes(Sitemap[str]):
    """The page of each theme under which everyone finds something, in that language."""

    i18n = True
    alternates = True

    def __init__(self) -> None:
        public = audience_of(AnonymousUser())
        self._languages: dict[str, list[str]] = defaultdict(list)
        for code, _name in settings.LANGUAGES:
            for name in WaysIn(public, code).theme_names():
                self._languages[name].append(code)

    def items(self) -> list[str]:
        """Their names in addresses."""
        return list(self._languages)

    def get_languages_for_item(self, item: str) -> list[str]:
        """Where the theme does not lead to an empty page."""
        return self._languages[item]

    def location(self, item: str) -> str:
        """The address in the language at hand."""
        return reverse("browse-theme", args=[item])


SITEMAPS: dict[str, type[Sitemap[Any]]] = {"pages": PublicPages, "views": Views, "themes": Themes}


@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines are asked to leave alone, and where the list of pages is."""
    context = {
        "closed": [*CLOSED, *(path for view in CLOSED_VIEWS for path in _in_each_language(view))],
        "searches": _in_each_language("search:page"),
        "sitemap": request.build_absolute_uri(reverse("sitemap")),
    }
    return render(
        request, "practices/robots.txt", context, content_type="text/plain; charset=utf-8"
    )


def _in_each_language(view: str) -> list[str]:
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(reverse(view))
    return found
