"""Decisions that are taken elsewhere in Wagtail, and the way in for who serves the community."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageLogEntry, TaskState, WorkflowState
from wagtail.signals import workflow_submitted

from organizations.models import (
    Agreement,
    AgreementSuspension,
    Appeal,
    AppealState,
    CommunityMembership,
    CrossReviewTask,
    DecisionKind,
    ModerationTask,
    OrganizationOwnedPage,
)
from organizations.moderation.crossing import send_back_all_in_vain, send_back_in_vain
from organizations.moderation.handling import open_handling
from organizations.moderation.register import record_decision

COMMUNITY_GROUP = "community"
# Doors that decide alone: moderators withdraw, and who runs the site may publish.
ALONE = {
    "wagtail.unpublish": DecisionKind.WITHDRAWN,
    "wagtail.publish": DecisionKind.PUBLISHED_DIRECTLY,
    "wagtail.workflow.cancel": DecisionKind.CANCELLED,
}


@receiver(post_save, sender=PageLogEntry)
def keep_in_register(instance: PageLogEntry, created: bool, **kwargs: Any) -> None:
    """What a person withdraws or publishes past the workflow is a decision like another."""
    kind = ALONE.get(instance.action)
    if kind is None or not created or instance.user_id is None:
        return
    if kind == DecisionKind.PUBLISHED_DIRECTLY and _was_decided_on(instance.revision_id):
        return
    if kind == DecisionKind.CANCELLED and _is_theirs(instance):
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


def _is_theirs(entry: PageLogEntry) -> bool:
    """Whether somebody took back what they had submitted themselves, which decides nothing."""
    state = TaskState.objects.filter(pk=entry.data["workflow"]["task_state_id"])
    return state.filter(workflow_state__requested_by=entry.user_id).exists()


@receiver(post_save, sender=TaskState)
def promise_a_day(instance: TaskState, created: bool, **kwargs: Any) -> None:
    """A task that starts is due on a day, which the author is told."""
    if created and not kwargs.get("raw") and instance.status == TaskState.STATUS_IN_PROGRESS:
        open_handling(instance)
        # Who submits again takes the other way.
        Appeal.objects.filter(
            task_state__workflow_state=instance.workflow_state, state=AppealState.OPEN
        ).update(state=AppealState.DROPPED)


@receiver(workflow_submitted)
def look_for_reviewers(instance: WorkflowState, **kwargs: Any) -> None:
    """Nobody reads a text for nothing: one that cannot be cross-reviewed goes back at once."""
    state = instance.current_task_state
    if state is None or not isinstance(state.task.specific, ModerationTask):
        return
    for task in CrossReviewTask.objects.filter(workflow_tasks__workflow=instance.workflow_id):
        send_back_in_vain(task, state)


@receiver(post_save, sender=Agreement)
@receiver(post_save, sender=AgreementSuspension)
def leave_nothing_waiting(instance: Any, created: bool, **kwargs: Any) -> None:
    """Texts that only this agreement let others review go back when it no longer holds."""
    if isinstance(instance, AgreementSuspension) or not created:
        # Once all is written: the version that replaces an agreement may allow it too.
        transaction.on_commit(send_back_all_in_vain, robust=True)


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
