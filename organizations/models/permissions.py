"""What a person may do with one page of an organization, beyond what Wagtail's groups say."""

from typing import Any

from wagtail.models.pages import PagePermissionTester

from core.models import User
from organizations.models.organizations import Role, roles_of


class OwnedPagePermissionTester(PagePermissionTester):
    """Moderators withdraw what they published; nobody but who runs the site skips them.

    Withdrawing needs no second pair of eyes: what harms must go at once.
    """

    def can_unpublish(self) -> bool:
        if super().can_unpublish():
            return True
        page = self.page
        return (
            page.live
            and not self.page_locked()
            and Role.MODERATOR in roles_of(self.user, page.organization_id)
        )

    def can_unschedule(self) -> bool:
        if super().can_unschedule():
            return True
        return Role.MODERATOR in roles_of(self.user, self.page.organization_id)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Answers of a page without others below it what Wagtail asks the database for.

        A list of pages in the admin asks it twice of each.
        """
        page, user = self.page, self.user
        if not user.is_active or user.is_superuser or not page.is_leaf():
            return bool(super().can_delete(ignore_bulk))
        if page.live and "publish" not in self.permissions:
            return False
        return "change" in self.permissions or (
            "add" in self.permissions and page.owner_id == user.pk
        )

    def can_move_to(self, destination: Any) -> bool:
        return super().can_move_to(destination) and (
            self._stays(destination) or not self.page.specific.stays_in_its_organization()
        )

    def can_copy_to(self, destination: Any, recursive: bool = False) -> bool:
        """Within its organization: others adapt it, where they may, and it keeps its credit."""
        return super().can_copy_to(destination, recursive) and self._stays(destination)

    def _stays(self, destination: Any) -> bool:
        owner = getattr(destination.specific, "organization_id", None)
        return bool(owner == self.page.organization_id)


class MadePagePermissionTester(PagePermissionTester):
    """A page that follows the data of its organization: only who runs the site touches it."""

    def _only_superusers(self, *args: Any, **kwargs: Any) -> bool:
        user: User = self.user
        return user.is_active and user.is_superuser

    can_edit = _only_superusers
    can_delete = _only_superusers
    can_lock = _only_superusers
