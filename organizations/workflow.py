"""What happens at the end of an organization's workflow."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from core.models import User


def publish_approved_revision(workflow_state: "WorkflowState", user: "User | None" = None) -> None:
    """Publish what was approved.

    The moderator has no right to publish what they like: the workflow's end publishes for them.
    """
    task_state = workflow_state.current_task_state
    revision = task_state.revision if task_state else None
    if revision is None:
        revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
