"""Notices, how each person wants to be told, and the mails with what became of them."""

import re
from collections import defaultdict
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.dates import date_format
from core.models import User
from notifications.kinds import KINDS, Frequency, Kind
from organizations.models import Membership


def kind_choices() -> list[tuple[str, Any]]:
    """The kinds of notices, for forms and lists; a new kind needs no migration."""
    return [(kind.name, kind.label) for kind in KINDS.values()]


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, by who reads them and by what mail still owes."""

    def shown_to(self, user: User | AnonymousUser) -> Self:
        """The notices of `user` that still concern them.

        What came through an organization that they have left is no longer theirs to read, nor what
        is about a page of which it must not speak to them any more.
        """
        mine = self.filter(recipient=user.pk, kind__in=KINDS)
        if isinstance(user, User) and user.is_superuser:
            return mine
        for kind in KINDS.values():
            if kind.pages is not None:
                pages = kind.pages(user).order_by().values("pk")
                mine = mine.filter(~Q(kind=kind.name) | Q(page__in=pages))
        own = Membership.objects.filter(user=user.pk).values("organization")
        return mine.filter(Q(organization=None) | Q(organization__in=own))

    def unread(self) -> Self:
        """Those that were not read."""
        return self.filter(read_at=None)

    def owed_by_mail(self, frequency: Frequency, until: datetime) -> Self:
        """Those that no mail has brought yet, of this frequency, made before `until`."""
        return self.filter(mail=None, frequency=frequency, created_at__lt=until, kind__in=KINDS)


class Notice(models.Model):
    """That something happened which concerns somebody; one for each person and event."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=40, choices=kind_choices)
    event = models.CharField(max_length=100)
    # Through which organization it concerns them; nobody is told about one that they have left.
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, related_name="+"
    )
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, null=True, related_name="+"
    )
    words = models.JSONField(default=dict)
    frequency = models.CharField(max_length=10, choices=Frequency)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(
        "notifications.Mail", on_delete=models.SET_NULL, null=True, related_name="notices"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event"], name="told_once_of_each_event")
        ]
        indexes = [
            models.Index(
                fields=["frequency", "created_at"],
                condition=Q(mail=None),
                name="notices_owed_by_mail",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"

    @property
    def declared(self) -> Kind:
        """What is declared of its kind."""
        return KINDS[self.kind]

    @property
    def text(self) -> str:
        """What happened, in the active language."""
        own = self.words.get(get_language() or "", {})
        words = defaultdict(str, {**self.words, **own})  # a word that is missing is empty
        if words["day"]:
            words["day"] = date_format(date.fromisoformat(words["day"]), "DATE_FORMAT")
        # Comments come with line breaks; the spaces that do not break are typography.
        return re.sub(r"[ \t\r\n]+", " ", str(self.declared.sentence) % words).strip()

    @property
    def short_text(self) -> str:
        """The same in one line."""
        return Truncator(self.text).chars(120)

    @property
    def path(self) -> str:
        """Where it leads, without the host; empty for nowhere."""
        return self.declared.path(self)


class NoticeChoice(models.Model):
    """How often mail brings one kind of notice to one person, where that is not the usual way."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=40, choices=kind_choices)
    frequency = models.CharField(max_length=10, choices=Frequency)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_for_each_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.frequency}"


class MailState(models.TextChoices):
    """What became of a mail."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")
    # The process that sent it died before it learned the answer: it is not sent a second time.
    UNCERTAIN = "uncertain", _("perhaps sent")
    # All that it would have said no longer concerns the person.
    WITHHELD = "withheld", _("withheld")


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails, by what can be done with them."""

    def due(self) -> Self:
        """Those that may be sent now."""
        return self.filter(state=MailState.WAITING, due_at__lte=timezone.now())


class Mail(models.Model):
    """One mail and what became of it: the log of deliveries.

    It holds no text: what it says is written when it is sent, of what still concerns its reader.
    A letter about an account, which says it once, is kept sealed until it has left.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    # For what a saved search found; a mail of notices has none.
    saved_search = models.ForeignKey(
        "notifications.SavedSearch", on_delete=models.SET_NULL, null=True, related_name="mails"
    )
    address = models.EmailField(_("e-mail address"), blank=True)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency)
    state = models.CharField(
        _("state"), max_length=10, choices=MailState, default=MailState.WAITING
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent on"), null=True)
    error = models.TextField(_("reason"), blank=True)
    letter = models.TextField(_("letter"), blank=True, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="mails_due")]

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} → {self.recipient}"


class SavedSearch(models.Model):
    """A search that somebody keeps under a name, and how often they are told what it finds anew."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(max_length=10)
    # As in the address of the search page.
    query = models.TextField(blank=True)
    frequency = models.CharField(
        _("tell me by mail"), max_length=10, choices=Frequency, default=Frequency.WEEKLY
    )
    created_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(default=timezone.now)
    # The fingerprint of what the person could see then: it changes with their rights.
    audience = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_saved_search_of_each_name")
        ]
        indexes = [models.Index(fields=["frequency", "looked_at"], name="searches_to_look_at")]

    def __str__(self) -> str:
        return self.name


class FoundPage(models.Model):
    """A page that a saved search found, in the version of which its owner knows or will be told.

    `mail` tells it; there is none for what was there when the search was saved.
    """

    # That somebody looks for a page is not a use of it in the admin.
    wagtail_reference_index_ignore = True

    saved_search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="found_pages"
    )
    page = models.ForeignKey("practices.KnowledgePage", on_delete=models.CASCADE, related_name="+")
    version = models.DateTimeField(null=True)
    is_new = models.BooleanField(default=False)
    mail = models.ForeignKey(Mail, on_delete=models.SET_NULL, null=True, related_name="found_pages")

    class Meta:
        verbose_name = _("page found")
        verbose_name_plural = _("pages found")
        constraints = [
            models.UniqueConstraint(fields=["saved_search", "page"], name="each_page_found_once")
        ]

    def __str__(self) -> str:
        return f"{self.saved_search_id} → {self.page_id}"
