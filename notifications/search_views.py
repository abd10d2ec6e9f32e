"""Saved searches: keep the present one, see them all, stop their mails."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.people import signed_in
from notifications import saved_searches as services
from notifications.forms import FrequencyForm, SaveSearchForm
from notifications.kinds import Frequency
from notifications.models import SavedSearch
from notifications.watching import params_of
from search.answers import ask, known_facets
from search.audience import audience_of
from search.page import SearchPage
from search.params import parse


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search of the address under a name."""
    person = signed_in(request)
    params, _problems = parse(request.GET, locale=get_language() or "fr", facets=known_facets())
    answer = ask(params.with_page(1), audience=audience_of(person))
    page = SearchPage(answer, reverse("search:page"))
    initial = {"name": page.name[:100], "frequency": Frequency.WEEKLY}
    form = SaveSearchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_search(person, params=answer.params, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            text = _("Search saved, you find it here: %(name)s") % {"name": saved.name}
            messages.success(request, text)
            return redirect("notifications:saved_searches")
    context = {"form": form, "view": page, "back": page.canonical_path}
    return render(request, "notifications/save_search.html", context)


@require_safe
@login_required
@never_cache
def saved_searches(request: HttpRequest) -> HttpResponse:
    """The searches that the person keeps."""
    found = SavedSearch.objects.filter(user=signed_in(request))
    rows = [
        {
            "saved": saved,
            "url": _address(saved),
            "form": FrequencyForm(instance=saved, prefix=f"s{saved.pk}"),
        }
        for saved in found
    ]
    return render(request, "notifications/saved_searches.html", {"rows": rows})


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the person at other times of one of their searches, or forget it."""
    saved = get_object_or_404(SavedSearch, pk=pk, user=signed_in(request))
    if "delete" in request.POST:
        messages.success(request, _("Search deleted: %(name)s") % {"name": saved.name})
        saved.delete()
        return redirect("notifications:saved_searches")
    form = FrequencyForm(request.POST, prefix=f"s{saved.pk}")
    if form.is_valid():
        try:
            services.choose_frequency(saved, **form.cleaned_data)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, _("Your choices are saved."))
    return redirect("notifications:saved_searches")


@csrf_exempt  # mail programs post without having seen a page; the token is all that it takes
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail and without signing in: no more mails of one search.

    Reading the page does nothing: programs that look through mails follow links too.
    """
    try:
        saved = services.search_with(token)
    except signing.BadSignature:
        raise Http404 from None
    is_done = saved is None or saved.frequency == Frequency.NEVER
    if request.method == "POST" and saved is not None:
        services.stop_mails(saved)
        is_done = True
    context: dict[str, Any] = {"saved": saved, "is_done": is_done}
    return render(request, "notifications/stop_mails.html", context)


def _address(saved: SavedSearch) -> str:
    with override(saved.language):
        return params_of(saved).url(reverse("search:page"))
