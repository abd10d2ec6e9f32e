"""Practice sheets: what to do, why it works, what is needed, what is known of its effects."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.fields import StreamField
from wagtail.models import Orderable

from practices.blocks import BuildingBlock
from practices.models.fields import prose_field, term_field, terms_field
from practices.models.knowledge import KnowledgePage
from practices.panels import PRACTICE_SHEET


class PracticeSheetPage(KnowledgePage):
    """A good practice that others can take up (FAO template, TIDieR, PANORAMA, EEF)."""

    type_slug = "practice-sheet"
    first_state = "promising"

    problem = prose_field(_("problem"), _("The problem that it answers, and for whom."))
    objective = prose_field(_("objective"), _("What should be different afterwards."))
    original_context = prose_field(
        _("original context"),
        _("Where and in which conditions it was first carried out."),
    )
    why_it_works = prose_field(
        _("why it works"), _("The mechanism: what makes the effect come about.")
    )
    building_blocks = StreamField(
        [("building_block", BuildingBlock())],
        verbose_name=_("building blocks"),
        blank=True,
        help_text=_("The steps, grouped into parts that can be taken up on their own."),
    )
    materials = prose_field(_("materials"), _("Documents, tools and equipment that are needed."))
    delivered_by = prose_field(
        _("who delivers it"), _("Their function or trade, and how many of them are needed.")
    )
    training_needed = prose_field(
        _("training needed"),
        _("What those who deliver it must learn first, how long that takes, and where."),
    )
    delivery_modes = terms_field(
        "delivery_mode",
        _("delivery modes"),
        _("Tick every mode in which it has been carried out."),
    )
    resources = prose_field(_("resources and costs"), _("Time, people and money, as they were."))
    cost_class = term_field(
        "cost_class", _("cost class"), _("The order of magnitude, for those who take it up.")
    )
    results = prose_field(_("results"), _("What was observed or measured, and how."))
    evidence_level = term_field(
        "evidence_level",
        _("evidence level"),
        _("How sure one can be of its effects; say why below."),
    )
    evidence_reason = prose_field(
        _("reason for the evidence level"),
        _("What the level rests on: studies, follow-up, accounts."),
    )
    success_factors = prose_field(
        _("success factors"), _("What must be in place for it to go well.")
    )
    obstacles = prose_field(_("obstacles"), _("What stood in the way, and what was done about it."))
    transferability = prose_field(
        _("transferability conditions"),
        _("What must be alike elsewhere for it to work there."),
    )
    what_not_to_do = prose_field(
        _("what not to do"), _("The mistakes that undo the effect, or that do harm.")
    )
    sustainability = prose_field(
        _("sustainability"), _("What keeps it going after the first year.")
    )

    template = "practices/practice_sheet_page.html"
    edit_handler = PRACTICE_SHEET

    class Meta:
        verbose_name = _("practice sheet")
        verbose_name_plural = _("practice sheets")


class PracticeCompetency(Orderable):
    """A dimension of the digital competency that a practice develops, and to what level."""

    page = ParentalKey(PracticeSheetPage, on_delete=models.CASCADE, related_name="competencies")
    dimension = models.ForeignKey(
        "taxonomy.Term",
        verbose_name=_("dimension"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"vocabulary__slug": "competency"},
    )
    level = models.ForeignKey(
        "taxonomy.Term",
        verbose_name=_("level"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": "competency_level"},
    )

    class Meta(Orderable.Meta):
        verbose_name = _("competency dimension")
        verbose_name_plural = _("competency dimensions")
