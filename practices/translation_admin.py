"""What changed in the original since a translation was made, in the admin."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.signals import copy_for_translation_done

from core.models import User
from core.people import signed_in
from organizations.access import may_read_page
from organizations.moderation.differences import comparison
from practices.models import KnowledgePage, TranslationSource


@receiver(copy_for_translation_done)
def remember_source(sender: Any, source_obj: Any, target_obj: Any, **kwargs: Any) -> None:
    """Keep the text from which a translation is made."""
    if isinstance(source_obj, KnowledgePage):
        take_over_source(target_obj, source_obj.specific)


def take_over_source(page: Any, source: Any) -> TranslationSource:
    """Note that `page` now says what `source` says today."""
    found, _made = TranslationSource.objects.update_or_create(
        page_id=page.pk,
        defaults={"source_id": source.pk, "content": source.serializable_data()},
    )
    return found


def source_of(page: Any, user: User) -> TranslationSource | None:
    """The source of a translation, where `user` may know of it."""
    found = TranslationSource.objects.filter(page=page.pk).select_related("source").first()
    if found is None:
        return None
    source = found.source.specific
    known = source.permissions_for_user(user).can_edit()
    return found if known or (source.live and may_read_page(source, user)) else None


@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest, page_id: int) -> HttpResponse:
    """What changed in the original, in words; posted, that the translation has taken it over.

    404 for who may not edit the translation.
    """
    page = get_object_or_404(KnowledgePage, pk=page_id).specific
    user = signed_in(request)
    if not page.permissions_for_user(user).can_edit():
        raise Http404
    found = source_of(page, user)
    source = found.source.specific if found else None
    if request.method == "POST" and source is not None:
        with transaction.atomic():
            take_over_source(page, source)
        messages.success(request, _("Noted: this translation says what the original says today."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    differences: list[Any] = []
    if found is not None and source is not None:
        differences = comparison(request, source, found.source_then(), source)
    context = {"page": page, "found": found, "source": source, "changes": differences}
    return render(request, "practices/admin/translation_changes.html", context)


@hooks.register("register_admin_urls")
def register_translations() -> list[Any]:
    """Where a translation is compared with its original."""
    address = "translations/<int:page_id>/"
    return [path(address, changes, name="translation_changes")]


@hooks.register("register_page_header_buttons")
def lead_to_the_original(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """From a translation to what changed in its original."""
    if view_name == "edit" and TranslationSource.objects.filter(page=page.pk).exists():
        yield Button(
            _("What changed in the original"),
            url=reverse("translation_changes", args=[page.pk]),
            icon_name="globe",
            priority=40,
        )
