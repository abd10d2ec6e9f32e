"""The other doors that Wagtail has: all of them lead to the one of this site.

With Wagtail alone, a password posted to `/admin/login/` opens a session past the second factor.
"""

from allauth.account import views as allauth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, whatever was posted; it leads on to `next` when that is of this site."""
    onward = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    query = f"?{urlencode({'next': onward})}" if onward and safe else ""
    return redirect(reverse("account_login") + query)


def to_password_reset(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """The page from which a new password is asked for by mail."""
    return redirect("account_reset_password")


# They come before Wagtail's, under the same addresses.
admin_urlpatterns = [
    path("admin/login/", to_sign_in),
    path("admin/logout/", allauth_views.logout),
    path("admin/password_reset/", to_password_reset),
    path("admin/password_reset/done/", to_password_reset),
    path("admin/password_reset/confirm/<uidb64>/<token>/", to_password_reset),
    path("admin/password_reset/complete/", to_password_reset),
]
reader_urlpatterns = [path("_util/login/", to_sign_in)]
ROUTES = frozenset(str(each.pattern) for each in admin_urlpatterns)
