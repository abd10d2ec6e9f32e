"""What lets the sweep leave out requests: whoever looks at how one asks is noticed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path

from tests.permissions.asking import MANNERS, Browser, Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

# Ways to look, and in which manners they find something else than in the plain one.
LOOKS = {
    "htmx": (lambda request: bool(request.htmx), {"htmx"}),
    "header": (lambda request: request.headers.get("x-requested-with"), {"htmx"}),
    "header-there": (lambda request: "HX-Request" in request.headers, {"htmx"}),
    "headers": (lambda request: dict(request.headers), {"htmx", "json"}),
    "meta": (lambda request: request.META.get("HTTP_X_REQUESTED_WITH"), {"htmx"}),
    "meta-there": (lambda request: "HTTP_HX_REQUEST" in request.META, {"htmx"}),
    "environ": (lambda request: sorted({**request.environ}), {"htmx", "json"}),
    "accept": (lambda request: request.accepts("text/html"), {"json"}),
    "another": (lambda request: request.headers.get("Accept-Language"), set()),
    "nothing": (lambda request: "", set()),
}


def answer(request, look):
    return HttpResponse(f"{request.method} {LOOKS[look][0](request)}")


def refuse(request):
    raise PermissionDenied


urlpatterns = [path("<look>/", answer), path("", refuse)]


@pytest.fixture
def browser_in_all_manners(settings):
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
    ]
    return Browser()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("look", LOOKS)
def test_who_looks_at_the_manner_is_asked_in_each_that_can_differ(
    browser_in_all_manners, look, method
):
    answers = browser_in_all_manners.answers(method, f"/{look}/")

    asked = {each.manner for each in answers.values()}
    assert answers.keys() == MANNERS.keys()
    assert asked == {"plain", *LOOKS[look][1]}
    assert len({each.text for each in answers.values()}) == len(asked)


def test_a_refusal_that_looks_at_the_manner_is_laid_out_each_time(
    browser_in_all_manners, monkeypatch
):
    laid_out = []

    def looks(request, exception):
        laid_out.append(bool(request.htmx))
        return HttpResponse("No.", status=403)

    def does_not(request, exception):
        laid_out.append(None)
        return HttpResponse("No.", status=403)

    for lay_out, found in ((looks, [False, True] * 2), (does_not, [None])):
        monkeypatch.setattr(f"{__name__}.handler403", Refusal(lay_out), raising=False)
        laid_out.clear()
        for _ in range(2):
            browser_in_all_manners.answers("get", "/")
        assert laid_out == found
