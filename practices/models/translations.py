"""From which text a translation was made."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.models.knowledge import KnowledgePage


class TranslationSource(models.Model):
    """The page from which a translation was made, and its text on that day.

    The text itself and not the number of a revision: a translation copies what is published, which
    need not be a revision, and old revisions may be purged.
    """

    page = models.OneToOneField(
        KnowledgePage, on_delete=models.CASCADE, related_name="translation_source"
    )
    source = models.ForeignKey(KnowledgePage, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)
    taken_at = models.DateTimeField(auto_now=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("source of a translation")
        verbose_name_plural = _("sources of translations")

    def __str__(self) -> str:
        return f"{self.source} → {self.page}"

    def source_then(self) -> Any:
        """The source as it was when the translation last took it over."""
        return self.source.specific.with_content_json(self.content)
