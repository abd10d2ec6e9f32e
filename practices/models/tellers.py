"""Who told a lesson that names nobody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealing import seal, unseal
from practices.models.lessons import LessonPage

PURPOSE = "practices.teller"


class Teller(models.Model):
    """The person who told an anonymous lesson, for the moderators of its organization alone.

    Not a field of the page: revisions, copies, translations, exports, the index and the register
    take what a page holds. The name is sealed: see docs/decisions/0242.
    """

    page = models.OneToOneField(LessonPage, on_delete=models.CASCADE, related_name="teller")
    sealed_name = models.TextField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("teller")
        verbose_name_plural = _("tellers")

    def __str__(self) -> str:
        return str(self.page)

    @property
    def name(self) -> str:
        """The name in clear."""
        return unseal(self.sealed_name, purpose=PURPOSE)


def name_of_teller(page_id: int | None) -> str:
    """Who told the lesson, "" when nobody said."""
    teller = Teller.objects.filter(page=page_id).first() if page_id else None
    return teller.name if teller else ""


def note_teller(page_id: int, name: str) -> None:
    """Keep who told a lesson, or forget it when `name` is empty."""
    if name:
        sealed = seal(name, purpose=PURPOSE)
        Teller.objects.update_or_create(page_id=page_id, defaults={"sealed_name": sealed})
    else:
        Teller.objects.filter(page=page_id).delete()
