"""Who looks after a task of the moderation, until when, and who stands in for whom."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState

from organizations.models.organizations import Organization


class Priority(models.IntegerChoices):
    NORMAL = 0, _("normal")
    HIGH = 1, _("high")


class TaskHandling(models.Model):
    """How one task is dealt with; made when the task starts, with the page and its owner."""

    task_state = models.OneToOneField(TaskState, on_delete=models.CASCADE, related_name="handling")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField(_("due"))
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="claimed_tasks",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("handling of a task")
        verbose_name_plural = _("handling of tasks")

    def __str__(self) -> str:
        return f"{self.page} · {self.due_on}"

    @property
    def is_overdue(self) -> bool:
        """Whether the day on which a decision was promised is over."""
        return self.due_on < timezone.localdate()

    @property
    def age(self) -> int:
        """For how many days it has waited."""
        return (timezone.localdate() - timezone.localtime(self.task_state.started_at).date()).days


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences, by the day."""

    def current(self) -> "AbsenceQuerySet":
        """Those that are not over."""
        return self.filter(until__gte=timezone.localdate())


class Absence(models.Model):
    """That a person is away until a day, and who decides for them in one organization."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences"
    )
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who decides meanwhile"),
        on_delete=models.CASCADE,
        related_name="+",
        # Nobody, where nobody else holds the role: the leads are told.
        null=True,
    )
    until = models.DateField(_("away until"))

    wagtail_reference_index_ignore = True

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization"], name="one_absence_per_organization"
            ),
            models.CheckConstraint(
                condition=~Q(person=models.F("delegate")), name="somebody_else_decides_meanwhile"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.delegate or '–'} ({self.until})"


def due_day(started_at: datetime.datetime, days: int) -> datetime.date:
    """The day on which a task that started then is due."""
    return timezone.localtime(started_at).date() + datetime.timedelta(days=days)
