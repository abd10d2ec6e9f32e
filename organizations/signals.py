"""What follows from a membership, whatever door it came through."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from organizations.models import Membership, OrganizationRoleGroup


@receiver(post_save, sender=Membership)
def give_group(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    """The permissions of a role come with its group."""
    link = _link(instance)
    if link is not None:
        instance.user.groups.add(link.group)


@receiver(post_delete, sender=Membership)
def take_group(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    """The group goes with the role."""
    link = _link(instance)
    if link is not None:
        instance.user.groups.remove(link.group)


def _link(membership: Membership) -> OrganizationRoleGroup | None:
    return (
        OrganizationRoleGroup.objects.filter(
            organization_id=membership.organization_id, role=membership.role
        )
        .select_related("group")
        .first()
    )
