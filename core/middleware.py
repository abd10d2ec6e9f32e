"""What every answer tells browsers about what its page may load and do."""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError

from core.errors import incomplete_form

Policy = Mapping[str, Sequence[str]]

CSP_HEADER = "Content-Security-Policy"

# Views of Wagtail that fail in other ways without this field.
NEEDED = {
    "wagtailadmin_choose_page_external_link": "external-link-chooser-url",
    "wagtailredirects:process_import": "input_format",
}


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


class IncompleteFormMiddleware:
    """Answers 400 to a form without a field that each browser sends.

    Wagtail fails on it, which would be answered as a fault of ours, and logged as one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        """The answer where `failure` came of a field that is not there."""
        match = request.resolver_match
        needed = NEEDED.get(match.view_name) if match else None
        is_missing = needed is not None and needed not in request.POST
        if isinstance(failure, MultiValueDictKeyError) or (
            is_missing and isinstance(failure, (KeyError, AttributeError))
        ):
            return incomplete_form(request)
        return None


def build_policy(directives: Policy) -> str:
    """The value of the header that says `directives`."""
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())
