"""Who comes through the door of the admin: with a right to be there, and a second factor."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.doors import ROUTES
from accounts.second_factor import NEXT, ask_before_doing, ask_for_second_factor
from core.models import User
from core.people import signed_in
from organizations.second_factor import SecondFactorDue, lacks_second_factor

# Wagtail's administration of accounts and groups. Whoever may change an account there may make
# themselves a superuser, past the roles of this site: it is closed, for everyone.
CLOSED_NAMESPACES = ("wagtailusers_",)


class AdminDoorMiddleware:
    """Stands before every view of the admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let pass, refuse, or send to the second factor; strangers go on to the sign-in page."""
        match, user = request.resolver_match, request.user
        if match is None or not match.route.startswith("admin/") or match.route in ROUTES:
            return None
        if match.view_name.startswith(CLOSED_NAMESPACES) or kwargs.get("model_name") == "user":
            raise Http404
        if not isinstance(user, User):
            return None
        # Wagtail would send them to sign in, and they are signed in.
        if not user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        if lacks_second_factor(request):
            if request.method == "GET" and "x-requested-with" not in request.headers:
                return ask_for_second_factor(request, user)
            raise PermissionDenied
        request.session.pop(NEXT, None) if NEXT in request.session else None
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Ask for the second factor first, where what was asked is done with it in hand."""
        if isinstance(exception, SecondFactorDue):
            return ask_before_doing(request, signed_in(request))
        return None
