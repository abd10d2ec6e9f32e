"""What waits to be indexed, and what could not be, for those who run the site."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.models import Page

from core.text import number_in
from search import service
from search.indexing.outbox import page_id_of, try_again
from search.models import OutboxEntry

PERMISSION = "search.change_outboxentry"
PER_PAGE = 50


@dataclass(frozen=True)
class DeadLetter:
    """A change that was given up, and the page that it is about, where that still exists."""

    entry: OutboxEntry
    page: Page | None


@permission_required(PERMISSION, raise_exception=True)
def index_state(request: HttpRequest) -> HttpResponse:
    """How the index is, and every page that it could not take."""
    dead = Paginator(OutboxEntry.objects.dead().order_by("created_at"), PER_PAGE).get_page(
        request.GET.get("p")
    )
    waiting = OutboxEntry.objects.waiting()
    context = {
        "dead": dead,
        "letters": _letters(dead),
        "waiting": waiting.count(),
        "oldest": waiting.order_by("created_at").first(),
        "health": service.engine().health(),
    }
    return render(request, "search/admin/index_state.html", context)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def retry(request: HttpRequest) -> HttpResponse:
    """Take up again one change that was given up, or all of them."""
    entries = OutboxEntry.objects.dead()
    if (chosen := number_in(request.POST.get("entry", ""))) is not None:
        entries = entries.filter(pk=chosen)
    count = try_again(entries)
    text = ngettext(
        "%(n)d page will be indexed again.", "%(n)d pages will be indexed again.", count
    )
    messages.success(request, text % {"n": count})
    return redirect("search_index")


def _letters(entries: "PaginatorPage[OutboxEntry]") -> list[DeadLetter]:
    pages = Page.objects.in_bulk([page_id_of(entry.key) for entry in entries])
    return [DeadLetter(entry, pages.get(page_id_of(entry.key))) for entry in entries]
