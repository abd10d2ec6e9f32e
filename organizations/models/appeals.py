"""The appeal of an author whose text was sent back, to people of other organizations."""

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from organizations.models.decisions import Decision
from organizations.models.organizations import CommunityRole, Organization

# Who may be asked; those who belong to the refusing organization are never.
PANEL = frozenset({CommunityRole.MEDIATOR.value, CommunityRole.STEERING.value})


class AppealState(models.TextChoices):
    """Where an appeal stands; what a panel may decide is what `OPEN` leads to."""

    OPEN = "open", _("waits for the panel")
    UPHELD = "upheld", _("the refusal stands")
    OVERTURNED = "overturned", _("the text is published")
    RETURNED = "returned", _("sent back to other moderators")
    DROPPED = "dropped", _("dropped: the text was submitted again")


TRANSITIONS = {
    AppealState.OPEN: {
        AppealState.UPHELD,
        AppealState.OVERTURNED,
        AppealState.RETURNED,
        AppealState.DROPPED,
    }
}
OUTCOMES = (AppealState.UPHELD, AppealState.OVERTURNED, AppealState.RETURNED)


class Appeal(models.Model):
    """What an author says against one decision; one for each decision."""

    decision = models.OneToOneField(
        Decision, on_delete=models.DO_NOTHING, db_constraint=False, related_name="appeal"
    )
    task_state = models.ForeignKey(
        "wagtailcore.TaskState", on_delete=models.CASCADE, related_name="appeals"
    )
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="appeals")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appeals"
    )
    # Who decided what is appealed against, and decides no more on it when it comes back.
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    statement = models.TextField(_("statement"))
    filed_at = models.DateTimeField(_("filed at"), default=timezone.now)
    state = models.CharField(
        _("state"), max_length=20, choices=AppealState, default=AppealState.OPEN
    )
    words = models.TextField(_("words of the panel"), blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-filed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.page} · {self.get_state_display()}"


class AppealSignature(models.Model):
    """What one member of the panel would decide, and why."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=20, choices=AppealState)
    words = models.TextField()
    signed_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("signature of an appeal")
        verbose_name_plural = _("signatures of appeals")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "person"], name="one_signature_per_person")
        ]


@register_setting(icon="clipboard-list")
class AppealSettings(BaseSiteSetting):
    """How long authors may appeal, and how many members of the panel decide."""

    days = models.PositiveSmallIntegerField(
        _("days to appeal"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Counted from the decision."),
    )
    signatures = models.PositiveSmallIntegerField(
        _("signatures"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("How many members of the panel must decide the same."),
    )

    class Meta:
        verbose_name = _("appeals")

    @classmethod
    def current(cls) -> "AppealSettings":
        """Those of the site, or the usual ones."""
        site = Site.objects.filter(is_default_site=True).first()
        return cls.for_site(site) if site else cls()

    def last_moment(self, decided_at: datetime.datetime) -> datetime.datetime:
        """Until when what was decided then may be appealed against."""
        return decided_at + datetime.timedelta(days=self.days)
