"""Who sees and sends invitations: leads those of their organization, and who runs the site."""

from wagtail.permissions import register_permission_policy

from accounts.models import Invitation
from organizations.policies import LeadPolicy


class InvitationPolicy(LeadPolicy):
    lead_actions = frozenset({"add", "view"})
    organization = "organization"


invitation_policy = InvitationPolicy(Invitation)
register_permission_policy(Invitation, invitation_policy)
