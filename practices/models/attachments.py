"""The photos and documents that go with a page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from practices.models.knowledge import KnowledgePage


class Attachment(Orderable):
    """A photo or a document that goes with a page; what it shows is said by the file itself."""

    page = ParentalKey(KnowledgePage, on_delete=models.CASCADE, related_name="attachments")
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("photo"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("photo or document")
        verbose_name_plural = _("photos and documents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(image=None) ^ models.Q(document=None),
                name="an_attachment_is_a_photo_or_a_document",
                violation_error_message=_("Choose a photo or a document, one a row."),
            )
        ]

    def __str__(self) -> str:
        return str(self.image or self.document)
