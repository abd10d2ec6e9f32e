"""Reminds those who owe a decision before its day, and tells the leads once the day is over."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from notifications.services import tell
from organizations.models import StepKind, TaskHandling
from organizations.moderation.reminding import tasks_to_remind


@dataclass
class Reminded:
    """What one round found, in tasks."""

    due: int = 0
    late: int = 0


def remind() -> Reminded:
    """Tell each person once of each task that is due soon, or late; run as often as one likes."""
    found = Reminded()
    for reminder in tasks_to_remind(timezone.now()):
        handling = reminder.handling
        found.due += 1
        found.late += bool(reminder.leads)
        event = f"task:{handling.task_state_id}:due:{handling.due_on}"
        words = {
            "title": handling.page.get_admin_display_title(),
            "day": handling.due_on.isoformat(),
        }
        tell(
            reminder.deciders,
            kind="due_soon",
            event=event,
            page_id=handling.page_id,
            organization_id=through(handling),
            words=words,
        )
        tell(
            reminder.leads,
            kind="late",
            event=f"{event}:late",
            page_id=handling.page_id,
            organization_id=handling.organization_id,
            words=words,
        )
    return found


def through(handling: TaskHandling) -> int | None:
    """Through which organization a task concerns people; none where the community decides."""
    task: Any = handling.task_state.task.specific
    return None if task.kind == StepKind.COMMUNITY else handling.organization_id
