"""What organizations show to every reader, beside their pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organizations.models import RegisterSettings
from organizations.moderation.selectors import public_decisions

DECISIONS_ON_A_PAGE = 25


def decisions(request: HttpRequest) -> HttpResponse:
    """The decisions that the community chose to publish, about pages that the reader may see."""
    chosen = RegisterSettings.for_request(request)
    found = public_decisions(request.user, chosen.published_kinds).select_related(
        "page__locale", "organization"
    )
    return render(
        request,
        "organizations/decisions.html",
        {
            "decisions": Paginator(found, DECISIONS_ON_A_PAGE).get_page(request.GET.get("page")),
            "shows_reasons": chosen.shows_reasons,
        },
    )
