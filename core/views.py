"""What the site says of itself: who runs it, under which terms, and how accessible it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accessibility import last_run


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is for, the licences, and what it keeps of its readers."""
    return render(request, "core/about.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, with what the last run of the checks found."""
    return render(request, "core/accessibility.html", {"run": last_run()})
