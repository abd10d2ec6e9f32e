"""What people of other organizations write to those who work on a page, and what these answer."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.models.knowledge import KnowledgePage

MOST_CHARACTERS = 4000


class Remark(models.Model):
    """A remark on a published page, and its answer; the names stay when the accounts go.

    Not a part of the page: revisions, copies, translations, exports and the index have none of it.
    """

    page = models.ForeignKey(KnowledgePage, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(_("name"), max_length=200)
    # For which it was written; an agreement bound it to the owner of the page.
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("remark"), max_length=MOST_CHARACTERS)
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    answer = models.TextField(_("answer"), max_length=MOST_CHARACTERS, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_by_name = models.CharField(_("name"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    # Who looks for the uses of the page would learn who wrote about it.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization} → {self.page}"
