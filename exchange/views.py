"""Taking knowledge along: exports, feeds, and the selection that a reader puts together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.caching import for_one_reader
from core.same_origin import same_origin_post
from exchange import feeds, selection
from exchange.comparison import compare
from exchange.exporting import progress
from exchange.exporting.dossier import Dossier
from exchange.exporting.download import download
from exchange.exporting.formats import FORMATS, Format
from exchange.exporting.records import records
from exchange.exporting.scan import chosen, found_by
from practices.models import KnowledgePage
from search import messages as sentences
from search.answers import Answer, ask, known_facets
from search.audience import audience_of
from search.page import SearchPage
from search.params import Problem, parse

FORMAT = "format"
# Beyond so many pages a file takes long enough to say how far it is.
LONG = 500
# When to come again while others have theirs made.
BUSY_SECONDS = 60
REDUCED = gettext_lazy(
    "The search is running in a reduced mode: results may be fewer or less well ranked than usual."
    " It will recover by itself."
)


@require_safe
def export_search(request: HttpRequest) -> HttpResponseBase:
    """Everything that a search finds, in a format; without one, the page to choose it on."""
    answer, problems = _search(request)
    path = reverse("search:page")
    page = SearchPage(answer, path)
    dossier = Dossier(
        title=page.sought,
        url=request.build_absolute_uri(answer.params.with_page(1).url(path)),
        language=get_language() or "fr",
        site_name=settings.WAGTAIL_SITE_NAME,
        day=timezone.localdate(),
        records=found_by(answer.params, viewer=request.user, root=_root(request)),
    )
    return _export(
        request,
        dossier,
        total=answer.results.total,
        address=answer.params.with_page(1).url(request.path),
        back=answer.params.with_page(1).url(path),
        misread=[sentences.message(problem) for problem in problems],
        notices=[REDUCED] if answer.results.degraded else [],
    )


@require_safe
def export_selection(request: HttpRequest) -> HttpResponseBase:
    """The pages that an address names, or those of the reader's selection, in a format."""
    names = _names(request)
    pages = selection.pages_named(names, request.user)
    path = reverse("exchange:selection")
    link = selection.link_to(path, names)
    root = _root(request)
    dossier = Dossier(
        title=_titles(pages),
        url=root + link,
        language=get_language() or "fr",
        site_name=settings.WAGTAIL_SITE_NAME,
        day=timezone.localdate(),
        records=chosen(pages, viewer=request.user, root=root),
    )
    return _export(
        request,
        dossier,
        total=len(pages),
        address=selection.link_to(request.path, names),
        back=link,
    )


def _export(
    request: HttpRequest,
    dossier: Dossier,
    *,
    total: int,
    address: str,
    back: str,
    misread: Sequence[str] = (),
    notices: Sequence[Any] = (),
) -> HttpResponseBase:
    """The file, or the page that says which there are and what is wrong with the address.

    What was `misread` of it is said on the page; a file could not say that it holds more.
    """
    name = request.GET.get(FORMAT, "")
    wanted = FORMATS.get(name)
    is_busy = bool(not misread and wanted and wanted.turns and wanted.turns.are_taken)
    if wanted is not None and not misread and not is_busy:
        if request.method == "HEAD":
            dossier = replace(dossier, records=())  # nobody would read what is made
        is_told = progress.CONTENT_TYPE in request.headers.get("Accept", "")
        return download(wanted, dossier, total=total, is_told=is_told)
    problem = ""
    if is_busy:
        problem = _("Others are having such files made at this moment. Try again in a minute.")
    if wanted is None and name:
        known = ", ".join(FORMATS)
        problem = _("No format “%(name)s”. Known formats: %(known)s.") % {
            "name": name,
            "known": known,
        }
    choices = [
        {
            "format": each,
            "url": f"{address}{'&' if '?' in address else '?'}{FORMAT}={each.name}",
            "files": _files(each, total),
        }
        for each in FORMATS.values()
    ]
    context = {
        "dossier": dossier,
        "total": total,
        "is_long": total > LONG,
        "choices": choices,
        "back": back,
        "notices": [*misread, *notices, *([problem] if problem else [])],
    }
    # Whoever asked for a file does not get it.
    status = 503 if is_busy else 400 if name else 200
    answer = render(request, "exchange/export.html", context, status=status)
    if is_busy:
        answer["Retry-After"] = str(BUSY_SECONDS)
    for_one_reader(answer)
    return answer


def _files(wanted: Format, total: int) -> str:
    """In how many files `total` pages come in a format that cannot hold them in one."""
    number = wanted.files_of(total)
    if number == 1:
        return ""
    return _("in %(n)d files of at most %(most)d pages, together in a ZIP archive") % {
        "n": number,
        "most": wanted.most,
    }


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest results of a search as an Atom feed, for what the reader may see.

    A value that no longer exists is not left out: who follows it would be told of everything else.
    """
    answer, _problems = _search(request)
    if answer.problems:
        raise Http404
    page = SearchPage(answer, reverse("search:page"))
    params = answer.params.with_page(1)
    made = feeds.atom(
        params,
        title=page.sought,
        viewer=request.user,
        root=_root(request),
        path=params.url(request.path),
        alternate=params.url(page.path),
    )
    response = HttpResponse(made.content, content_type="application/atom+xml; charset=utf-8")
    if made.updated:
        response["Last-Modified"] = http_date(made.updated)
    response["ETag"] = made.etag
    for_one_reader(response)
    # The date says nothing of what was withdrawn: only the content decides.
    answered = get_conditional_response(request, etag=made.etag, response=response)
    assert isinstance(answered, HttpResponse)
    return answered


@require_safe
def show_selection(request: HttpRequest) -> HttpResponse:
    """The reader's selection, or the one that a link names: side by side, to print, to export."""
    own = selection.read(request)
    is_own = "p" not in request.GET
    names = _names(request)
    found = records(
        selection.pages_named(names, request.user), viewer=request.user, root=_root(request)
    )
    shown = [record.page.persistent_id for record in found]
    context = {
        "records": found,
        "rows": compare(found),
        "is_own": is_own,
        "has_own": bool(own),
        "link": _root(request) + selection.link_to(request.path, shown),
        "export": selection.link_to(reverse("exchange:export_selection"), shown),
    }
    answer = render(request, "exchange/selection.html", context)
    for_one_reader(answer)
    return answer


@require_POST
@same_origin_post
def change_selection(request: HttpRequest) -> HttpResponse:
    """Add a page to one's selection, take one out, move it, empty it, or take over another's."""
    names = selection.read(request)
    if "empty" in request.POST:
        names = []
        said = _("Your selection is empty.")
    elif "keep" in request.POST:
        for name in selection.names_in(request.POST.getlist("p")):
            names = selection.CHANGES["add"](names, name)
        said = _("These pages are in your selection.")
    else:
        names, said = _one_change(request, names)
    answer: HttpResponse
    if request.accepts("text/html"):
        messages.success(request, said)
        answer = redirect(_where_from(request))
    else:
        # The script of the page stays where it is and says it there.
        answer = HttpResponse(said, content_type="text/plain; charset=utf-8")
    selection.keep(answer, names)
    return answer


def _one_change(request: HttpRequest, names: selection.Names) -> tuple[selection.Names, str]:
    if "add" in request.POST:
        page = selection.page_to_add(request.POST["add"], request.user)
        if page is None:
            raise Http404
        text = _("“%(title)s” is in your selection.") % {"title": page.title}
        return selection.CHANGES["add"](names, page.persistent_id), text
    for verb, text in (
        ("remove", _("The page is no longer in your selection.")),
        ("up", _("The page has moved.")),
        ("down", _("The page has moved.")),
    ):
        for name in selection.names_in([request.POST.get(verb, "")]):
            return selection.CHANGES[verb](names, name), text
    raise Http404


def _where_from(request: HttpRequest) -> str:
    """Back to the page that holds the form, or to the selection."""
    source = request.headers.get("Referer", "")
    is_here = url_has_allowed_host_and_scheme(
        source, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_shared = "keep" in request.POST
    return source if source and is_here and not is_shared else reverse("exchange:selection")


def _names(request: HttpRequest) -> selection.Names:
    if "p" in request.GET:
        return selection.names_in(request.GET.getlist("p"))
    return selection.read(request)


def _search(request: HttpRequest) -> tuple[Answer, list[Problem]]:
    data = request.GET.copy()
    data.pop(FORMAT, None)
    params, problems = parse(data, locale=get_language() or "fr", facets=known_facets())
    answer = ask(params, audience=audience_of(request.user))
    return answer, [*problems, *answer.problems]


def _titles(pages: list[int]) -> str:
    if len(pages) == 1:
        return str(KnowledgePage.objects.values_list("title", flat=True).get(pk=pages[0]))
    return _("My selection")


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
