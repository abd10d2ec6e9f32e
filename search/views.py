"""The search page: a plain GET form that script makes quicker."""

from urllib.parse import urlencode

from django.http import HttpRequest as PlainRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from core.caching import for_one_reader
from core.errors import DATABASE_AWAY, forget_reader
from search import messages
from search.answers import ask, known_facets, with_existing_page
from search.audience import PUBLIC, audience_of
from search.page import SearchPage
from search.params import parse

# The id of the field of words.
TYPING = "search-text"


class HttpRequest(PlainRequest):
    """A request as django-htmx's middleware leaves it."""

    htmx: HtmxDetails


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results for the words and filters in the address, for what this reader may see.

    While the database is away nobody can be known: everyone finds what is public, as the index
    has it.
    """
    if filled_in := _without_empty_fields(request):
        return redirect(filled_in)
    try:
        return _results(request, audience_of(request.user), "search/search_page.html")
    except DATABASE_AWAY:
        forget_reader(request)
        return _results(request, PUBLIC, "search/without_database.html", is_database_away=True)


def _results(
    request: HttpRequest,
    audience: frozenset[str],
    template: str,
    *,
    is_database_away: bool = False,
) -> HttpResponse:
    locale = get_language() or "fr"
    params, problems = parse(request.GET, locale=locale, facets=known_facets())
    answer = with_existing_page(ask(params, audience=audience))
    sentences = [messages.message(problem) for problem in (*problems, *answer.problems)]
    page = SearchPage(answer, request.path, sentences)
    context = {
        "view": page,
        "canonical_url": request.build_absolute_uri(page.canonical_path),
        "is_database_away": is_database_away,
    }
    # A script that goes back in the history asks for what it has not kept: the whole page.
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    response = render(request, "search/components/region.html" if is_part else template, context)
    # What is found depends on who asks: no shared cache may keep it for another reader.
    for_one_reader(response, varies_by=["HX-Request"])
    if is_part:
        # A form sends every field, filled in or not; the address bar shows the short form. What
        # is being typed, and what is there already, makes no new step in the history.
        is_step = request.htmx.trigger != TYPING and _came_from(request) != page.canonical_path
        response["HX-Push-Url" if is_step else "HX-Replace-Url"] = page.canonical_path
    return response


def _came_from(request: HttpRequest) -> str | None:
    """The address that the script says it stands on, without the host; None where it is none."""
    try:
        return request.htmx.current_url_abs_path
    except ValueError:  # such as “http://[”
        return None


def _without_empty_fields(request: HttpRequest) -> str:
    """The address without the fields that a form sent empty, where a browser alone sent some."""
    fields = [(name, value) for name, values in request.GET.lists() for value in values]
    filled_in = [(name, value) for name, value in fields if value]
    if len(filled_in) == len(fields) or request.htmx:
        return ""
    query = urlencode(filled_in)
    return f"{request.path}?{query}" if query else request.path
