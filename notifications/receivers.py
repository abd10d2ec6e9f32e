"""From what happens to who is told: each receiver names the people that an event concerns."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import (
    page_unpublished,
    task_rejected,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from core.models import User
from notifications.reminders import through
from notifications.services import tell
from organizations.models import Appeal, OrganizationOwnedPage, TaskHandling
from organizations.moderation.appeals import appeal_decided, appeal_filed
from organizations.moderation.handling import handed_over
from organizations.moderation.reminding import deciders_of, leads_of
from organizations.moderation.selectors import panel_of
from practices.models import Contribution


def replace_wagtails_mails() -> None:
    """Keep Wagtail from sending mails of its own, in the request and to every administrator."""
    task_submitted.disconnect(dispatch_uid="group_approval_task_submitted_email_notification")
    workflow_submitted.disconnect(dispatch_uid="workflow_state_submitted_email_notification")
    workflow_rejected.disconnect(dispatch_uid="workflow_state_rejected_email_notification")
    workflow_approved.disconnect(dispatch_uid="workflow_state_approved_email_notification")


@receiver(task_submitted)
def tell_who_decides(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    """A step of the moderation begins: those who can take its decision are told."""
    state = instance.workflow_state
    page = state.content_object.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    handling = TaskHandling.objects.filter(task_state=instance).first()
    if handling is None:
        return  # the completeness check asks nobody
    _tell(
        (each for each in deciders_of(handling) if each != user),
        "submitted",
        f"task:{instance.pk}:submitted",
        page,
        by=state.requested_by,
        beyond=through(handling) is None,
    )


@receiver(handed_over)
def tell_who_has_it_now(handling: TaskHandling, person: User, by: User, **kwargs: Any) -> None:
    """Who is to decide on a text that somebody else had learns it."""
    moment = int(timezone.now().timestamp())
    event = f"task:{handling.task_state_id}:handed_over:{moment}"
    _tell([person], "handed_over", event, handling.page.specific, by=by)


@receiver(task_rejected)
def tell_what_must_change(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    """Whose text went back learns who asked for what."""
    state = instance.workflow_state
    page = state.content_object.specific
    if isinstance(page, OrganizationOwnedPage):
        people = _authors(state, page) - {user}
        event = f"task:{instance.pk}:changes"
        _tell(people, "changes_requested", event, page, by=user, comment=instance.get_comment())


@receiver(workflow_approved)
def tell_of_the_approval(instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    """The author learns who approved and with what comment; who is credited, that it is out."""
    page = instance.content_object.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    said = instance.task_states.filter(status=TaskState.STATUS_APPROVED).exclude(comment="")
    comment = " ".join(each.comment for each in said.order_by("finished_at"))
    authors = _authors(instance, page)
    event = f"workflow:{instance.pk}:approved"
    _tell(authors - {user}, "approved", event, page, by=user, comment=comment)
    _tell(_credited(page) - authors - {user}, "published", event, page)


@receiver(appeal_filed)
def tell_of_the_appeal(appeal: Appeal, **kwargs: Any) -> None:
    """The panel is asked; whoever refused the text and the leads of their organization know."""
    page, event = appeal.page.specific, f"appeal:{appeal.pk}:filed"
    _tell(panel_of(appeal), "appealed", event, page, by=appeal.author, beyond=True)
    own = {*leads_of(appeal.organization_id), appeal.refused_by}
    _tell(own, "appealed", event, page, by=appeal.author)


@receiver(appeal_decided)
def tell_what_the_panel_decided(appeal: Appeal, **kwargs: Any) -> None:
    """The author, whoever refused the text and their leads read what the panel says."""
    page, event = appeal.page.specific, f"appeal:{appeal.pk}:decided"
    _tell([appeal.author], "appeal_decided", event, page, comment=appeal.words, beyond=True)
    own = {*leads_of(appeal.organization_id), appeal.refused_by}
    _tell(own, "appeal_decided", event, page, comment=appeal.words)


@receiver(page_unpublished)
def tell_of_the_withdrawal(instance: Page, **kwargs: Any) -> None:
    """Who wrote a page learns that readers no longer find it."""
    if isinstance(instance.specific, OrganizationOwnedPage):
        people = _credited(instance) | ({instance.owner} if instance.owner else set())
        event = f"page:{instance.pk}:withdrawn:{instance.latest_revision_id}"
        _tell(people, "withdrawn", event, instance.specific)


def _authors(state: WorkflowState, page: Any) -> set[User]:
    """Who submitted the text, and whose page it is."""
    return {person for person in (state.requested_by, page.owner) if person is not None}


def _credited(page: Any) -> set[User]:
    """The people with an account whom the page credits."""
    found = Contribution.objects.filter(page=page.pk, user__isnull=False).select_related("user")
    return {credit.user for credit in found if credit.user}


def _tell(
    people: Iterable[User],
    kind: str,
    event: str,
    page: Any,
    *,
    by: User | None = None,
    comment: str = "",
    beyond: bool = False,
) -> None:
    """Tell people of the page's organization, or people `beyond` it."""
    tell(
        people,
        kind=kind,
        event=event,
        page_id=page.pk,
        organization_id=None if beyond else page.organization_id,
        words={
            "title": page.get_admin_display_title(),
            "person": str(by) if by else "",
            "comment": comment,
        },
    )
