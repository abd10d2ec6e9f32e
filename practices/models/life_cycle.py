"""The history of a page's life, and how often each type must be looked at again."""

import calendar
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


class LifeCycleEvent(models.Model):
    """Something that somebody decided for a page and its translations, which is never changed.

    It belongs to the set of translations and outlives each page of it.
    """

    translation_key = models.UUIDField(editable=False, db_index=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organization"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    text_fr = models.TextField(_("text (French)"), blank=True)
    text_en = models.TextField(_("text (English)"), blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]
        get_latest_by = ["at", "pk"]

    @property
    def language(self) -> str:
        """The language of `text`: the reader's where it was written in it."""
        wanted = "en" if (get_language() or "fr").startswith("en") else "fr"
        other = "fr" if wanted == "en" else "en"
        return wanted if getattr(self, f"text_{wanted}") else other

    @property
    def text(self) -> str:
        """What the person wrote, in the reader's language where there is such a text."""
        return str(getattr(self, f"text_{self.language}"))


class StatusChange(LifeCycleEvent):
    """A move from one status to another; `text` is the reason.

    No status stands for “in use”.
    """

    from_status = models.ForeignKey(
        "taxonomy.Term",
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    to_status = models.ForeignKey(
        "taxonomy.Term",
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    successor = models.ForeignKey(
        "practices.KnowledgePage",
        verbose_name=_("what to use instead"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta(LifeCycleEvent.Meta):
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class Verification(LifeCycleEvent):
    """Somebody looked, and the page still holds; `text` is their note."""

    class Meta(LifeCycleEvent.Meta):
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


def _months(label: Any, default: int | None) -> "models.PositiveSmallIntegerField[Any, Any]":
    return models.PositiveSmallIntegerField(label, null=True, blank=True, default=default)


@register_setting(icon="date")
class ReviewPeriods(BaseGenericSetting):
    """After how many months each type of knowledge must be looked at again; never when empty."""

    practice_sheet = _months(_("practice sheets"), 24)
    case_study = _months(_("case studies"), None)
    lesson = _months(_("lessons learned"), 36)

    panels = [
        MultiFieldPanel(
            [FieldPanel("practice_sheet"), FieldPanel("case_study"), FieldPanel("lesson")],
            heading=_("Months until the next review"),
            help_text=_("Leave a type empty to ask for no review of its pages."),
        ),
    ]

    class Meta:
        verbose_name = _("review periods")

    def after(self, day: date, type_slug: str) -> date | None:
        """The day by which a page of this type that holds on `day` must be reviewed, if any."""
        months = getattr(self, type_slug.replace("-", "_"))
        if not months:
            return None
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))
