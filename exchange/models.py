"""Where imported pages came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRecord(models.Model):
    """The page that one record of one source became, so that a second import finds it again."""

    source = models.CharField(_("source"), max_length=100)
    external_id = models.CharField(_("identifier at the source"), max_length=200)
    language_code = models.CharField(_("language"), max_length=10)
    page = models.ForeignKey(
        "practices.KnowledgePage",
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        related_name="import_records",
    )
    checksum = models.CharField(
        max_length=64,
        help_text=_("SHA-256 of the converted row: what the source said at the last import."),
    )
    imported_at = models.DateTimeField(_("imported at"), auto_now=True)

    class Meta:
        verbose_name = _("import record")
        verbose_name_plural = _("import records")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id", "language_code"],
                name="one_page_per_source_record",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id} ({self.language_code})"
