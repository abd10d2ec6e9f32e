"""What is answered when the site itself fails."""

import sys

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

# What a database that is stopped, full or restarting raises. PostgreSQL comes back in seconds.
DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer, which passes, and 500 for any other failure.

    Programs get JSON; readers a page that stands alone, in both languages, since neither the
    database nor the language of the reader can be counted on.
    """
    is_away = isinstance(sys.exc_info()[1], DATABASE_AWAY)
    status = 503 if is_away else 500
    response: HttpResponse
    if request.path.startswith("/api/"):
        detail = "The database does not answer." if is_away else "The fault is ours."
        response = JsonResponse({"detail": f"{detail} Try again in a moment."}, status=status)
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was not sent from a page of this site, or whose page waited too long."""
    response = render(request, "errors/csrf.html", {"reason": reason}, status=403)
    response["Cache-Control"] = "no-store"
    return response


def incomplete_form(request: HttpRequest) -> HttpResponse:
    """400 for a form without a field that its page always sends."""
    response = render(request, "errors/incomplete.html", status=400)
    response["Cache-Control"] = "no-store"
    return response


def forget_reader(request: HttpRequest) -> None:
    """Treat who asks as anonymous: who they are cannot be asked while the database is away.

    A session that cannot be read must not be written either; an ordinary mapping never is.
    """
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
