"""Cross-reviews that nobody can give: the text goes back at once, and says what its lead can do."""

from django.db import transaction
from django.utils.translation import ngettext
from wagtail.models import Page, TaskState, WorkflowState

from organizations.models import CrossReviewTask, DecisionKind, Verdict
from organizations.moderation.deciding import send_back
from organizations.moderation.selectors import cross_reviewers, opinions_on


def send_back_in_vain(task: CrossReviewTask, state: TaskState, *, starting: bool = False) -> None:
    """Send a text back from its step `state` when too few organizations may ever do `task`."""
    page = state.workflow_state.content_object.specific
    reason = _why_in_vain(task, page, state)
    if reason:
        send_back(task, state, kind=DecisionKind.IN_VAIN, reason=reason, update=not starting)


def send_back_all_in_vain() -> None:
    """Send back every text that waits for a cross-review which no agreement allows any more."""
    waiting = TaskState.objects.filter(
        task__crossreviewtask__isnull=False,
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
    )
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            # Who approves it at this moment comes first, or learns that it went back.
            state = waiting.select_for_update(of=("self",)).filter(pk=pk).first()
            if state is not None:
                send_back_in_vain(state.task.specific, state)


def _why_in_vain(task: CrossReviewTask, page: Page, state: TaskState) -> str:
    """Why waiting is useless, in words for its author and its lead; nothing when it is not.

    What an organization approved while an agreement bound it stays approved.
    """
    bound = set(cross_reviewers(page).values_list("pk", flat=True))
    said = opinions_on(state).filter(verdict=Verdict.FAVOURABLE, organization__isnull=False)
    able = bound | set(said.values_list("organization", flat=True))
    if bound and len(able) >= task.organizations:
        return ""
    return ngettext(
        "This text needs a cross-review by %(needed)s other organization, and agreements in force"
        " allow it to %(there)s today. A lead of %(organization)s can sign an agreement that covers"
        " this text, or take that step out of the moderation steps; then submit it again.",
        "This text needs a cross-review by %(needed)s other organizations, and agreements in force"
        " allow it to %(there)s today. A lead of %(organization)s can sign an agreement that covers"
        " this text, or take that step out of the moderation steps; then submit it again.",
        task.organizations,
    ) % {
        "needed": task.organizations,
        "there": len(able),
        "organization": task.organization.name,
    }
