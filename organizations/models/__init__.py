"""Organizations, memberships, their pages, what they own and how they approve."""

from organizations.models.decisions import (
    ConflictOfInterest,
    Decision,
    DecisionKind,
    Opinion,
    RegisterHead,
    RegisterSettings,
    Verdict,
)
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
from organizations.models.plans import ModerationPlan, PlanStep
from organizations.models.tasks import (
    CommunityValidationTask,
    CompletenessTask,
    InternalReviewTask,
    ModerationTask,
    OrganizationApprovalTask,
    StepKind,
)

__all__ = [
    "CommunityMembership",
    "CommunityRole",
    "CommunityValidationTask",
    "CompletenessTask",
    "ConflictOfInterest",
    "Decision",
    "DecisionKind",
    "InternalReviewTask",
    "Membership",
    "ModerationPlan",
    "ModerationTask",
    "Opinion",
    "Organization",
    "OrganizationApprovalTask",
    "OrganizationIndexPage",
    "OrganizationOwnedPage",
    "OrganizationPage",
    "OrganizationRoleGroup",
    "PlanStep",
    "RegisterHead",
    "RegisterSettings",
    "Role",
    "SharingLevel",
    "StepKind",
    "Verdict",
]
