"""Forms of anonymous readers without a token, which would set a cookie on everyone who reads."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def same_origin_post(view: View) -> View:
    """Let through what pages of this site send, told by headers that no other site can forge.

    For what harms nobody and belongs to no account; all else takes Django's token.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The flag by which Django's test client switches its own check off.
        if not getattr(request, "_dont_enforce_csrf_checks", False) and not is_ours(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    exempt: View = csrf_exempt(checked)
    return exempt


def is_ours(request: HttpRequest) -> bool:
    """Whether a page of this site sent `request`: what browsers say of where it comes from."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    # Browsers before 2023, and connections without encryption.
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return urlsplit(source).netloc == request.get_host()
    except ValueError:  # an address that is none
        return False
