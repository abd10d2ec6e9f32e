"""Which tasks somebody must be reminded of, and whom; `notifications` tells them."""

import datetime
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from wagtail.models import Page, TaskState

from core.models import User
from organizations.models import Role, TaskHandling
from organizations.moderation.handling import stands_in
from organizations.moderation.selectors import authors_of_submission, authors_of_submissions

# So many days before a decision is due those who owe it are reminded.
DAYS_BEFORE = 2


@dataclass(frozen=True)
class Reminder:
    """A task that is due soon or late: who owes the decision, and the leads once it is late."""

    handling: TaskHandling
    deciders: list[User]
    leads: list[User]


def tasks_to_remind(now: datetime.datetime) -> Iterator[Reminder]:
    """The tasks that are due in `DAYS_BEFORE` days or sooner, or late, the latest first."""
    today = timezone.localtime(now).date()
    handlings = TaskHandling.objects.filter(
        task_state__status=TaskState.STATUS_IN_PROGRESS,
        due_on__lte=today + datetime.timedelta(days=DAYS_BEFORE),
    ).select_related("task_state__task", "task_state__workflow_state", "claimed_by")
    found = list(handlings.order_by("due_on", "pk"))
    pages = Page.objects.specific().prefetch_workflow_states()
    by_id = pages.in_bulk([handling.page_id for handling in found])
    authors = authors_of_submissions(by_id.values())
    for handling in found:
        handling.page = by_id[handling.page_id]
        late = handling.due_on < today
        yield Reminder(
            handling,
            _deciders(handling, authors[handling.page_id]),
            leads_of(handling.organization_id) if late else [],
        )


def deciders_of(handling: TaskHandling) -> list[User]:
    """Who owes the decision: the person who claimed the text, else all who may decide on it.

    Whoever is away is replaced by their delegate.
    """
    return _deciders(handling, authors_of_submission(handling.page))


def _deciders(handling: TaskHandling, authors: Set[int]) -> list[User]:
    task: Any = handling.task_state.task.specific
    page = handling.page.specific
    people = list(task.asked(page).filter(is_active=True).order_by("pk"))
    if holder := handling.claimed_by:
        people = [stands_in(holder, handling.organization_id)]
    else:
        people = [stands_in(each, handling.organization_id) for each in people]
    found = {each.pk: each for each in people if task.get_actions(page, each, authors)}
    if not found and handling.claimed_by:
        # Their delegate may not decide on it: the claim is all that there is.
        found = {handling.claimed_by.pk: handling.claimed_by}
    author = handling.task_state.workflow_state.requested_by_id
    return [each for pk, each in found.items() if pk != author]


def leads_of(organization_id: int) -> list[User]:
    """The leads of an organization."""
    leads = User.objects.filter(
        memberships__organization=organization_id,
        memberships__role=Role.LEAD,
        is_active=True,
    )
    return list(leads.distinct())
