"""From an address to a page and the menu around it, in three queries however deep it lies."""

from itertools import accumulate
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail import views
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult

from core.models import BasePage, HomePage, SiteSettings

# The home pages lie right below the root of the tree.
MENU_DEPTH = 3


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page as Wagtail does, found by its whole address instead of level by level."""
    root_path = _root_path(request)
    # Wagtail finds its own way where a language has no home page.
    if root_path is not None and not hasattr(request, "_wagtail_route_for_request"):
        request._wagtail_route_for_request = _route(request, root_path, path)  # type: ignore[attr-defined]
    response: HttpResponse = views.serve(request, path)
    return response


def _root_path(request: HttpRequest) -> str | None:
    """Where the tree of the reader's language begins on this site."""
    SiteSettings.with_site(request)
    site = Site.find_for_request(request)
    if site is None:
        return None
    here = (each for each in Site.get_site_root_paths() if each.site_id == site.pk)
    paths = {each.language_code: str(each.root_path) for each in here}
    return paths.get(get_language() or "")


def _route(request: HttpRequest, root_path: str, path: str) -> RouteResult | None:
    names = [name for name in path.split("/") if name]
    paths = list(accumulate(names, lambda above, name: f"{above}{name}/", initial=root_path))
    # Slugs have an index, whole addresses have none.
    way = Page.objects.filter(url_path__in=paths, slug__in=[root_path.split("/")[-2], *names])
    found = list(
        _with_privacy(way).union(_with_privacy(menu_pages()), all=True).order_by("path", "pk")
    )
    chain = list({each.pk: each for each in found if each.url_path in paths}.values())
    if not chain:
        return None
    in_menu = {
        each.pk: each
        for each in found
        if each.show_in_menus and each.live and each.depth == MENU_DEPTH
    }
    request.menu_pages = list(in_menu.values())  # type: ignore[attr-defined]
    page = _specific(chain[-1])
    if isinstance(page, BasePage) and not any(each.alias_of_id for each in chain):
        page.ancestors_found = chain[:-1]
        page.is_unrestricted = not chain[-1].is_private
    result: RouteResult = page.route(request, names[len(chain) - 1 :])
    return result


def menu_pages() -> Any:
    """The pages right below the home pages that ask to be in menus, in all languages.

    Their types have an index, so that no page of knowledge is looked at; asked for the language as
    well, databases take its index instead and look at half of all pages.
    """
    types = Page.objects.exact_type(*HomePage.allowed_subpage_models())
    return types.live().in_menu().filter(depth=MENU_DEPTH)


def _with_privacy(pages: Any) -> Any:
    return pages.order_by().annotate(is_private=is_private()).select_related("locale")


def is_private() -> Exists:
    """Whether a restriction of Wagtail's own lies on a page or on one above it."""
    here = ExpressionWrapper(OuterRef("path"), CharField())
    restrictions = PageViewRestriction.objects.annotate(here=here)
    return Exists(restrictions.filter(here__startswith=F("page__path")))


def _specific(page: Page) -> Page:
    model = page.specific_class
    if model is None or not issubclass(model, BasePage):
        return page.specific
    found: Page = model.to_read().get(pk=page.pk)
    return found
