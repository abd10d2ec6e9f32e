"""What every answer tells browsers about what its page may load and do."""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

Policy = Mapping[str, Sequence[str]]

CSP_HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware:
    """Says with each answer where scripts, styles and the rest may come from.

    The settings have the name and form that Django 6 gives them, so that its own middleware can
    take over: `SECURE_CSP` for readers' pages. `SECURE_CSP_ADMIN` is for the admin of Wagtail,
    which writes scripts and styles into its pages. A view that has set the header keeps its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.public = build_policy(settings.SECURE_CSP)
        self.admin = build_policy(settings.SECURE_CSP_ADMIN)
        self.permissions = settings.PERMISSIONS_POLICY

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code >= 400):  # Django's page for developers.
            if request.path_info.startswith(reverse("wagtailadmin_home")):
                # Also of a preview, which comes as an answer of the page itself.
                response.headers[CSP_HEADER] = self.admin
            else:
                response.headers.setdefault(CSP_HEADER, self.public)
        response.headers.setdefault("Permissions-Policy", self.permissions)
        return response


def build_policy(directives: Policy) -> str:
    """The value of the header that says `directives`."""
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())
