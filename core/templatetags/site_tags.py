"""What every page shows around its content: the menu, the other language, who runs the site."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from wagtail.models import Page

from core.models import BasePage, SiteSettings
from core.routing import menu_pages

register = template.Library()

# Each language is named in itself, so that those who read only that one can find it.
OWN_NAMES = {"fr": "Français", "en": "English"}
# As Open Graph names them, with a country.
LOCALES = {"fr": "fr_CA", "en": "en_CA"}


@dataclass(frozen=True)
class LanguageLink:
    """Where the present page is to be read in one language."""

    code: str
    name: str
    locale: str
    url: str
    absolute_url: str
    is_current: bool
    # False when the link leads to the home page, for want of a translation.
    is_translation: bool


@dataclass(frozen=True)
class MenuEntry:
    """One line of the main navigation."""

    title: str
    url: str
    is_current: bool


def _home_url(language: str) -> str:
    with override(language):
        return reverse("wagtail_serve", args=[""])


def _urls_of_page(
    page: Page, request: HttpRequest, translations: Iterable[Page] | None
) -> dict[str, str]:
    if translations is None:
        own = page if isinstance(page, BasePage) else page.specific
        translations = own.translations_for(request.user) if isinstance(own, BasePage) else []
    urls = {each.locale.language_code: each.get_url(request) or "" for each in translations}
    # A page stands under the language of its address: its own locale need not be asked for.
    return {get_language() or "": page.get_url(request) or ""} | urls


def _urls_of_view(request: HttpRequest) -> dict[str, str]:
    here = request.get_full_path()
    urls = {code: translate_url(here, code) for code, _name in settings.LANGUAGES}
    # An address without a language (an error page, the documents) has no translation.
    return urls if len(set(urls.values())) == len(urls) else {}


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """The addresses of the present page in every language of the site.

    Where the page has no translation that the reader may see, the link leads to the home page.
    `translations` in the context spares a page that knows them a query.
    """
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    page = context.get("page")
    is_page = isinstance(page, Page) and page.pk is not None
    urls = (
        _urls_of_page(page, request, context.get("translations"))
        if is_page
        else _urls_of_view(request)
    )
    current = get_language()
    return [
        LanguageLink(
            code=code,
            name=OWN_NAMES.get(code, code),
            locale=LOCALES.get(code, code),
            url=urls.get(code) or _home_url(code),
            absolute_url=request.build_absolute_uri(urls.get(code) or _home_url(code)),
            is_current=code == current,
            is_translation=code in urls and len(urls) > 1,
        )
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """The page of this site from which the reader came, or nothing."""
    request: HttpRequest | None = context.get("request")
    came_from = request.headers.get("Referer", "") if request else ""
    if request is None or came_from == request.build_absolute_uri():
        return ""
    is_here = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return came_from if is_here else ""


@register.simple_tag(takes_context=True)
def absolute_url(context: Context, page: Page) -> str:
    """The address of `page` for other sites, under the name by which the reader came.

    The name in Wagtail's own record of the site is not asked: nothing else of this site needs it,
    so that it still says `localhost` on most servers.
    """
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(page.get_url(request) or "")


@register.simple_tag(takes_context=True)
def address_here(context: Context) -> str:
    """The address of the present view for other sites, without what was asked of it."""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(request.path)


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[MenuEntry]:
    """The pages right below the home page that ask to be in menus, in the reader's language."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    # The way to a page has found them already.
    found = getattr(request, "menu_pages", None)
    if found is None:
        found = menu_pages().select_related("locale").order_by("path")
    pages = [page for page in found if page.locale.language_code == get_language()]
    entries = []
    for page in pages:
        url = page.get_url(request) or ""
        entries.append(MenuEntry(page.title, url, bool(url) and path.startswith(url)))
    return entries


def _settings_of(context: Context) -> SiteSettings | None:
    request: Any = context.get("request")
    if not request:
        return None
    SiteSettings.with_site(request)
    return SiteSettings.for_request(request)


@register.simple_tag
def site_name() -> str:
    """The name of this site, for titles."""
    return str(settings.WAGTAIL_SITE_NAME)


@register.simple_tag
def site_url() -> str:
    """The address of this site, for those who are not on it."""
    return str(settings.WAGTAILADMIN_BASE_URL)


@register.simple_tag(takes_context=True)
def community_name(context: Context) -> str:
    """The name of the community in the reader's language, or nothing where it has none."""
    found = _settings_of(context)
    if found is None:
        return ""
    english = (get_language() or "fr").startswith("en")
    name = (found.community_name_en if english else "") or found.community_name_fr
    return "" if name == settings.WAGTAIL_SITE_NAME else name


@register.simple_tag(takes_context=True)
def contact_email(context: Context) -> str:
    """The address to which readers write, or nothing."""
    found = _settings_of(context)
    return found.contact_email if found else ""


@register.simple_tag
def has_theme() -> bool:
    """Whether an organization gives this site a look of its own."""
    return bool(settings.THEME)
