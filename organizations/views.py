"""What organizations show to every reader, beside their pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from organizations.models import RegisterSettings
from organizations.moderation.selectors import pages_in_language, public_decisions

DECISIONS_ON_A_PAGE = 25


def decisions(request: HttpRequest) -> HttpResponse:
    """The decisions that the community chose to publish, about pages that the reader may see."""
    chosen = RegisterSettings.for_request(request)
    language = get_language() or "fr"
    found = public_decisions(request.user, chosen.published_kinds, language).select_related(
        "page__locale", "organization"
    )
    shown = Paginator(found, DECISIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    about = [(each, each.page) for each in shown if each.page is not None]
    translations = pages_in_language([page for _each, page in about], request.user, language)
    for each, page in about:
        each.page = translations.get(page.translation_key, page)
    return render(
        request,
        "organizations/decisions.html",
        {
            "decisions": shown,
            "shows_reasons": chosen.shows_reasons,
        },
    )
