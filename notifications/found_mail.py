"""The mail that tells what a saved search found, named after it, with a way to stop it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext, override

from core.languages import language_of
from core.models import User
from notifications.kinds import Frequency
from notifications.mail_addresses import absolute, mail_host
from notifications.models import Mail, SavedSearch
from notifications.saved_searches import token_of
from notifications.watching import params_of
from practices.models import KnowledgePage

# More are counted, and found on the page of the search.
SHOWN = 30


@dataclass(frozen=True)
class Found:
    """A page of the list: new to the search, or changed since it was told."""

    title: str
    url: str
    language: str
    is_new: bool


def compose_found(mail: Mail, saved: SavedSearch) -> EmailMultiAlternatives | None:
    """The mail in its reader's language, or None where they may see nothing of it any more."""
    person: User = mail.recipient
    found = _found(mail, person)
    if not found or saved.frequency == Frequency.NEVER:
        return None
    with override(saved.language):
        search_url = absolute(params_of(saved).url(reverse("search:page")))
    with override(language_of(person)):
        stop_url = absolute(reverse("notifications:stop_mails", args=[token_of(saved)]))
        context = {
            "person": person,
            "saved": saved,
            "found": found[:SHOWN],
            "more": max(0, len(found) - SHOWN),
            "search_url": search_url,
            "stop_url": stop_url,
            "choices_url": absolute(reverse("notifications:saved_searches")),
            "site_name": settings.WAGTAIL_SITE_NAME,
        }
        return EmailMultiAlternatives(
            subject=_subject(saved, len(found)),
            body=render_to_string("notifications/found_mail.txt", context),
            to=[person.email],
            alternatives=[
                (render_to_string("notifications/found_mail.html", context), "text/html")
            ],
            headers={
                "Auto-Submitted": "auto-generated",
                "Message-ID": f"<found-{mail.pk}@{mail_host()}>",
                # One click in the mail program, without a page: RFC 8058.
                "List-Unsubscribe": f"<{stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def _found(mail: Mail, person: User) -> Sequence[Found]:
    rows = dict(mail.found_pages.values_list("page_id", "is_new"))
    pages = KnowledgePage.objects.filter(pk__in=rows).live().public().current()
    visible = pages.visible_to(person).select_related("locale").order_by("-last_published_at", "pk")
    return [
        Found(page.title, absolute(page.get_url() or ""), page.locale.language_code, rows[page.pk])
        for page in visible
    ]


def _subject(saved: SavedSearch, n: int) -> str:
    return ngettext(
        "“%(name)s”: %(n)d page is new or has changed",
        "“%(name)s”: %(n)d pages are new or have changed",
        n,
    ) % {"name": saved.name, "n": n}
