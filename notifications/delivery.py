"""Brings notices by mail: gathers what is owed, sends it, and notes what became of each mail.

Nothing here runs in a request. A mail server that is down is tried again for a day, later and
later. Any number of processes may send; each notice is in one mail at most, and a mail that may
have left is not sent a second time.
"""

import datetime
import logging
import smtplib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override

from core.background import keep_working
from core.languages import language_of
from core.models import User
from notifications.found_mail import compose_found
from notifications.kinds import Frequency
from notifications.letters import compose_letter
from notifications.mail_addresses import absolute, mail_host
from notifications.models import Mail, MailState, Notice
from notifications.reminders import remind
from notifications.schedule import last_morning
from notifications.watching import look_for_results
from organizations.moderation.crossing import send_back_all_in_vain

logger = logging.getLogger(__name__)

BATCH = 100
# How long a mail is tried.
PATIENCE = datetime.timedelta(hours=24)
FIRST_DELAY, LONGEST_DELAY = 60.0, 3600.0  # seconds; doubled at each attempt
# A process that has held a mail for so long has died.
LEASE = datetime.timedelta(minutes=10)
IDLE_SECONDS = 5.0
# How often it is looked for what is due and for what waits in vain; each person is told once.
LOOK_SECONDS = 3600.0


@dataclass
class Outcome:
    """What one round did, in mails."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    withheld: int = 0


def deliver() -> Outcome:
    """Gather what is owed now and send what is due. Never raises for the mail server."""
    gather()
    _give_up_on_the_dead()
    outcome = Outcome()
    due = list(
        Mail.objects.due().select_related("recipient", "saved_search").order_by("due_at")[:BATCH]
    )
    if not due:
        return outcome
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as problem:
        logger.warning("The mail server does not answer: %s", problem)
        for mail in due:
            _postpone(mail, problem, outcome)
        return outcome
    try:
        for mail in due:
            if _claim(mail):
                _send(mail, server, outcome)
    finally:
        server.close()
    return outcome


def run(stop: threading.Event) -> None:
    """Deliver until `stop` is set; every hour, remind people and send back what waits in vain."""
    looked = -LOOK_SECONDS

    def work() -> float:
        nonlocal looked
        if time.monotonic() - looked >= LOOK_SECONDS:
            # An agreement that reaches its last day tells nobody by itself.
            send_back_all_in_vain()
            remind()
            looked = time.monotonic()
        deliver()
        return IDLE_SECONDS

    keep_working(stop, work)


def gather() -> None:
    """Make a mail for everyone to whom notices are owed, at once or since the last morning, and
    for every saved search that found something."""
    look_for_results()
    now = timezone.localtime()
    for frequency, until in (
        (Frequency.IMMEDIATE, now),
        (Frequency.DAILY, last_morning(now)),
        (Frequency.WEEKLY, last_morning(now, monday=True)),
    ):
        owed = Notice.objects.owed_by_mail(frequency, until)
        # Mostly there is nothing, which is not worth a transaction that writes.
        if owed.exists():
            _make_mails(frequency, until)


@transaction.atomic
def _make_mails(frequency: Frequency, until: datetime.datetime) -> None:
    owed = Notice.objects.owed_by_mail(frequency, until).order_by("pk")
    if database.features.has_select_for_update_skip_locked:
        owed = owed.select_for_update(skip_locked=True)
    by_recipient: dict[int, list[int]] = {}
    for pk, recipient_id in owed.values_list("pk", "recipient_id"):
        by_recipient.setdefault(recipient_id, []).append(pk)
    for recipient_id, ids in by_recipient.items():
        mail = Mail.objects.create(recipient_id=recipient_id, frequency=frequency)
        Notice.objects.filter(pk__in=ids).update(mail=mail)


def _claim(mail: Mail) -> bool:
    """Whether this process is the one that sends `mail`."""
    held = Mail.objects.filter(pk=mail.pk, state=MailState.WAITING)
    return bool(held.update(state=MailState.SENDING, due_at=timezone.now()))


def _give_up_on_the_dead() -> None:
    held = Mail.objects.filter(state=MailState.SENDING, due_at__lt=timezone.now() - LEASE)
    held.update(state=MailState.UNCERTAIN, letter="")


def _send(mail: Mail, server: BaseEmailBackend, outcome: Outcome) -> None:
    try:
        message = compose(mail)
    except Exception as problem:
        # What cannot be written once will not be later, and must not stop the others.
        logger.exception("Mail %s cannot be written.", mail.pk)
        _finish(mail, MailState.FAILED, str(problem))
        outcome.failed += 1
        return
    if message is None:
        _finish(mail, MailState.WITHHELD)
        outcome.withheld += 1
        return
    message.connection = server
    mail.address = message.to[0]
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _reason in problem.recipients.values()]
        if all(code >= 500 for code in codes):
            # There is no such address; asking again would change nothing.
            _finish(mail, MailState.FAILED, str(problem))
            outcome.failed += 1
        else:
            _postpone(mail, problem, outcome)
    except ValueError as problem:
        # A header that no mail can have.
        _finish(mail, MailState.FAILED, str(problem))
        outcome.failed += 1
    except (OSError, smtplib.SMTPException) as problem:
        _postpone(mail, problem, outcome)
    else:
        mail.sent_at = timezone.now()
        _finish(mail, MailState.SENT)
        outcome.sent += 1


def _finish(mail: Mail, state: MailState, error: str = "") -> None:
    mail.state, mail.error, mail.letter = state, error[:2000], ""
    mail.attempts += 1
    mail.save(update_fields=["state", "error", "letter", "attempts", "address", "sent_at"])


def _postpone(mail: Mail, problem: Exception, outcome: Outcome) -> None:
    """Try again later; after `PATIENCE` give up, for somebody to look at."""
    now = timezone.now()
    if now - mail.created_at >= PATIENCE:
        _finish(mail, MailState.FAILED, str(problem))
        outcome.failed += 1
        return
    delay = min(FIRST_DELAY * 2**mail.attempts, LONGEST_DELAY)
    mail.due_at = now + datetime.timedelta(seconds=delay)
    mail.state, mail.error = MailState.WAITING, str(problem)[:2000]
    mail.attempts += 1
    mail.save(update_fields=["state", "error", "attempts", "due_at"])
    outcome.postponed += 1


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """The mail in its reader's language, or None where nothing of it concerns them any more."""
    person: User = mail.recipient
    if not person.is_active or not person.email:
        return None
    if mail.letter:
        return compose_letter(mail)
    if mail.saved_search is not None:
        return compose_found(mail, mail.saved_search)
    notices = list(mail.notices.shown_to(person).select_related("page").order_by("pk"))
    if not notices:
        return None
    with override(language_of(person)):
        context = {
            "person": person,
            "notices": [(notice.text, absolute(notice.path)) for notice in notices],
            "choices_url": absolute(reverse("notifications:choices")),
            "site_name": settings.WAGTAIL_SITE_NAME,
        }
        return EmailMultiAlternatives(
            subject=_subject(notices),
            body=render_to_string("notifications/mail.txt", context),
            to=[person.email],
            alternatives=[(render_to_string("notifications/mail.html", context), "text/html")],
            headers={
                "Auto-Submitted": "auto-generated",
                "Message-ID": f"<notice-{mail.pk}@{mail_host()}>",
            },
        )


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        # Old programs that read mail have no narrow space.
        return notices[0].short_text.replace("\u202f", "\u00a0")
    return ngettext("%(site)s: %(n)d notice", "%(site)s: %(n)d notices", len(notices)) % {
        "site": settings.WAGTAIL_SITE_NAME,
        "n": len(notices),
    }
