"""Organizations, memberships, their pages, what they own and how they approve."""

from organizations.models.organizations import (
    CommunityMembership,
    CommunityRole,
    Membership,
    Organization,
    OrganizationRoleGroup,
    Role,
)
from organizations.models.ownership import OrganizationOwnedPage, SharingLevel
from organizations.models.pages import OrganizationIndexPage, OrganizationPage
from organizations.models.tasks import OrganizationApprovalTask

__all__ = [
    "CommunityMembership",
    "CommunityRole",
    "Membership",
    "Organization",
    "OrganizationApprovalTask",
    "OrganizationIndexPage",
    "OrganizationOwnedPage",
    "OrganizationPage",
    "OrganizationRoleGroup",
    "Role",
    "SharingLevel",
]
