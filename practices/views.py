"""The lasting addresses of pages, the ways in by theme and competency, and what readers do with a
page: say that it holds, or adapt it for their own organization."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.caching import for_one_reader
from organizations.models import SharingLevel
from practices.adapting import adapt, homes_to_adapt_in, levels_of_version
from practices.adapting_forms import AdaptForm
from practices.browsing import WaysIn
from practices.life_cycle import may_verify
from practices.life_cycle_forms import VerificationForm
from practices.models import KnowledgePage
from practices.reading import address_of
from practices.selectors import readable
from practices.services import verify
from practices.theme_drawing import draw
from practices.theme_map import theme_map
from search.audience import audience_of
from taxonomy.models import Term


def permalink(request: HttpRequest, persistent_id: UUID) -> HttpResponse:
    """Send the reader to a page wherever it stands now, in their language where it exists.

    “?version=2026-03-12” leads to the text of that day, in the language in which it was cited.
    404 for a page that they may not know of.
    """
    known = KnowledgePage.objects.filter(persistent_id=persistent_id)
    page = readable(known, request.user).first()
    if page is None:
        raise Http404
    if day := request.GET.get("version"):
        try:
            return redirect(address_of(page, request, "version", date.fromisoformat(day)))
        except ValueError:
            raise Http404 from None
    family = KnowledgePage.objects.filter(translation_key=page.translation_key)
    translation = readable(family, request.user).filter(locale__language_code=get_language())
    url = (translation.first() or page).get_url(request)
    if url is None:
        raise Http404
    return HttpResponseRedirect(url)


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """All that this reader may find, by theme, organization and competency."""
    ways = WaysIn(audience_of(request.user), get_language() or "fr")
    return _for_one_reader(request, "practices/browse.html", {"ways": ways})


@require_safe
def browse_theme(request: HttpRequest, slug: str) -> HttpResponse:
    """A theme: the narrower ones, and how what this reader may read of it relates."""
    theme = get_object_or_404(Term.objects.of("theme"), slug=slug)
    language = get_language() or "fr"
    ways = WaysIn(audience_of(request.user), language)
    found = theme_map(theme, request.user, language)
    context = {
        "theme": theme,
        "ancestors": [
            {"title": _("Browse"), "url": reverse("browse")},
            *({"title": each.label, "url": each.url} for each in ways.themes_above(theme.path)),
        ],
        "narrower": ways.themes(below=theme.path),
        "count": ways.count("theme", theme.path),
        "search_url": ways.search_address("theme", theme.path),
        "map": found,
        "drawing": draw(found),
    }
    return _for_one_reader(request, "practices/browse_theme.html", context)


def _page(request: HttpRequest, persistent_id: UUID) -> KnowledgePage:
    """The page of this lasting name; 404 for one that the reader may not know of."""
    found = readable(KnowledgePage.objects.filter(persistent_id=persistent_id), request.user)
    page: KnowledgePage | None = found.first()
    if page is None:
        raise Http404
    return page


def _for_one_reader(
    request: HttpRequest, template: str, context: dict[str, object]
) -> HttpResponse:
    """A page that no shared cache may keep for another reader."""
    response = render(request, template, context)
    for_one_reader(response)
    return response


@require_http_methods(["GET", "POST"])
def still_valid(request: HttpRequest, persistent_id: UUID) -> HttpResponse:
    """Say that a page still holds, perhaps with a note; asked first, or posted from the page.

    404 for a page that the reader may not know of, 403 for who reads it and may not verify it.
    """
    user = request.user
    page = _page(request, persistent_id)
    if not user.is_authenticated:
        return redirect_to_login(request.path)
    if not may_verify(page, user):
        raise PermissionDenied
    # The button on the page itself has no fields, which are all optional.
    form = VerificationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        note = {page.locale.language_code: form.cleaned_data["note"]}
        try:
            verify(page, user=user, note=note, review_by=form.cleaned_data["review_by"])
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Thank you: this page was verified today."))
            return redirect(page.get_url(request))
    return render(request, "practices/still_valid.html", {"page": page, "form": form})


@require_http_methods(["GET", "POST"])
def adapt_page(request: HttpRequest, persistent_id: UUID) -> HttpResponse:
    """Make a version of a page for one's own organization, told first what may be done with it.

    404 for a page that the reader may not know of, 403 for who reads it and may not adapt it.
    """
    user = request.user
    page = _page(request, persistent_id)
    if not user.is_authenticated:
        return redirect_to_login(request.path)
    homes = list(homes_to_adapt_in(page, user))
    if not homes:
        raise PermissionDenied(_("Neither its licence nor an agreement lets you adapt this page."))
    form = AdaptForm(request.POST if request.method == "POST" else None, homes=homes)
    if form.is_valid():
        made = adapt(page, home=form.cleaned_data["home"], user=user)
        messages.success(
            request,
            _("This draft is your organization’s: change what differs at yours, then submit it."),
        )
        return redirect("wagtailadmin_pages:edit", made.pk)
    readers = [
        (home.organization.name, SharingLevel(levels_of_version(page, home)[-1]).label)
        for home in homes
    ]
    context = {"page": page, "form": form, "readers": readers}
    return render(request, "practices/adapt.html", context)
