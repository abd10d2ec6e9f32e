"""What it means for a page to belong to an organization."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page

from core.models import User
from organizations.models.permissions import OwnedPagePermissionTester


class SharingLevel(models.TextChoices):
    """Who may read a published page."""

    PUBLIC = "public", _("everyone")
    COMMUNITY = "community", _("members of the community")
    PARTNERS = "partners", _("partner organizations, by agreement")
    ORGANIZATION = "organization", _("members of the organization")


class OrganizationOwnedPage(models.Model):
    """Mixin for pages that live under an organization's page and belong to that organization.

    The owner follows the tree: it is read from the nearest `OrganizationPage` above each time
    the page is saved, so that a form can never name another owner.
    """

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organization"),
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
    )
    co_organizations = ParentalManyToManyField(
        "organizations.Organization",
        verbose_name=_("co-owning organizations"),
        blank=True,
        related_name="+",
        help_text=_("Organizations that wrote this with you. Their members can read it."),
    )
    # What an agreement between organizations may be limited to, beside the type of the page.
    themes = ParentalManyToManyField(
        "taxonomy.Term",
        verbose_name=_("themes"),
        blank=True,
        related_name="+",
        limit_choices_to={"vocabulary__slug": "theme"},
    )
    sharing_level = models.CharField(
        _("who can read it"),
        max_length=20,
        choices=SharingLevel,
        default=SharingLevel.PUBLIC,
        db_index=True,
        help_text=_(
            "Once it is published. The others see it nowhere, not even counted in the search."
        ),
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the owner that the tree gives."""
        assert isinstance(self, Page)
        self.set_organization_from_tree()
        super().save(*args, **kwargs)

    def save_revision(self, *args: Any, overwrite_revision: Any = None, **kwargs: Any) -> Any:
        """Save a draft; what somebody may decide on, or has decided on, is never written over.

        The editor saves again and again in the same revision. A decision names a revision: were its
        text to change, so would what was decided.
        """
        from organizations.moderation.differences import note_what_only_comments

        assert isinstance(self, Page)
        if overwrite_revision is not None and (
            self.workflow_in_progress or overwrite_revision.task_states.exists()
        ):
            overwrite_revision = None
        before = self.latest_revision if self.workflow_in_progress else None
        page: Any = super()
        revision = page.save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)
        if before is not None and before.pk != revision.pk:
            note_what_only_comments(before, revision)
        return revision

    def get_workflow(self) -> Any:
        """The steps that its organization chose for this type of page."""
        from organizations.moderation.selectors import plan_for

        assert isinstance(self, Page)
        if self.organization_id and self.content_type_id:
            plan = plan_for(self.organization_id, self.content_type_id)
            if plan is not None:
                return plan.workflow
        page: Any = super()
        return page.get_workflow()

    # What the types of pages know and the moderation asks

    @classmethod
    def credited_in(cls, text: dict[str, Any]) -> set[int]:
        """The ids of the accounts to which a revision's content gives a part in the writing."""
        return set()

    def what_is_missing(self, percent: int) -> list[str]:
        """The names of what the text lacks to be `percent` complete, the most useful first."""
        return []

    def confided_to(self, user: User) -> list[tuple[str, str]]:
        """What `user` alone may know of the text as one of its moderators: names and values."""
        return []

    def why_not_shared(
        self, co_owners: Iterable[int] | None = None, *, level: str | None = None
    ) -> str:
        """Why the text may not have the readers that it names; empty when it may.

        `co_owners` are the organizations that own it too, where a form knows them before the page;
        `level` is a sharing level to try in the place of its own.
        """
        return ""

    def stays_in_its_organization(self) -> bool:
        """Whether what gave its organization the right to it gave it to no other."""
        return False

    def permissions_for_user(self, user: User) -> OwnedPagePermissionTester:
        """What `user` may do with this page."""
        return OwnedPagePermissionTester(user, self)

    def set_organization_from_tree(self) -> None:
        """Take the owner from the nearest organization page above.

        Raises `ValidationError` when there is none.
        """
        from organizations.models.pages import OrganizationPage

        assert isinstance(self, Page)
        home = (
            OrganizationPage.objects.ancestor_of(self)
            .order_by("-depth")
            .only("organization_id")
            .first()
        )
        if home is None:
            raise ValidationError(
                _("This page has no organization: create it under an organization's page.")
            )
        self.organization_id = home.organization_id
