"""Lessons learned: what was planned, what happened, why, and what to do from now on."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.fields import StreamField
from wagtail.models import Orderable

from core.models import User
from organizations.models import Role
from organizations.models.organizations import roles_of
from practices.blocks import RecommendationBlock
from practices.models.fields import prose_field, term_field
from practices.models.knowledge import KnowledgePage
from practices.panels import LESSON


class Severity(models.TextChoices):
    """How much it mattered."""

    LOW = "low", _("low")
    MODERATE = "moderate", _("moderate")
    HIGH = "high", _("high")
    CRITICAL = "critical", _("critical")


class Stage(models.TextChoices):
    """How far a lesson has come on its way to being applied."""

    COLLECTED = "collected", _("collected")
    RECORDED = "recorded", _("recorded")
    DISSEMINATED = "disseminated", _("disseminated")
    APPLIED = "applied", _("applied")


class LessonPage(KnowledgePage):
    """A lesson learned (NASA lessons learned)."""

    type_slug = "lesson"

    planned = prose_field(_("what was planned"), _("What was meant to happen, and when."))
    happened = prose_field(
        _("what happened"), _("The facts in the order of time, without blaming anyone.")
    )
    root_causes = prose_field(
        _("root causes"), _("Causes in the way things were organized, not in people.")
    )
    impact = term_field("impact", _("impact"))
    lesson = prose_field(_("lesson"), _("What we know now that we did not know before."))
    recommendations = StreamField(
        [("recommendation", RecommendationBlock())],
        verbose_name=_("recommendations"),
        blank=True,
    )
    severity = models.CharField(_("severity"), max_length=20, choices=Severity, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.COLLECTED)
    anonymous_by_proxy = models.BooleanField(
        _("anonymous, told by a third party"),
        default=False,
        help_text=_(
            "The organization that lived this prefers not to be named; yours publishes it in its "
            "place. Names, affiliations and contacts stay hidden from every reader."
        ),
    )

    template = "practices/lesson_page.html"
    edit_handler = LESSON

    class Meta:
        verbose_name = _("lesson learned")
        verbose_name_plural = _("lessons learned")

    def confided_to(self, user: User) -> list[tuple[str, str]]:
        """Who told it, for those who moderate for its organization."""
        from practices.models.tellers import name_of_teller

        if not self.anonymous_by_proxy or Role.MODERATOR not in roles_of(
            user, self.organization_id
        ):
            return []
        name = name_of_teller(self.pk)
        return [(str(_("Who told it")), name)] if name else []

    @property
    def names_people(self) -> bool:
        """Never when another organization's experience is told in its place."""
        return not self.anonymous_by_proxy


class LessonPractice(Orderable):
    """A practice that a lesson concerns."""

    page = ParentalKey(LessonPage, on_delete=models.CASCADE, related_name="lesson_practices")
    practice = models.ForeignKey(
        "practices.PracticeSheetPage",
        verbose_name=_("practice"),
        on_delete=models.CASCADE,
        related_name="lesson_practices",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("practice concerned")
        verbose_name_plural = _("practices concerned")
