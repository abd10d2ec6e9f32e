"""StreamField blocks and rich-text features that any page may use."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

# What a paragraph of knowledge may hold; images come with their own fields and alternatives.
PROSE_FEATURES = [
    "h3",
    "h4",
    "bold",
    "italic",
    "ol",
    "ul",
    "link",
    "document-link",
    "superscript",
    "subscript",
]
# What a short answer may hold.
SHORT_PROSE_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class QuoteBlock(blocks.StructBlock):
    """Someone's own words."""

    text = blocks.TextBlock(label=_("Quote"))
    author = blocks.CharBlock(
        label=_("Who said it"),
        required=False,
        help_text=_("A name or a function, as the person agreed to be cited."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "components/blocks/quote.html"
