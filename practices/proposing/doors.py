"""Who passes to the short form, and what waits for those who must sign in again."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.people import signed_in
from core.sealing import seal, unseal
from practices.proposing import selectors

View = Callable[..., HttpResponse]
# Where the session holds what somebody typed whose former session had ended, and how much at most.
TYPED, MOST_TYPED = "proposing-typed", 200_000


def for_people(view: View) -> View:
    """Lets in who has signed in. What others send waits in their session until they have."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, **kwargs)
        here = request.get_full_path()
        if request.method == "POST" and sum(map(len, request.POST.values())) <= MOST_TYPED:
            typed = {name: request.POST.getlist(name) for name in request.POST if name != "go"}
            typed.pop("csrfmiddlewaretoken", None)
            # Sealed: it may say who told a lesson that names nobody.
            request.session[TYPED] = seal(json.dumps([here, typed]), purpose=TYPED)
        return redirect_to_login(here)

    return guarded


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was sent to this address before one signed in again, once."""
    if TYPED not in request.session:
        return None
    path, answers = json.loads(unseal(request.session[TYPED], purpose=TYPED) or '["", {}]')
    if path != request.get_full_path():
        return None
    del request.session[TYPED]
    typed = QueryDict(mutable=True)
    for name, values in answers.items():
        typed.setlist(name, values)
    messages.warning(
        request, _("You had been signed out. What you typed is here again: go on to keep it.")
    )
    return typed


def for_writers(view: View) -> View:
    """Lets in who may write for an organization; tells the others how to join."""

    @wraps(view)
    @for_people
    @never_cache
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        homes = selectors.homes_of(signed_in(request), get_language() or "fr")
        if not homes:
            return render(request, "practices/proposing/join.html", status=403)
        return view(request, homes=homes, **kwargs)

    return guarded


def for_owner(view: View) -> View:
    """Lets in who made the proposal; for everyone else there is none."""

    @wraps(view)
    @for_people
    @never_cache
    def guarded(request: HttpRequest, key: UUID, **kwargs: Any) -> HttpResponse:
        page = selectors.proposal_of(signed_in(request), key)
        if page is None:
            raise Http404
        return view(request, page, **kwargs)

    return guarded
