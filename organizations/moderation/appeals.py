"""Appeals: an author's word against a refusal, and what people of other organizations decide."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState

from core.models import User
from organizations.models import (
    Appeal,
    AppealSettings,
    AppealSignature,
    AppealState,
    DecisionKind,
    DecisionLetter,
)
from organizations.models.appeals import OUTCOMES, TRANSITIONS
from organizations.moderation.refusals import (
    DecisionRefused,
    NotForYou,
    NotToBeShared,
    TextChanged,
)
from organizations.moderation.register import record_decision
from organizations.moderation.selectors import sits_on_panel

# Sent with `appeal` once the author has filed it, and once the panel has decided.
appeal_filed = Signal()
appeal_decided = Signal()

KINDS = {
    AppealState.UPHELD: DecisionKind.APPEAL_UPHELD,
    AppealState.OVERTURNED: DecisionKind.APPEAL_OVERTURNED,
    AppealState.RETURNED: DecisionKind.APPEAL_RETURNED,
}


def why_no_appeal(letter: DecisionLetter, user: User) -> str:
    """Why `user` cannot appeal against the decision of a letter; "" when they can."""
    if user.pk != letter.author_id:
        return _("Only the author of the text may appeal.")
    if Appeal.objects.filter(decision=letter.decision_id).exists():
        return _("You have appealed against this decision already.")
    if timezone.now() > AppealSettings.current().last_moment(letter.decision.made_at):
        return _("The time to appeal against this decision is over.")
    if not _is_refused(letter.task_state):
        return _("The text was submitted again: there is nothing left to appeal against.")
    return ""


def _is_refused(task_state: TaskState) -> bool:
    """Whether the text still stands where this task sent it back."""
    state = task_state.workflow_state
    return (
        state.status == WorkflowState.STATUS_NEEDS_CHANGES
        and state.current_task_state_id == task_state.pk
    )


@transaction.atomic
def file_appeal(letter: DecisionLetter, *, user: User, statement: str) -> Appeal:
    """Ask people of other organizations to look at the decision of `letter`, once.

    Raises `DecisionRefused` saying why not, `ValidationError` without a statement.
    """
    # Sent twice, it waits for itself here.
    letter = DecisionLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if reason := why_no_appeal(letter, user):
        raise NotForYou(reason)
    if not statement.strip():
        raise ValidationError(_("Say why the decision should be looked at again."))
    decision = letter.decision
    assert decision.person is not None, "only people write letters"
    appeal = Appeal.objects.create(
        decision=decision,
        task_state=letter.task_state,
        page=letter.page,
        organization=letter.organization,
        author=user,
        refused_by=decision.person,
        statement=statement.strip(),
    )
    record_decision(
        kind=DecisionKind.APPEALED,
        person=user,
        organization=letter.organization,
        page=letter.page,
        revision=_refused_text(appeal),
        reason=statement,
    )
    appeal_filed.send(sender=Appeal, appeal=appeal)
    return appeal


@transaction.atomic
def decide_appeal(
    appeal: Appeal, *, user: User, outcome: str, words: str, revision: int | None
) -> bool:
    """Sign for an outcome, having read the text `revision`; whether that decided the appeal.

    The panel decides once as many of its members as the community asks signed for the same.
    Raises `DecisionRefused` saying why not, `ValidationError` for another outcome or no words.
    """
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if not sits_on_panel(user, appeal):
        raise NotForYou(_("You are not on the panel of this appeal."))
    if outcome not in TRANSITIONS.get(AppealState(appeal.state), set()) & set(OUTCOMES):
        if appeal.state != AppealState.OPEN:
            raise NotForYou(_("This appeal is decided already."))
        raise ValidationError(_("A panel upholds, overturns or returns."))
    if not _is_refused(appeal.task_state):
        raise NotForYou(_("The text was submitted again or taken back: nothing is left to decide."))
    if not words.strip():
        raise ValidationError(_("Say why: the author and the moderators read it."))
    if revision != appeal.decision.revision_number:
        raise TextChanged(revision)
    if outcome == AppealState.OVERTURNED and appeal.page.latest_revision_id != revision:
        raise DecisionRefused(
            _(
                "The author changed the text since it was refused: what would be published is not"
                " what was refused. Return it to the moderators instead."
            )
        )
    publishes = outcome == AppealState.OVERTURNED
    if publishes and (problem := _refused_text(appeal).as_object().why_not_shared()):
        raise NotToBeShared(problem)
    AppealSignature.objects.update_or_create(
        appeal=appeal, person=user, defaults={"outcome": outcome, "words": words.strip()}
    )
    signed = appeal.signatures.filter(outcome=outcome)
    if signed.count() < AppealSettings.current().signatures:
        return False
    appeal.state = AppealState(outcome)
    appeal.words = "\n\n".join(each.words for each in signed)
    appeal.save(update_fields=["state", "words"])
    record_decision(
        kind=KINDS[AppealState(outcome)],
        person=user,
        organization=appeal.organization,
        page=appeal.page,
        revision=_refused_text(appeal),
        reason=appeal.words,
    )
    _CARRY_OUT[outcome](appeal, user)
    appeal_decided.send(sender=Appeal, appeal=appeal)
    return True


def _refused_text(appeal: Appeal) -> Revision:
    return Revision.objects.get(pk=appeal.decision.revision_number)


def _uphold(appeal: Appeal, user: User) -> None:
    """The author may change the text and submit it again, as after any refusal."""


def _overturn(appeal: Appeal, user: User) -> None:
    """The panel approves the text that was refused, and the workflow ends as after an approval."""
    state = appeal.task_state.workflow_state
    state.status = WorkflowState.STATUS_IN_PROGRESS
    state.current_task_state = TaskState.objects.create(
        workflow_state=state,
        task=appeal.task_state.task,
        revision=_refused_text(appeal),
        status=TaskState.STATUS_APPROVED,
        finished_at=timezone.now(),
        finished_by=user,
        comment=appeal.words,
    )
    state.save()
    state.finish(user=user)


def _return(appeal: Appeal, user: User) -> None:
    """The same step begins again, for other moderators than the one who refused."""
    appeal.task_state.workflow_state.resume(user)


_CARRY_OUT: dict[str, Callable[[Appeal, User], None]] = {
    AppealState.UPHELD: _uphold,
    AppealState.OVERTURNED: _overturn,
    AppealState.RETURNED: _return,
}
