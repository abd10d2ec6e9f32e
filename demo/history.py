"""The past of pages that were published long ago, written at once.

Running the workflow takes Wagtail a quarter of a second a page, which a first start cannot spend on
a hundred pages whose moderation is over. What it would have left behind is written in a few
statements instead: the decision of the moderator, and the lines of the page's history.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, TaskState, WorkflowState

from core.models import User
from organizations.models import DecisionKind, Organization, Role, StepKind, TaskHandling
from organizations.models.handling import due_day
from organizations.models.plans import DAYS
from organizations.moderation.differences import FIRST_VERSION
from organizations.moderation.register import Made, record_decisions
from practices.models import KnowledgePage, Remark, StatusChange, Verification

# How long before it was published a page was begun and submitted.
BEGUN, SUBMITTED = datetime.timedelta(days=12), datetime.timedelta(days=4, hours=3)


# How long before that a reviewer gave their opinion.
REVIEWED = datetime.timedelta(days=1, hours=2)


@dataclass(frozen=True)
class Past:
    """Who wrote the first text of a page, who approved it, and when it was published."""

    page: Page
    organization: Organization
    author: User
    moderator: User
    moment: datetime.datetime


@dataclass
class Archive:
    """Pages that are already live, whose past is still to be written."""

    pasts: list[Past] = field(default_factory=list)

    def write(self) -> None:
        """Write the past of all pages; the number of queries does not depend on how many."""
        base = ContentType.objects.get_for_model(Page)
        states, entries = [], []
        revisions = Revision.objects.in_bulk([past.page.latest_revision_id for past in self.pasts])
        for past in self.pasts:
            page, begun = past.page, past.moment - BEGUN
            revision = revisions[page.latest_revision_id]
            revision.created_at = page.latest_revision_created_at = begun
            page.live_revision = revision
            states.append(
                WorkflowState(
                    content_type=page.cached_content_type,
                    base_content_type=base,
                    object_id=str(page.pk),
                    workflow=past.organization.workflow,
                    status=WorkflowState.STATUS_APPROVED,
                    requested_by=past.author,
                )
            )
            entries += self._entries(past, revision)
        Revision.objects.bulk_update(revisions.values(), ["created_at"])
        Page.objects.bulk_update(
            [Page(pk=each.page.pk, live_revision_id=each.page.live_revision_id,
                  latest_revision_created_at=each.page.latest_revision_created_at)
             for each in self.pasts],
            ["live_revision_id", "latest_revision_created_at"],
        )  # fmt: skip
        WorkflowState.objects.bulk_create(states)
        tasks = TaskState.objects.bulk_create(
            TaskState(
                workflow_state=state,
                revision=past.page.live_revision,
                task=past.organization.approval_task,
                status=TaskState.STATUS_APPROVED,
                finished_at=past.moment,
                finished_by=past.moderator,
                content_type=ContentType.objects.get_for_model(TaskState),
            )
            for past, state in zip(self.pasts, states, strict=True)
        )
        for past, state, task in zip(self.pasts, states, tasks, strict=True):
            # Creating them set these to now.
            state.created_at = task.started_at = past.moment - SUBMITTED
            state.current_task_state = task
        WorkflowState.objects.bulk_update(states, ["created_at", "current_task_state"])
        TaskState.objects.bulk_update(tasks, ["started_at"])
        # Adding the pages said that nobody did it, now.
        PageLogEntry.objects.filter(page__in=[past.page.pk for past in self.pasts]).delete()
        PageLogEntry.objects.bulk_create(entries)
        record_decisions(
            Made(
                kind=DecisionKind.APPROVED,
                person=past.moderator,
                role=Role.MODERATOR,
                organization=past.organization,
                page=past.page,
                revision=past.page.live_revision,
                step=StepKind.ORGANIZATION.value,
                difference=FIRST_VERSION,
                made_at=past.moment,
            )
            for past in sorted(self.pasts, key=lambda past: past.moment)
        )

    def _entries(self, past: Past, revision: Revision) -> list[PageLogEntry]:
        """The lines that the workflow would have left in the history of the page."""
        submitted = past.moment - SUBMITTED
        lines = [
            ("wagtail.create", past.author, past.moment - BEGUN, True),
            ("wagtail.workflow.start", past.author, submitted, False),
            ("wagtail.workflow.approve", past.moderator, past.moment, False),
            ("wagtail.publish", past.moderator, past.moment, True),
        ]
        workflow = past.organization.workflow
        task = past.organization.approval_task
        assert workflow is not None
        data = {
            "workflow": {
                "id": workflow.pk,
                "title": workflow.name,
                "status": WorkflowState.STATUS_APPROVED,
                "task": {"id": task.pk, "title": task.name},
                "task_state_id": None,
                "next": None,
            }
        }
        return [
            PageLogEntry(
                page=past.page,
                content_type=past.page.cached_content_type,
                label=past.page.title,
                action=action,
                user=user,
                timestamp=timestamp,
                revision=revision,
                content_changed=changed,
                data=data if "workflow" in action else {},
            )
            for action, user, timestamp, changed in lines
        ]


def backdate(page: Page, moment: datetime.datetime, *, published: bool) -> None:
    """Make the history of a page that has just gone through the workflow end at `moment`."""
    begun, submitted = moment - BEGUN, moment - SUBMITTED
    page.revisions.update(created_at=begun)
    dates: dict[str, datetime.datetime] = {"latest_revision_created_at": begun}
    if published:
        dates |= {"first_published_at": moment, "last_published_at": moment}
    Page.objects.filter(pk=page.pk).update(**dates)
    states = WorkflowState.objects.for_instance(page)
    tasks = TaskState.objects.filter(workflow_state__in=states)
    tasks.exclude(finished_at=None).update(finished_at=moment)
    tasks.update(started_at=submitted)
    TaskHandling.objects.filter(task_state__in=tasks).update(due_on=due_day(submitted, DAYS))
    states.update(created_at=submitted)
    entries = PageLogEntry.objects.filter(page=page.pk)
    decided = ["wagtail.publish", "wagtail.workflow.approve", "wagtail.workflow.reject"]
    entries.filter(action__in=decided).update(timestamp=moment)
    entries.filter(action="wagtail.workflow.start").update(timestamp=submitted)
    entries.exclude(action__in=[*decided, "wagtail.workflow.start"]).update(
        timestamp=begun, user=page.owner
    )


# What the services write when something is decided in the life of a page.
LIFE_ACTIONS = ["practices.status", "practices.verify"]


def forget_life(page: KnowledgePage, start: dict[str, Any]) -> None:
    """Bring a page and its translations to the beginning of their story, `start`."""
    family = page.in_every_language()
    for model in (StatusChange, Verification):
        model.objects.filter(translation_key=page.translation_key).delete()
    PageLogEntry.objects.filter(page__in=family.values("pk"), action__in=LIFE_ACTIONS).delete()
    family.update(**start)


def backdate_life(
    page: KnowledgePage,
    done: StatusChange | Verification,
    day: datetime.date,
    review_by: datetime.date | None,
) -> None:
    """Make what was just done in the life of a page and its translations happen on `day`."""
    moment = _morning(day)
    type(done).objects.filter(pk=done.pk).update(at=moment)
    family = page.in_every_language()
    entries = PageLogEntry.objects.filter(page__in=family.values("pk"), action__in=LIFE_ACTIONS)
    entries.filter(timestamp__gte=done.at).update(timestamp=moment)
    if isinstance(done, Verification):
        family.update(last_verified_on=day, review_by=review_by or page.next_review(day))


def backdate_remark(remark: Remark, written: datetime.date, answered: datetime.date) -> None:
    """Make a remark that was just written, and answered, happen on these days."""
    entries = PageLogEntry.objects.filter(page=remark.page_id, timestamp__gte=remark.written_at)
    entries.filter(action="practices.remark").update(timestamp=_morning(written))
    entries.filter(action="practices.answer").update(timestamp=_morning(answered))
    Remark.objects.filter(pk=remark.pk).update(
        written_at=_morning(written), answered_at=_morning(answered)
    )


def _morning(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))
