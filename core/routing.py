"""From an address to a page in three queries, however deep the page lies."""

from itertools import accumulate

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail import views
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult

from core.models import BasePage


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
    site = Site.find_for_request(request)
    if site is None:
        return None
    here = (each for each in Site.get_site_root_paths() if each.site_id == site.pk)
    paths = {each.language_code: str(each.root_path) for each in here}
    return paths.get(get_language() or "")


def _route(request: HttpRequest, root_path: str, path: str) -> RouteResult | None:
    names = [name for name in path.split("/") if name]
    paths = list(accumulate(names, lambda above, name: f"{above}{name}/", initial=root_path))
    chain = list(
        # Slugs have an index, whole addresses have none.
        Page.objects.filter(url_path__in=paths, slug__in=[root_path.split("/")[-2], *names])
        .annotate(is_private=is_private())
        .select_related("locale")
        .order_by("path")
    )
    if not chain:
        return None
    page = _specific(chain[-1])
    if isinstance(page, BasePage) and not any(each.alias_of_id for each in chain):
        page.ancestors_found = chain[:-1]
        page.is_unrestricted = not chain[-1].is_private
    result: RouteResult = page.route(request, names[len(chain) - 1 :])
    return result


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
