"""Organizations, memberships, their pages, what they own and how they approve."""

from organizations.models.agreements import (
    Agreement,
    AgreementParty,
    AgreementSignature,
    AgreementState,
    AgreementStatus,
    AgreementSuspension,
    Confidentiality,
)
from organizations.models.history import MembershipPeriod, SharingPeriod
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
from organizations.models.standing import Standing, forget_standing, standing_of
from organizations.models.tasks import OrganizationApprovalTask

__all__ = [
    "Agreement",
    "AgreementParty",
    "AgreementSignature",
    "AgreementState",
    "AgreementStatus",
    "AgreementSuspension",
    "CommunityMembership",
    "CommunityRole",
    "Confidentiality",
    "Membership",
    "MembershipPeriod",
    "Organization",
    "OrganizationApprovalTask",
    "OrganizationIndexPage",
    "OrganizationOwnedPage",
    "OrganizationPage",
    "OrganizationRoleGroup",
    "Role",
    "SharingLevel",
    "SharingPeriod",
    "Standing",
    "forget_standing",
    "standing_of",
]
