"""Case studies: what one organization did, how it went, and which practices it applied."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Orderable

from core.blocks import QuoteBlock
from practices.blocks import TimelineEntryBlock
from practices.models.fields import prose_field, term_field
from practices.models.knowledge import KnowledgePage
from practices.panels import CASE_STUDY


class CaseStudyPage(KnowledgePage):
    """An account of an implementation (NICE shared learning, CAPS)."""

    type_slug = "case-study"

    organization_context = prose_field(
        _("organization and context"),
        _("Who you are: size, people, place, constraints."),
    )
    starting_situation = prose_field(
        _("starting situation"), _("What the matter was before, with numbers where there are some.")
    )
    aims = prose_field(_("aims"), _("What was to be different afterwards."))
    reasons = prose_field(_("reasons"), _("Why you chose to act, and to act this way."))
    timeline = StreamField(
        [("moment", TimelineEntryBlock())],
        verbose_name=_("implementation"),
        blank=True,
        help_text=_("What was done, in the order of time."),
    )
    costs = prose_field(_("costs"), _("Time, people and money, as they were."))
    cost_class = term_field(
        "cost_class", _("cost class"), _("The order of magnitude, for those who take it up.")
    )
    results = prose_field(
        _("results"), _("What was observed or measured, what did not change included.")
    )
    how_measured = prose_field(
        _("how it was measured"), _("With which instruments, among whom, and when.")
    )
    learning_points = StreamField(
        [("point", blocks.TextBlock(label=_("Learning point")))],
        verbose_name=_("key learning points"),
        blank=True,
        help_text=_("What you would tell a colleague who starts tomorrow."),
    )
    quotes = StreamField([("quote", QuoteBlock())], verbose_name=_("quotes"), blank=True)

    template = "practices/case_study_page.html"
    edit_handler = CASE_STUDY

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")


class Partner(Orderable):
    """Who took part, and as what."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=300, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")


class Verdict(models.TextChoices):
    """What an organization says of a practice that it applied."""

    WORKED = "worked", _("It worked")
    PARTLY = "partly", _("It partly worked")
    DID_NOT_WORK = "did-not-work", _("It did not work")
    TOO_EARLY = "too-early", _("Too early to say")


class PracticeApplication(Orderable):
    """A practice that a case applied, what was changed, and the verdict."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="applications")
    practice = models.ForeignKey(
        "practices.PracticeSheetPage",
        verbose_name=_("practice"),
        on_delete=models.CASCADE,
        related_name="applications",
    )
    changes = models.TextField(
        _("what was changed"),
        blank=True,
        help_text=_("How you adapted the practice to your context."),
    )
    verdict = models.CharField(
        _("verdict"), max_length=20, choices=Verdict, default=Verdict.TOO_EARLY
    )

    class Meta(Orderable.Meta):
        verbose_name = _("practice applied")
        verbose_name_plural = _("practices applied")
