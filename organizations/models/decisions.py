"""What was decided, by whom and why: a register to which one only adds."""

from typing import Any, NoReturn

from django import forms
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import TaskState

from organizations.models.organizations import CommunityRole, Organization, Role


class DecisionKind(models.TextChoices):
    """What kind of thing was decided."""

    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    RECOMMENDED = "recommended", _("recommended by a reviewer")
    CHANGES_ADVISED = "changes_advised", _("changes advised by a reviewer")
    CROSS_APPROVED = "cross_approved", _("approved by another organization")
    VALIDATED = "validated", _("validated by the community")
    INCOMPLETE = "incomplete", _("sent back as incomplete")
    IN_VAIN = "in_vain", _("sent back: nobody can cross-review it")
    CONFLICT = "conflict", _("conflict of interest declared")
    CANCELLED = "cancelled", _("taken out of moderation")
    WITHDRAWN = "withdrawn", _("withdrawn")
    APPEALED = "appealed", _("appealed against")
    APPEAL_UPHELD = "appeal_upheld", _("refusal upheld on appeal")
    APPEAL_OVERTURNED = "appeal_overturned", _("refusal overturned on appeal")
    APPEAL_RETURNED = "appeal_returned", _("returned to the moderators on appeal")
    PUBLISHED_DIRECTLY = "published_directly", _("published without moderation")
    STATUS_CHANGED = "status_changed", _("status changed")
    AGREEMENT_SIGNED = "agreement_signed", _("agreement signed")
    AGREEMENT_SUSPENDED = "agreement_suspended", _("agreement suspended")
    AGREEMENT_RESUMED = "agreement_resumed", _("agreement resumed")
    AGREEMENT_ENDED = "agreement_ended", _("agreement ended")


def decision_kinds() -> list[tuple[str, Any]]:
    """The kinds and their names; a function, so that a new kind needs no migration."""
    return list(DecisionKind.choices)


class RegisterIsAppendOnly(TypeError):
    """Somebody tried to change or delete an entry of the register."""

    def __init__(self) -> None:
        super().__init__(
            "The register of decisions is append-only: write a new entry with record_decision()."
        )


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise RegisterIsAppendOnly


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Entries of the register, which are read and never changed."""

    def append(self, entries: list["Decision"]) -> None:
        """Write entries that the register has chained; nothing else calls this."""
        models.QuerySet.bulk_create(self, entries)

    update = delete = bulk_create = bulk_update = update_or_create = _refuse


class Decision(models.Model):
    """An entry of the register; `organizations.moderation.register` writes and verifies them.

    What it names may change its name or go: the entry keeps the words of the day, and its links
    are numbers that the database does not hold together.
    """

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    made_at = models.DateTimeField(_("when"), db_index=True)
    kind = models.CharField(_("decision"), max_length=40, choices=decision_kinds)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    person_name = models.CharField(_("person"), max_length=300, blank=True)
    role = models.CharField(_("role"), max_length=200, blank=True)
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    organization_name = models.CharField(_("organization"), max_length=200, blank=True)
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    # The title of the page, or what else was decided on.
    subject = models.CharField(_("subject"), max_length=300)
    reference = models.CharField(_("persistent reference"), max_length=60, blank=True)
    step = models.CharField(_("step"), max_length=255, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    revision_number = models.PositiveBigIntegerField(_("revision"), null=True)
    revision_hash = models.CharField(_("SHA-256 of the text"), max_length=64, blank=True)
    # What differs from the version that readers had: see `moderation.differences`.
    difference = models.JSONField(_("difference"), default=list, encoder=DjangoJSONEncoder)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    wagtail_reference_index_ignore = True

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-made_at", "-number"]
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.number} · {self.get_kind_display()} · {self.subject}"

    save = delete = _refuse

    @property
    def role_names(self) -> str:
        """The roles in which the person decided, in the reader's language."""
        known = {**dict(Role.choices), **dict(CommunityRole.choices)}
        roles = [each.partition(" ") for each in self.role.split(", ") if each]
        # For another organization than that of the text, its name follows.
        return ", ".join(f"{known.get(role, role)}{space}{rest}" for role, space, rest in roles)


class RegisterHead(models.Model):
    """The last entry of the register; whoever adds one holds this row, so that none fork."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    wagtail_reference_index_ignore = True


class ConflictOfInterest(models.Model):
    """A person who must not take part in deciding on a page, in any of its languages."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conflicts_of_interest"
    )
    translation_key = models.UUIDField(db_index=True)
    note = models.TextField(_("note"), blank=True)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "translation_key"], name="one_conflict_per_person_and_page"
            )
        ]


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", _("in favour")
    CHANGES = "changes", _("advises changes")


class Opinion(models.Model):
    """What one person said of one revision, at a step that asks several people."""

    task_state = models.ForeignKey(TaskState, on_delete=models.CASCADE, related_name="opinions")
    # Number of the revision: what is said of a text is not said of the next one.
    revision_number = models.PositiveBigIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="opinions"
    )
    # For which other organization it was said, in a cross-review.
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, related_name="+"
    )
    verdict = models.CharField(max_length=20, choices=Verdict)
    comment = models.TextField(blank=True)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task_state", "revision_number", "person"],
                name="one_opinion_per_person_and_revision",
            )
        ]


class RegisterSettingsForm(WagtailAdminModelForm):
    """The kinds of decisions, each with a box to tick."""

    published_kinds = forms.MultipleChoiceField(
        label=_("Decisions shown to the public"),
        choices=decision_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of pages that the reader may see, and without the names of people."),
    )


@register_setting(icon="list-ul")
class RegisterSettings(BaseSiteSetting):
    """Which decisions the community shows to the public."""

    published_kinds = models.JSONField(_("decisions shown to the public"), default=list, blank=True)
    shows_reasons = models.BooleanField(
        _("show the reasons too"),
        default=False,
        help_text=_("Moderators write them to authors: tell them before you publish them."),
    )

    edit_handler = ObjectList(
        [FieldPanel("published_kinds"), FieldPanel("shows_reasons")],
        base_form_class=RegisterSettingsForm,
    )

    class Meta:
        verbose_name = _("public decisions")
