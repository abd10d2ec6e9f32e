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
from organizations.models.appeals import Appeal, AppealSettings, AppealSignature, AppealState
from organizations.models.decisions import (
    ConflictOfInterest,
    Decision,
    DecisionKind,
    Opinion,
    RegisterHead,
    RegisterSettings,
    Verdict,
)
from organizations.models.handling import Absence, Priority, TaskHandling
from organizations.models.history import MembershipPeriod, SharingPeriod
from organizations.models.letters import CommentingRevision, DecisionLetter
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
from organizations.models.standing import Standing, forget_standing, standing_of
from organizations.models.tasks import (
    CommunityValidationTask,
    CompletenessTask,
    CrossReviewTask,
    InternalReviewTask,
    ModerationTask,
    OrganizationApprovalTask,
    StepKind,
)

__all__ = [
    "Absence",
    "Agreement",
    "AgreementParty",
    "AgreementSignature",
    "AgreementState",
    "AgreementStatus",
    "AgreementSuspension",
    "Appeal",
    "AppealSettings",
    "AppealSignature",
    "AppealState",
    "CommentingRevision",
    "CommunityMembership",
    "CommunityRole",
    "CommunityValidationTask",
    "CompletenessTask",
    "Confidentiality",
    "ConflictOfInterest",
    "CrossReviewTask",
    "Decision",
    "DecisionKind",
    "DecisionLetter",
    "InternalReviewTask",
    "Membership",
    "MembershipPeriod",
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
    "Priority",
    "RegisterHead",
    "RegisterSettings",
    "Role",
    "SharingLevel",
    "SharingPeriod",
    "Standing",
    "StepKind",
    "TaskHandling",
    "Verdict",
    "forget_standing",
    "standing_of",
]
