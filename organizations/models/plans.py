"""Which steps a text passes before it is published, as an organization chose them."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from organizations.models.tasks import StepKind

# How soon a decision is due where an organization chose no steps.
DAYS = 10


class ModerationPlan(ClusterableModel):
    """The steps of one organization, for one type of page or for all.

    `moderation.plans` makes Wagtail's workflow from it; without a plan, a text passes the approval
    of its organization and no more.
    """

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organization"),
        on_delete=models.CASCADE,
        related_name="moderation_plans",
    )
    content_type = models.ForeignKey(
        ContentType,
        verbose_name=_("type of page"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Leave it empty for all types that have no steps of their own."),
    )
    workflow = models.ForeignKey(
        "wagtailcore.Workflow",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("moderation steps")
        verbose_name_plural = _("moderation steps")
        ordering = ["organization", "content_type"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "content_type"], name="one_plan_per_type"
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(content_type=None),
                name="one_plan_for_all_types",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.type_name}"

    @property
    def type_name(self) -> str:
        """The type of page that it is for, in the reader's language."""
        model: Any = self.content_type.model_class() if self.content_type else None
        return str(model._meta.verbose_name) if model else str(_("all types"))


class PlanStep(Orderable):
    """One step of a plan, with its numbers."""

    plan = ParentalKey(ModerationPlan, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=30, choices=StepKind)
    people = models.PositiveSmallIntegerField(
        _("number of people"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("For an internal review, a cross-review or a validation by the community."),
    )
    organizations = models.PositiveSmallIntegerField(
        _("number of other organizations"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("For a cross-review: from how many organizations these people must come."),
    )
    percent = models.PositiveSmallIntegerField(
        _("completeness (%)"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("For a completeness check: how complete a text must be."),
    )

    days = models.PositiveSmallIntegerField(
        _("days to decide"),
        default=DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("How soon people should decide; authors are told the day."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return str(self.get_kind_display())


def check_steps(kinds: list[str]) -> None:
    """Raise `ValidationError` for steps that cannot work, in this order."""
    problems = []
    place = {kind: number for number, kind in enumerate(kinds)}
    approval = place.get(StepKind.ORGANIZATION, -1)
    if approval < 0:
        problems.append(_("The organization itself must approve: add its approval."))
    if len(place) < len(kinds):
        problems.append(_("Each step may come once only: take the second one out."))
    if place.get(StepKind.COMPLETENESS, 0) > 0:
        problems.append(
            _("The completeness check comes first: nobody should read what is not ready.")
        )
    if 0 <= approval < place.get(StepKind.INTERNAL_REVIEW, -1):
        problems.append(
            _("The internal review comes before the approval: afterwards its advice is late.")
        )
    if place.get(StepKind.COMMUNITY, len(kinds)) < max(
        approval, place.get(StepKind.CROSS_REVIEW, -1)
    ):
        problems.append(_("The community validates what organizations approved: put it last."))
    if problems:
        raise ValidationError(problems)
