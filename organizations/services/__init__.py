"""What is done to organizations and to their contributions; each function checks, then writes."""

from organizations.services.contributions import approve, decide, reject, submit_for_moderation
from organizations.services.people import (
    add_member,
    change_role,
    give_community_role,
    joined,
    keep_an_administrator,
    remove_member,
    take_community_role,
)
from organizations.services.provisioning import (
    Provisioned,
    create_organization,
    provision_organization,
)

__all__ = [
    "Provisioned",
    "add_member",
    "approve",
    "change_role",
    "create_organization",
    "decide",
    "give_community_role",
    "joined",
    "keep_an_administrator",
    "provision_organization",
    "reject",
    "remove_member",
    "submit_for_moderation",
    "take_community_role",
]
