"""The rules of a decision, whatever the door through which it comes."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState

from core.models import User
from organizations.models import (
    CompletenessTask,
    ConflictOfInterest,
    DecisionKind,
    ModerationTask,
    Opinion,
    Organization,
    Role,
    StepKind,
    Verdict,
)
from organizations.models.organizations import community_roles_of, roles_of
from organizations.models.tasks import NEED_A_REASON, VALIDATORS
from organizations.moderation.differences import difference_from_live
from organizations.moderation.handling import kept_by_another, let_go
from organizations.moderation.letters import write_letter
from organizations.moderation.refusals import (
    AlreadyDecided,
    NotForYou,
    NotToBeShared,
    ReasonMissing,
    TextChanged,
)
from organizations.moderation.register import record_decision
from organizations.moderation.selectors import authors_of_submission, is_barred

# What an action is called in the register, and to approve at some steps.
KINDS = {
    "approve": DecisionKind.APPROVED,
    "reject": DecisionKind.CHANGES_REQUESTED,
    "recommend": DecisionKind.RECOMMENDED,
    "advise": DecisionKind.CHANGES_ADVISED,
}
APPROVALS = {
    StepKind.CROSS_REVIEW: DecisionKind.CROSS_APPROVED,
    StepKind.COMMUNITY: DecisionKind.VALIDATED,
}


@transaction.atomic
def take_action(
    task_state: TaskState,
    *,
    user: User,
    action: str,
    revision: int | None = None,
    comment: str = "",
    made_at: datetime.datetime | None = None,
) -> None:
    """Decide, recommend or advise on the text `revision` (its number), which `user` has read.

    Raises `DecisionRefused` saying why, in the language of the person: they have no part in it,
    it is their own text, somebody decided already, the text is no longer the one that they read,
    or the reason is missing. Nothing has changed then.
    """
    # Two people who decide at once wait for each other here. Nothing is joined: what PostgreSQL
    # joins to a row for which it waited is from before.
    locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
    task = locked.task.specific
    page = locked.workflow_state.content_object.specific
    if not task.is_for(page, user):
        raise NotForYou(_("You have no part in deciding on this text."))
    if locked.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyDecided(locked)
    if action not in {name for name, _label, _modal in task.get_actions(page, user)}:
        raise NotForYou(why_not(page, user))
    if action in NEED_A_REASON and not comment.strip():
        raise ReasonMissing
    if revision is None or revision != page.latest_revision_id:
        raise TextChanged(revision)
    # Held as well: what was read is what is published.
    text = Revision.objects.select_for_update().get(pk=revision)
    locked.revision = text
    if action == "approve" and (problem := text.as_object().why_not_shared()):
        raise NotToBeShared(problem)
    difference = difference_from_live(page, text)
    other = task.speaks_for(user, page)
    _CARRY_OUT[action](task, locked, user, comment)
    decision = record_decision(
        kind=APPROVALS.get(task.kind, KINDS[action]) if action == "approve" else KINDS[action],
        person=user,
        role=f"{_role_in(other, user)} ({other.short_name})" if other else "",
        organization=task.organization,
        page=page,
        revision=text,
        step=task.kind.value,
        reason=comment,
        difference=difference,
        made_at=made_at,
    )
    author = locked.workflow_state.requested_by or page.owner
    if action == "reject" and author is not None:
        write_letter(
            decision,
            task_state=locked,
            page=page,
            author=author,
            organization=task.organization,
        )


def why_not(page: Page, user: User) -> str:
    """Why `user`, who is asked at this step, may not take this decision on this text."""
    if holder := kept_by_another(page, user):
        return _("%(person)s has claimed this text: ask them to release it or to hand it over.") % {
            "person": holder
        }
    if is_barred(user, page):
        return _("You refused this text, and a panel returned it to other moderators.")
    if user.pk in authors_of_submission(page):
        return _("You wrote this text, or part of it: somebody else must decide on it.")
    return _("This is not yours to decide at this step.")


def _role_in(organization: Organization, user: User) -> str:
    return Role.MODERATOR if Role.MODERATOR in roles_of(user, organization.pk) else Role.REVIEWER


def _approve(task: ModerationTask, state: TaskState, user: User, comment: str) -> None:
    if task.asks_several:
        other = task.speaks_for(user, state.workflow_state.content_object)
        _say(state, user, Verdict.FAVOURABLE, comment, other)
        if not task.is_enough(_said(state).filter(verdict=Verdict.FAVOURABLE)):
            return
    state.approve(user=user, comment=comment)


def _reject(task: ModerationTask, state: TaskState, user: User, comment: str) -> None:
    state.reject(user=user, comment=comment)


def _recommend(task: ModerationTask, state: TaskState, user: User, comment: str) -> None:
    _advise_with(task, state, user, Verdict.FAVOURABLE, comment)


def _advise(task: ModerationTask, state: TaskState, user: User, comment: str) -> None:
    _advise_with(task, state, user, Verdict.CHANGES, comment)


def _advise_with(
    task: ModerationTask, state: TaskState, user: User, verdict: Verdict, comment: str
) -> None:
    """Keep an opinion; once enough people gave theirs, those who decide have what they need."""
    _say(state, user, verdict, comment)
    if task.is_enough(_said(state)):
        state.approve(user=user)


def _say(
    state: TaskState,
    user: User,
    verdict: Verdict,
    comment: str,
    organization: Organization | None = None,
) -> None:
    Opinion.objects.create(
        task_state_id=state.pk,
        revision_number=state.revision_id,
        person=user,
        organization=organization,
        verdict=verdict,
        comment=comment.strip(),
    )


def _said(state: TaskState) -> Any:
    return Opinion.objects.filter(task_state=state.pk, revision_number=state.revision_id)


_CARRY_OUT: dict[str, Callable[[ModerationTask, TaskState, User, str], None]] = {
    "approve": _approve,
    "reject": _reject,
    "recommend": _recommend,
    "advise": _advise,
}


def check_completeness(task: CompletenessTask, state: TaskState) -> None:
    """Let a text pass that is complete enough; send another one back with what it lacks."""
    missing = state.revision.as_object().what_is_missing(task.percent)
    if not missing:
        state.approve(update=False)
        return
    reason = _("This text does not say enough yet. It would help most to fill in: %(fields)s.") % {
        "fields": ", ".join(missing)
    }
    send_back(task, state, kind=DecisionKind.INCOMPLETE, reason=reason, update=False)


def send_back(
    task: ModerationTask, state: TaskState, *, kind: str, reason: str, update: bool
) -> None:
    """Send a text back without anybody having decided so; the register says why.

    `update` as in `TaskState.reject`: not while the task is being started.
    """
    state.reject(update=update, comment=reason)
    record_decision(
        kind=kind,
        person=None,
        organization=task.organization,
        page=state.workflow_state.content_object.specific,
        revision=state.revision,
        step=task.kind.value,
        reason=reason,
    )


@transaction.atomic
def declare_conflict(page: Page, *, user: User, note: str = "") -> None:
    """Keep `user` out of every decision on `page`, in all its languages.

    Raises `DecisionRefused` for who has no part in deciding on pages of its organization. Said
    twice, it counts once.
    """
    organization: Organization = page.specific.organization
    if not _may_ever_decide(user, page, organization):
        raise NotForYou(_("You have no part in deciding on this text."))
    _row, made = ConflictOfInterest.objects.get_or_create(
        person=user, translation_key=page.translation_key, defaults={"note": note.strip()}
    )
    if made:
        let_go(page, user=user)
        record_decision(
            kind=DecisionKind.CONFLICT,
            person=user,
            organization=organization,
            page=page,
            revision=page.get_latest_revision(),
            reason=note,
        )


def _may_ever_decide(user: User, page: Page, organization: Organization) -> bool:
    deciding = {Role.MODERATOR, Role.REVIEWER, Role.LEAD}
    task = page.current_workflow_task
    return bool(
        user.is_superuser
        or (isinstance(task, ModerationTask) and task.is_for(page, user))
        or deciding & roles_of(user, organization.pk)
        or VALIDATORS & community_roles_of(user)
    )
