"""What is done to a contribution: submitted, approved, sent back."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import (
    Page,
    WorkflowState,
)

from core.models import User
from organizations.moderation.deciding import take_action
from organizations.moderation.plans import leave_former_steps


@transaction.atomic
def submit_for_moderation(page: Page, *, user: User) -> WorkflowState:
    """Hand the latest draft of `page` to the moderators of its organization.

    Raises `PermissionDenied` for who may not edit the page, `ValidationError` when it waits for a
    moderator already, is locked, or only shows the text of another page.
    """
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied(_("You may not submit this page."))
    if page.alias_of_id:
        raise ValidationError(_("This page shows the text of another one: submit that one."))
    if page.workflow_in_progress:
        raise ValidationError(_("This page already waits for a moderator."))
    lock = page.get_lock()
    if lock is not None and lock.for_user(user):
        raise ValidationError(_("This page is locked: it cannot be submitted now."))
    leave_former_steps(page)
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
        return state
    workflow = page.get_workflow()
    if workflow is None:
        raise ValidationError(_("No workflow is set for this page: run provision_organizations."))
    started: WorkflowState = workflow.start(page, user)
    return started


def approve(page: Page, *, user: User, comment: str = "", **kwargs: Any) -> None:
    """Approve what was submitted; after the last step it is published. As `decide` otherwise."""
    decide(page, user=user, action="approve", comment=comment, **kwargs)


def reject(page: Page, *, user: User, comment: str, **kwargs: Any) -> None:
    """Send what was submitted back to its author, saying why. As `decide` otherwise."""
    if not comment.strip():
        raise ValidationError(_("Say what must change: the author reads your comment."))
    decide(page, user=user, action="reject", comment=comment, **kwargs)


@transaction.atomic
def decide(
    page: Page,
    *,
    user: User,
    action: str,
    comment: str = "",
    revision: int | None = None,
    made_at: datetime.datetime | None = None,
) -> None:
    """Take the decision `action` on what was submitted, or give an opinion on it.

    Actions are “approve”, “reject”, “recommend” and “advise”, as the present step has them.
    `revision` is the number of the text that was read; without it, that of `page` as it was loaded.
    Raises `DecisionRefused` (a `PermissionDenied`) as `moderation.deciding.take_action` does, and
    `ValidationError` when nothing is submitted.
    """
    task_state = page.current_workflow_task_state
    if task_state is None:
        raise ValidationError(_("This page does not wait for a moderator."))
    take_action(
        task_state,
        user=user,
        action=action,
        comment=comment,
        revision=revision or page.latest_revision_id,
        made_at=made_at,
    )
