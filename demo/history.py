"""The past of pages that were published long ago, written at once.

Running the workflow takes Wagtail a quarter of a second a page, which a first start cannot spend on
a hundred pages whose moderation is over. What it would have left behind is written in a few
statements instead: the decision of the moderator, and the lines of the page's history.
"""

import datetime
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, PageLogEntry, Revision, TaskState, WorkflowState

from core.models import User
from organizations.models import DecisionKind, Organization, Role, StepKind, TaskHandling
from organizations.models.handling import due_day
from organizations.models.plans import DAYS
from organizations.moderation.differences import FIRST_VERSION
from organizations.moderation.register import Made, record_decisions

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
