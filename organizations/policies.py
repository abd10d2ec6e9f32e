"""Who manages organizations and memberships: who runs the site, and the leads of each."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from core.models import User
from organizations.models import Agreement, Membership, ModerationPlan, Organization, Role
from organizations.models.standing import standing_of
from organizations.visibility import Viewer


def led_organizations(user: Viewer) -> QuerySet[Organization]:
    """The organizations that `user` leads."""
    if not user.is_authenticated or not user.is_active:
        return Organization.objects.none()
    leads = Membership.objects.filter(user=user, role=Role.LEAD)
    return Organization.objects.filter(pk__in=leads.values("organization"))


def require_manager(organization: Organization, by: User) -> None:
    """Raise `PermissionDenied` unless `by` decides who belongs to the organization."""
    is_manager = by.is_superuser or led_organizations(by).filter(pk=organization.pk).exists()
    if not (by.is_active and is_manager):
        raise PermissionDenied(_("Only a lead of the organization manages its members."))


def require_administrator(by: User) -> None:
    """Raise `PermissionDenied` unless `by` runs the site."""
    if not (by.is_active and by.is_superuser):
        raise PermissionDenied(_("Only an administrator does this."))


class LeadPolicy(ModelPermissionPolicy):
    """Adds to the rights of Django's groups what a lead may do in the organizations they lead."""

    lead_actions: ClassVar[frozenset[str]]
    # The way from an instance to its organization, as a lookup.
    organization: ClassVar[str]

    def user_has_permission(self, user: Viewer, action: str) -> bool:
        return super().user_has_permission(user, action) or (
            action in self.lead_actions
            and any(Role.LEAD in held for held in standing_of(user).roles.values())
        )

    def user_has_any_permission(self, user: Viewer, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def instances_user_has_any_permission_for(self, user: Viewer, actions: Any) -> Any:
        if any(super(LeadPolicy, self).user_has_permission(user, action) for action in actions):
            return self.model._default_manager.all()
        if self.lead_actions.isdisjoint(actions):
            return self.model._default_manager.none()
        return self.model._default_manager.filter(
            **{f"{self.organization}__in": led_organizations(user).values("pk")}
        )

    def user_has_permission_for_instance(self, user: Viewer, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(
        self, user: Viewer, actions: Any, instance: Any
    ) -> bool:
        found = self.instances_user_has_any_permission_for(user, actions)
        return bool(found.filter(pk=instance.pk).exists())


class OrganizationPolicy(LeadPolicy):
    lead_actions = frozenset({"change", "view"})
    organization = "pk"


class MembershipPolicy(LeadPolicy):
    """Members are not added but invited: see the room `accounts`."""

    lead_actions = frozenset({"change", "delete", "view"})
    organization = "organization"


class ModerationPlanPolicy(LeadPolicy):
    lead_actions = frozenset({"add", "change", "delete", "view"})
    organization = "organization"


class AgreementPolicy(LeadPolicy):
    """Leads manage the agreements to which their organizations are parties; nothing is deleted."""

    lead_actions = frozenset({"add", "change", "view"})

    def user_has_permission(self, user: Viewer, action: str) -> bool:
        return action in self.lead_actions and super().user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user: Viewer, actions: Any) -> Any:
        from organizations.agreements.selectors import agreements_to_manage

        if self.lead_actions.isdisjoint(actions):
            return Agreement.objects.none()
        if user.is_active and user.is_superuser:
            return Agreement.objects.all()
        return agreements_to_manage(user)


organization_policy = OrganizationPolicy(Organization)
membership_policy = MembershipPolicy(Membership)
agreement_policy = AgreementPolicy(Agreement)
register_permission_policy(Agreement, agreement_policy)
register_permission_policy(Organization, organization_policy)
register_permission_policy(Membership, membership_policy)
moderation_plan_policy = ModerationPlanPolicy(ModerationPlan)
register_permission_policy(ModerationPlan, moderation_plan_policy)
