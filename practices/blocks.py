"""StreamField blocks of the field's own templates."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import SHORT_PROSE_FEATURES


class BuildingBlock(blocks.StructBlock):
    """One part of a practice that can be taken up on its own (after PANORAMA)."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    aim = blocks.TextBlock(
        label=_("Aim"), required=False, help_text=_("What this part makes possible.")
    )
    steps = blocks.ListBlock(
        blocks.RichTextBlock(features=SHORT_PROSE_FEATURES, label=_("Step")),
        label=_("Steps"),
        min_num=0,
        default=[],
        help_text=_("One action a step, in the order in which they are done."),
    )
    enabling_factors = blocks.RichTextBlock(
        label=_("Enabling factors"),
        features=SHORT_PROSE_FEATURES,
        required=False,
        help_text=_("What must be there for it to work."),
    )

    class Meta:
        icon = "list-ol"
        label = _("Building block")
        template = "practices/blocks/building_block.html"


class TimelineEntryBlock(blocks.StructBlock):
    """One moment of an implementation."""

    date = blocks.CharBlock(
        label=_("When"),
        max_length=60,
        help_text=_("For example “September 2024” or “Week 3”."),
    )
    title = blocks.CharBlock(label=_("What happened"), max_length=150)
    text = blocks.RichTextBlock(
        label=_("In more detail"), features=SHORT_PROSE_FEATURES, required=False
    )

    class Meta:
        icon = "date"
        label = _("Moment")
        template = "practices/blocks/timeline_entry.html"


class RecommendationBlock(blocks.StructBlock):
    """What should be done from now on, and by whom."""

    action = blocks.RichTextBlock(label=_("Action"), features=SHORT_PROSE_FEATURES)
    owner = blocks.CharBlock(
        label=_("Who should do it"),
        required=False,
        help_text=_("A function rather than a person, for example “programme coordinators”."),
    )

    class Meta:
        icon = "check"
        label = _("Recommendation")
        template = "practices/blocks/recommendation.html"
