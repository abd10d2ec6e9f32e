"""Reminds of decisions and reviews before their day, and tells the leads once it is over."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from notifications.services import tell
from organizations.models import Organization
from organizations.moderation.reminding import leads_of, tasks_to_remind
from practices.selectors import pages_to_review

# So many days before the review of a page is due those who look after it are told.
REVIEW_DAYS = 14


@dataclass
class Reminded:
    """What one round found: tasks that are due or late, pages whose review is due."""

    due: int = 0
    late: int = 0
    reviews: int = 0


def remind() -> Reminded:
    """Tell each person once of what is due soon, or late; run as often as one likes."""
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
        task: Any = handling.task_state.task.specific
        for person in reminder.deciders:
            tell(
                [person],
                kind="due_soon",
                event=event,
                page_id=handling.page_id,
                organization_id=task.concerns_through(person, handling.page),
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
    found.reviews = _remind_of_reviews()
    return found


def _remind_of_reviews() -> int:
    """Tell once who looks after each page that is due for review: its owner, or else the leads."""
    count = 0
    for organization in Organization.objects.all():
        for page in pages_to_review(organization, within_days=REVIEW_DAYS).select_related("owner"):
            owner = page.owner
            stays = owner and organization.memberships.filter(user=owner).exists()
            tell(
                [owner] if owner and stays else leads_of(organization.pk),
                kind="review_due",
                event=f"review:{page.translation_key}:{page.review_by}",
                page_id=page.pk,
                organization_id=organization.pk,
                words={"title": page.title, "day": str(page.review_by)},
            )
            count += 1
    return count
