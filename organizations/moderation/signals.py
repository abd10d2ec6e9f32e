"""Decisions that are taken elsewhere in Wagtail, and the way in for who serves the community."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageLogEntry, TaskState

from organizations.models import (
    Appeal,
    AppealState,
    CommunityMembership,
    DecisionKind,
    OrganizationOwnedPage,
)
from organizations.moderation.handling import open_handling
from organizations.moderation.register import record_decision

COMMUNITY_GROUP = "community"
# Doors that decide alone: moderators withdraw, and who runs the site may publish.
ALONE = {
    "wagtail.unpublish": DecisionKind.WITHDRAWN,
    "wagtail.publish": DecisionKind.PUBLISHED_DIRECTLY,
}


@receiver(post_save, sender=PageLogEntry)
def keep_in_register(instance: PageLogEntry, created: bool, **kwargs: Any) -> None:
    """What a person withdraws or publishes past the workflow is a decision like another."""
    kind = ALONE.get(instance.action)
    if kind is None or not created or instance.user_id is None:
        return
    if kind == DecisionKind.PUBLISHED_DIRECTLY and _was_decided_on(instance.revision_id):
        return
    page = instance.page.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    record_decision(
        kind=kind,
        person=instance.user,
        organization=page.organization,
        page=page,
        revision=instance.revision,
        # What was published before is gone by now.
        difference=[],
        made_at=instance.timestamp,
    )


def _was_decided_on(revision_id: int | None) -> bool:
    return TaskState.objects.filter(revision=revision_id, status=TaskState.STATUS_APPROVED).exists()


@receiver(post_save, sender=TaskState)
def promise_a_day(instance: TaskState, created: bool, **kwargs: Any) -> None:
    """A task that starts is due on a day, which the author is told."""
    if created and not kwargs.get("raw") and instance.status == TaskState.STATUS_IN_PROGRESS:
        open_handling(instance)
        # Who submits again takes the other way.
        Appeal.objects.filter(
            task_state__workflow_state=instance.workflow_state, state=AppealState.OPEN
        ).update(state=AppealState.DROPPED)


@receiver([post_save, post_delete], sender=CommunityMembership)
def let_in(instance: CommunityMembership, **kwargs: Any) -> None:
    """Who has a role in the community enters the admin, to validate texts or read the register."""
    user = instance.user
    group, made = Group.objects.get_or_create(name=COMMUNITY_GROUP)
    if made:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    if CommunityMembership.objects.filter(user=user).exists():
        user.groups.add(group)
    else:
        user.groups.remove(group)
    user.__dict__.pop("_community_roles", None)
