"""The step of a workflow in which an organization decides on its own contributions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task


class OrganizationApprovalTask(Task):
    """Approval by a moderator of the organization, who is not the author of the text."""

    organization = models.OneToOneField(
        "organizations.Organization",
        verbose_name=_("organization"),
        on_delete=models.PROTECT,
        related_name="approval_task",
        editable=False,
    )

    class Meta:
        verbose_name = _("approval by the organization")
        verbose_name_plural = _("approvals by the organization")
