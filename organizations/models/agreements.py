"""Agreements between organizations: what they let each other do, who signed, and when it holds."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.dates import day_of
from organizations.models.organizations import Organization
from taxonomy.models import text_in


def today() -> date:
    """The present day where the site is."""
    return day_of(timezone.now())


class AgreementState(models.TextChoices):
    """What was last done to an agreement; `Agreement.status_on` adds what the calendar says."""

    DRAFT = "draft", _("draft")
    PARTLY_SIGNED = "partly_signed", _("signed by some")
    SIGNED = "signed", _("signed by all")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")


# From each state, where one may go.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    AgreementState.DRAFT: frozenset(
        {AgreementState.PARTLY_SIGNED, AgreementState.SIGNED, AgreementState.ENDED}
    ),
    AgreementState.PARTLY_SIGNED: frozenset(
        {AgreementState.PARTLY_SIGNED, AgreementState.SIGNED, AgreementState.ENDED}
    ),
    AgreementState.SIGNED: frozenset({AgreementState.SUSPENDED, AgreementState.ENDED}),
    AgreementState.SUSPENDED: frozenset({AgreementState.SIGNED, AgreementState.ENDED}),
    AgreementState.ENDED: frozenset(),
}


class AgreementStatus(models.TextChoices):
    """Where an agreement stands on a given day."""

    DRAFT = "draft", _("draft")
    PARTLY_SIGNED = "partly_signed", _("signed by some")
    UPCOMING = "upcoming", _("signed, not begun yet")
    ACTIVE = "active", pgettext_lazy("an agreement", "active")
    SUSPENDED = "suspended", _("suspended")
    EXPIRED = "expired", _("expired")
    ENDED = "ended", _("ended")


class Confidentiality(models.TextChoices):
    """Who may know that an agreement exists."""

    PUBLIC = "public", _("everyone: it is shown on the pages of the parties")
    PARTIES = "parties", _("the parties only")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements, by when they hold and by what they let do."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Those that hold at the moment `at` (now): nothing has to run for a day to come.

        Exact for the past too, since nothing that was signed is ever altered.
        """
        at = at or timezone.now()
        day = day_of(at)
        suspended = AgreementSuspension.objects.filter(
            Q(until=None) | Q(until__gt=at), agreement=OuterRef("pk"), since__lte=at
        )
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day) | Q(renewal_months__gt=0),
            Q(ended_on=None) | Q(ended_on__gt=day),
            ~Exists(suspended),
            signed_at__lte=at,
            starts_on__lte=day,
        )

    def ever_effective(self) -> Self:
        """Those that hold, held or may come to hold: all but the drafts that were given up."""
        return self.exclude(state=AgreementState.ENDED, signed_at=None)

    def of(self, organization: Organization) -> Self:
        """Those to which `organization` is a party."""
        return self.filter(pk__in=_parties().filter(organization=organization).values("agreement"))


def _parties() -> Any:
    return AgreementParty.objects.order_by()


class Agreement(models.Model):
    """What two or more organizations let each other do with some of their pages.

    Its terms change until the first signature. After that a change is a new version, a row of its
    own that `replaces` this one once all have signed it.
    """

    # What is signed.
    TERMS = (
        "title_fr",
        "title_en",
        "purpose_fr",
        "purpose_en",
        "text_fr",
        "text_en",
        "starts_on",
        "ends_on",
        "renewal_months",
        "notice_days",
        "may_see",
        "may_comment",
        "may_adapt",
        "may_republish",
        "may_cross_review",
        "confidentiality",
    )
    # The same, where there may be many.
    TERM_LISTS = ("parties", "content_types", "themes", "covered_organizations")
    RIGHTS = {
        "may_see": _("see"),
        "may_comment": pgettext_lazy("a right", "comment"),
        "may_adapt": _("adapt"),
        "may_republish": _("republish"),
        "may_cross_review": _("cross-review"),
    }

    title_fr = models.CharField(_("title (French)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    purpose_fr = models.TextField(_("purpose (French)"), max_length=500)
    purpose_en = models.TextField(_("purpose (English)"), max_length=500, blank=True)
    text_fr = models.TextField(_("text (French)"))
    text_en = models.TextField(_("text (English)"), blank=True)
    parties = models.ManyToManyField(
        Organization,
        verbose_name=_("parties"),
        through="organizations.AgreementParty",
        related_name="agreements",
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(
        _("ends on"),
        null=True,
        blank=True,
        help_text=_("The last day on which it holds. Empty: until a party ends it."),
    )
    renewal_months = models.PositiveSmallIntegerField(
        _("tacit renewal, in months"),
        default=0,
        validators=[MaxValueValidator(120)],
        help_text=_(
            "At its end it starts again for as long, unless a party has ended it. 0: it does not."
        ),
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice, in days"),
        default=0,
        validators=[MaxValueValidator(730)],
        help_text=_("How long before it ends the other parties must be told."),
    )
    content_types = models.ManyToManyField(
        "contenttypes.ContentType",
        verbose_name=_("types of pages"),
        blank=True,
        related_name="+",
        help_text=_("None: all types."),
    )
    themes = models.ManyToManyField(
        "taxonomy.Term",
        verbose_name=_("themes"),
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": "theme"},
        help_text=_("A theme covers those below it. None: all themes."),
    )
    covered_organizations = models.ManyToManyField(
        Organization,
        verbose_name=_("organizations whose pages are covered"),
        blank=True,
        related_name="+",
        help_text=_("None: all parties."),
    )
    may_see = models.BooleanField(
        _("see"),
        default=True,
        help_text=_("Their members read the covered pages that are shared with partners."),
    )
    may_comment = models.BooleanField(
        pgettext_lazy("a right", "comment"),
        default=False,
        help_text=_(
            "Those who write or review write remarks on covered pages that they may read, to those "
            "who work on them, who answer. Nobody else reads either."
        ),
    )
    may_adapt = models.BooleanField(
        _("adapt"),
        default=False,
        help_text=_(
            "Those who write make a version for their own organization of covered pages that they "
            "may read. It stays with its organization and the parties."
        ),
    )
    may_republish = models.BooleanField(
        _("republish"),
        default=False,
        help_text=_("Such a version may be shared with whom they like, everyone included."),
    )
    may_cross_review = models.BooleanField(
        _("cross-review"),
        default=False,
        help_text=_("Moderators and reviewers of the parties approve what is submitted to them."),
    )
    confidentiality = models.CharField(
        _("who may know of it"),
        max_length=20,
        choices=Confidentiality,
        default=Confidentiality.PUBLIC,
    )

    state = models.CharField(
        _("state"),
        max_length=20,
        choices=AgreementState,
        default=AgreementState.DRAFT,
        editable=False,
    )
    proposed_by = models.ForeignKey(
        Organization,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent to the parties at"), null=True, editable=False)
    signed_at = models.DateTimeField(_("signed by all at"), null=True, editable=False)
    # The first day on which it no longer holds.
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    end_reason = models.TextField(_("reason of the end"), blank=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="successors",
    )
    created_at = models.DateTimeField(_("drafted at"), auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="agreement_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return text_in(get_language() or "fr", self.title_fr, self.title_en)

    @property
    def purpose(self) -> str:
        """The purpose in the reader's language."""
        return text_in(get_language() or "fr", self.purpose_fr, self.purpose_en)

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return text_in(get_language() or "fr", self.text_fr, self.text_en)

    @property
    def rights(self) -> list[str]:
        """What it lets the parties do with each other's pages, in words."""
        return [str(label) for name, label in self.RIGHTS.items() if getattr(self, name)]

    def status_on(self, day: date) -> AgreementStatus:
        """Where it stands on `day`, as far as is known today."""
        if self.ended_on and self.ended_on <= day:
            return AgreementStatus.ENDED
        if self.signed_at is None:
            return AgreementStatus(self.state)
        if self.ends_on and self.ends_on < day and not self.renewal_months:
            return AgreementStatus.EXPIRED
        if self.starts_on > day:
            return AgreementStatus.UPCOMING
        if any(each.until is None for each in self.suspensions.all()):
            return AgreementStatus.SUSPENDED
        return AgreementStatus.ACTIVE

    @property
    def status(self) -> AgreementStatus:
        """Where it stands today."""
        return self.status_on(today())

    def digest(self) -> str:
        """The fingerprint of its terms: what one has read and what one signs have the same."""
        terms: dict[str, Any] = {name: str(getattr(self, name)) for name in self.TERMS}
        for name in self.TERM_LISTS:
            terms[name] = sorted(getattr(self, name).values_list("pk", flat=True))
        return hashlib.sha256(json.dumps(terms, sort_keys=True).encode()).hexdigest()


class AgreementParty(models.Model):
    """An organization that is a party to an agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("party to an agreement")
        verbose_name_plural = _("parties to agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organization"], name="one_party_per_organization"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.agreement}"


class AgreementSignature(models.Model):
    """Who signed which terms for which party; the name stays when the account goes."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=200)
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)
    digest = models.CharField(_("fingerprint of the terms"), max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organization"], name="one_signature_per_party"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.organization}"


class AgreementSuspension(models.Model):
    """A time during which a signed agreement does not hold."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="suspensions")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)
    reason = models.TextField(_("reason"))
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(until=None),
                name="one_suspension_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.since:%Y-%m-%d}"
