"""A person's notices, and how they want to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.people import signed_in
from notifications.forms import ChoicesForm
from notifications.selectors import frequencies_of, kinds_for, notices_for
from notifications.services import choose, mark_read

PER_PAGE = 30


@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first."""
    notices = notices_for(signed_in(request))
    unread = notices.unread().count()
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"notices": page, "unread": unread})


@login_required
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    person = signed_in(request)
    notice = get_object_or_404(notices_for(person), pk=pk)
    mark_read(person, ids=[notice.pk])
    return redirect(notice.path or reverse("notifications:inbox"))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(signed_in(request))
    return redirect("notifications:inbox")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """How often mail brings each kind of notice."""
    person = signed_in(request)
    form = ChoicesForm(
        request.POST or None, kinds=kinds_for(person), initial=frequencies_of(person)
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose(person, choices=form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Your choices are saved."))
            return redirect("notifications:choices")
    return render(request, "notifications/choices.html", {"form": form})
