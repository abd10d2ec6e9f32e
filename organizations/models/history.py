"""Who was a member, and how each page was shared, at any moment since this is kept."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.models.organizations import Organization, Role
from organizations.models.ownership import SharingLevel


class PeriodQuerySet(models.QuerySet[Any]):
    """Rows that hold for a time."""

    def at(self, moment: Any) -> Any:
        """Those that held at `moment`."""
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)


class MembershipPeriod(models.Model):
    """A time during which a person held a role; the name stays when the account goes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=200)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("past or present membership")
        verbose_name_plural = _("past and present memberships")
        indexes = [models.Index(fields=["organization", "since"])]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_role_display()} · {self.organization}"


class SharingPeriod(models.Model):
    """A time during which a page was published with the same owners, level, type and themes."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)
    sharing_level = models.CharField(_("who can read it"), max_length=20, choices=SharingLevel)
    organization_id = models.IntegerField()
    content_type_id = models.IntegerField()
    co_organizations = models.JSONField(default=list)
    themes = models.JSONField(default=list)  # primary keys of terms: a term may be renamed

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("past or present sharing")
        verbose_name_plural = _("past and present sharing")
        indexes = [models.Index(fields=["page", "since"])]

    def __str__(self) -> str:
        return f"{self.page_id} · {self.get_sharing_level_display()}"
