"""What follows from a membership or a move, whatever door it came through."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, WorkflowState
from wagtail.signals import post_page_move

from core.models import User
from organizations.agreements.history import follow_membership, follow_sharing
from organizations.models import (
    CommunityMembership,
    CommunityRole,
    Membership,
    OrganizationOwnedPage,
    forget_standing,
)

SHARING_FIELDS = frozenset({"live", "sharing_level", "organization"})


@receiver([post_save, post_delete], sender=Membership)
def keep_groups_in_step(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    """The permissions of a role come and go with its group."""
    give_groups(instance.user, instance.organization_id)


@receiver([post_save, post_delete], sender=Membership)
def keep_history_of_memberships(
    sender: type[Membership], instance: Membership, **kwargs: Any
) -> None:
    """Who was a member on a past day can be told later."""
    follow_membership(instance, is_gone="created" not in kwargs)


@receiver(post_save)
def keep_history_of_sharing(
    sender: type[Model], instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Who could read a page on a past day can be told later."""
    if not isinstance(instance, Page) or kwargs.get("raw"):
        return
    # Saving a draft writes a few columns, from an instance that holds what is not published yet.
    if update_fields is not None and SHARING_FIELDS.isdisjoint(update_fields):
        return
    model = instance.specific_class
    if model is not None and issubclass(model, OrganizationOwnedPage):
        follow_sharing(instance.specific)


def give_groups(user: User, organization_id: int) -> None:
    """Give `user` the organization's groups of the roles they hold, and take the others away."""
    roles = Membership.objects.filter(user=user, organization=organization_id).values("role")
    groups = Group.objects.filter(organization_role__organization=organization_id)
    due = groups.filter(organization_role__role__in=roles)
    user.groups.remove(*groups.exclude(pk__in=due))
    user.groups.add(*due)
    forget_standing(user)


@receiver([post_save, post_delete], sender=CommunityMembership)
def keep_superusers_in_step(instance: CommunityMembership, **kwargs: Any) -> None:
    """An administrator of the community is a superuser, and nobody else is."""
    runs = CommunityRole.ADMINISTRATOR
    if instance.role == runs and not kwargs.get("raw"):
        due = CommunityMembership.objects.filter(user=instance.user_id, role=runs).exists()
        # Not `save`: the next receiver follows the other way.
        User.objects.filter(pk=instance.user_id).update(is_superuser=due)
        instance.user.is_superuser = due


@receiver(post_save, sender=User)
def keep_administrators_in_step(instance: User, **kwargs: Any) -> None:
    """Who is made a superuser (`createsuperuser`) is an administrator of the community."""
    saved = kwargs["update_fields"]
    if kwargs.get("raw") or (saved is not None and "is_superuser" not in saved):
        return
    found = CommunityMembership.objects.filter(user=instance, role=CommunityRole.ADMINISTRATOR)
    if instance.is_superuser and not found.exists():
        CommunityMembership.objects.create(user=instance, role=CommunityRole.ADMINISTRATOR)
    elif not instance.is_superuser:
        found.delete()


@receiver(post_page_move)
def follow_the_tree(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page that moved below another organization belongs to it, and waits for its moderators."""
    page = instance.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    assert isinstance(page, Page)
    former = page.organization_id
    page.set_organization_from_tree()
    if page.organization_id == former:
        return
    page.save(update_fields=["organization"], clean=False)
    waiting = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
    for state in page.workflow_states.filter(status__in=waiting):
        state.cancel()
