"""From which page of another organization a page was made."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from organizations.models import SharingLevel
from practices.models.knowledge import KnowledgePage, Licence


class Adaptation(models.Model):
    """A page that an organization made from a page of another one, and what is owed to it.

    It goes with the page into its revisions, its translations and its copies, so that none of them
    is without its credit or escapes its rule. What it says of the source is that of the day.
    """

    page = ParentalKey(KnowledgePage, on_delete=models.CASCADE, related_name="adaptations")
    source = models.ForeignKey(
        KnowledgePage, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    source_organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+"
    )
    authors = models.TextField(_("authors"), blank=True)
    licence = models.CharField(_("licence"), max_length=30, choices=Licence)
    # As widely as its open licence lets everyone share what they make of it; empty where it has
    # none, or was not shared beyond agreements. A licence that was given is not taken back.
    licensed_level = models.CharField(max_length=20, choices=SharingLevel, blank=True)
    made_at = models.DateTimeField(_("made at"))

    # Who looks for the uses of the source would learn of a draft of another organization.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")

    def __str__(self) -> str:
        return f"{self.source_organization} → {self.page}"
