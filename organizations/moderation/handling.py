"""Who looks after a task: claim it, release it, hand it over, be away, and what is urgent.

A claim is a promise to colleagues, not a right: only the person who claimed decides, until they
release it or hand it over. Once the day is over that authors were told, a lead may end the claim,
or decide past it where they moderate too. A claim of who may no longer decide binds nobody.
"""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Page, TaskState

from core.models import User
from organizations.models import (
    Absence,
    ModerationTask,
    Organization,
    OrganizationOwnedPage,
    Priority,
    Role,
    TaskHandling,
)
from organizations.models.handling import due_day
from organizations.models.organizations import roles_of
from organizations.models.plans import DAYS
from organizations.moderation.refusals import AlreadyDecided, NotForYou
from organizations.moderation.selectors import authors_of_submission, plan_for

# Sent with `handling`, `person` (who has it now) and `by`.
handed_over = Signal()
# Sent with `absence` when nobody decides for the person who is away.
away_alone = Signal()

# What the history of a page says of each.
ACTIONS = {
    "claim": gettext_lazy("Claimed"),
    "release": gettext_lazy("Released"),
    "hand_over": gettext_lazy("Handed over"),
}

DECIDING = frozenset({Role.MODERATOR, Role.REVIEWER})


def open_handling(task_state: TaskState) -> None:
    """Note when a task that starts is due, by the steps of the organization."""
    task, page = task_state.task.specific, task_state.workflow_state.content_object
    if not isinstance(task, ModerationTask):
        return
    plan = plan_for(task.organization_id, page.content_type_id)
    step = plan.steps.filter(kind=task.kind).first() if plan else None
    TaskHandling.objects.create(
        task_state=task_state,
        page=page,
        organization_id=task.organization_id,
        due_on=due_day(task_state.started_at, step.days if step else DAYS),
    )


def handling_of(page: Page) -> TaskHandling | None:
    """How the task at which `page` is now is dealt with."""
    state = page.current_workflow_state
    if state is None:
        return None
    return (
        TaskHandling.objects.select_related("claimed_by", "task_state")
        .filter(task_state=state.current_task_state_id, task_state__status="in_progress")
        .first()
    )


def kept_by_another(page: Page, user: User) -> User | None:
    """The person whose claim keeps `user` from deciding on `page`, if any."""
    handling = handling_of(page)
    holder = handling.claimed_by if handling else None
    if handling is None or holder is None or holder.pk == user.pk:
        return None
    if handling.is_overdue and leads(user, handling):
        return None
    task: Any = handling.task_state.task.specific
    # Who left, or has a conflict of interest, keeps nothing from nobody.
    return holder if holder.is_active and task.is_for(page, holder) else None


def leads(user: User, handling: TaskHandling) -> bool:
    """Whether `user` leads the organization of a task, or runs the site."""
    return user.is_superuser or Role.LEAD in roles_of(user, handling.organization_id)


def sets_priority(user: User, handling: TaskHandling) -> bool:
    """Whether `user` says what is urgent: leads and moderators of the organization do."""
    return leads(user, handling) or Role.MODERATOR in roles_of(user, handling.organization_id)


def may_claim(handling: TaskHandling, user: User) -> bool:
    """Whether `user` may claim the task, or have it handed over to them."""
    task: Any = handling.task_state.task.specific
    page = handling.page.specific
    able = any(name != "reject" for name, _label, _modal in task.actions_of(page, user))
    # Where several people are asked, one must not keep the others away.
    return able and task.needed == 1


def may_end_claim(handling: TaskHandling, user: User) -> bool:
    """Whether `user` may release the task or hand it over, for another person too."""
    if handling.claimed_by_id is None or handling.claimed_by_id == user.pk:
        return True
    return handling.is_overdue and leads(user, handling)


def possible_holders(handling: TaskHandling, user: User) -> list[User]:
    """The people to whom `user` may hand the task over."""
    if not may_end_claim(handling, user):
        return []
    people = User.objects.filter(
        memberships__organization=handling.organization_id, memberships__role__in=DECIDING
    )
    found = people.exclude(pk__in={user.pk, handling.claimed_by_id or 0}).distinct()
    return [each for each in found.order_by("last_name", "first_name") if may_claim(handling, each)]


@transaction.atomic
def claim(task_state: TaskState, *, user: User) -> None:
    """Tell colleagues that `user` decides on this text; said twice, it counts once.

    Raises `DecisionRefused` for who may not decide on it, and where somebody else has it.
    """
    handling = _locked(task_state)
    if not may_claim(handling, user):
        raise NotForYou(_no_claim(handling, user))
    if holder := kept_by_another(handling.page.specific, user):
        raise NotForYou(_("%(person)s has claimed this text already.") % {"person": holder})
    _give(handling, user, by=user, action="claim")


@transaction.atomic
def release(task_state: TaskState, *, user: User) -> None:
    """Let others decide. Raises `DecisionRefused` where it is not for `user` to say."""
    handling = _locked(task_state)
    if handling.claimed_by_id is None:
        raise NotForYou(_("Nobody has claimed this text."))
    _check_end(handling, user)
    _give(handling, None, by=user, action="release")


@transaction.atomic
def hand_over(task_state: TaskState, *, user: User, to: User) -> None:
    """Have `to` decide on this text, or who decides for them while they are away.

    Raises `DecisionRefused` where it is not for `user` to say or `to` may not decide.
    """
    handling = _locked(task_state)
    _check_end(handling, user)
    task: Any = handling.task_state.task.specific
    takes_part = task.is_for(handling.page.specific, user)
    if not (takes_part or leads(user, handling)):
        raise NotForYou(_("You have no part in deciding on this text."))
    person = stands_in(to, handling.organization_id)
    if not may_claim(handling, person):
        raise NotForYou(_("%(person)s may not decide on this text.") % {"person": person})
    _give(handling, person, by=user, action="hand_over")


@transaction.atomic
def set_priority(task_state: TaskState, *, user: User, priority: int) -> None:
    """Say how urgent a task is. Raises `DecisionRefused` for who neither leads nor moderates."""
    handling = _locked(task_state)
    if not sets_priority(user, handling):
        raise NotForYou(_("Moderators and leads of the organization say what is urgent."))
    if priority not in Priority.values:
        raise ValidationError(_("A priority is normal or high."))
    handling.priority = priority
    handling.save(update_fields=["priority"])


def let_go(page: Page, *, user: User) -> None:
    """End the claims of `user` on `page` and its translations, on which they may not decide."""
    TaskHandling.objects.filter(page__translation_key=page.translation_key, claimed_by=user).update(
        claimed_by=None
    )


# Absence


def stands_in(person: User, organization_id: int) -> User:
    """Who decides for `person` today: their delegate, or the delegate's own, else themselves."""
    met = {person.pk}
    while True:
        absence = (
            Absence.objects.current()
            .filter(person=person, organization=organization_id)
            .select_related("delegate")
            .first()
        )
        if absence is None or absence.delegate is None or absence.delegate_id in met:
            return person
        person = absence.delegate
        met.add(person.pk)


def possible_delegates(user: User, organization: Organization) -> list[User]:
    """Those who hold the roles in which `user` decides in the organization."""
    needed = roles_of(user, organization.pk) & DECIDING
    if not needed:
        return []
    people = User.objects.filter(is_active=True, memberships__organization=organization)
    found = people.exclude(pk=user.pk).distinct().order_by("last_name", "first_name")
    return [each for each in found if needed <= roles_of(each, organization.pk)]


@transaction.atomic
def declare_absence(
    user: User,
    *,
    organization: Organization,
    delegate: User | None = None,
    until: datetime.date,
) -> Absence:
    """Have `delegate` decide for `user` until a day; the tasks that `user` claimed pass on.

    What the delegate may not decide on waits for everybody again. There need not be one where
    nobody else holds the roles: the leads are told. Raises `ValidationError` for a day that is over
    and for a delegate who does not hold the same roles.
    """
    if until < timezone.localdate():
        raise ValidationError({"until": _("This day is over: give the last day of your absence.")})
    others = possible_delegates(user, organization)
    if delegate not in others and (others or delegate is not None):
        raise ValidationError({"delegate": _("Choose somebody who holds the role that you hold.")})
    absence, _made = Absence.objects.update_or_create(
        person=user, organization=organization, defaults={"delegate": delegate, "until": until}
    )
    mine = TaskHandling.objects.filter(
        claimed_by=user, organization=organization, task_state__status="in_progress"
    )
    for handling in mine.select_related("task_state", "page"):
        person = stands_in(delegate, organization.pk) if delegate else None
        able = person is not None and may_claim(handling, person)
        action = "hand_over" if able else "release"
        _give(handling, person if able else None, by=user, action=action)
    if delegate is None:
        away_alone.send(sender=Absence, absence=absence)
    return absence


def end_absence(user: User, *, organization: Organization) -> None:
    """Be back before the day that was said."""
    Absence.objects.filter(person=user, organization=organization).delete()


# What they share


def _locked(task_state: TaskState) -> TaskHandling:
    """The handling of a task that is not decided, held until the end of the transaction."""
    handling = TaskHandling.objects.select_for_update(of=("self",)).select_related(
        "task_state__workflow_state", "task_state__task", "page"
    )
    found = handling.get(task_state=task_state.pk)
    if found.task_state.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyDecided(found.task_state)
    return found


def _check_end(handling: TaskHandling, user: User) -> None:
    if may_end_claim(handling, user):
        return
    if leads(user, handling):
        raise NotForYou(
            _("%(person)s has claimed this text and still has time to decide.")
            % {"person": handling.claimed_by}
        )
    raise NotForYou(_("%(person)s has claimed this text.") % {"person": handling.claimed_by})


def _no_claim(handling: TaskHandling, user: User) -> str:
    task: Any = handling.task_state.task.specific
    if task.needed > 1:
        return _("Several people are asked here: nobody claims the text for themselves.")
    if user.pk in authors_of_submission(handling.page):
        return _("You wrote this text, or part of it: somebody else must decide on it.")
    return _("You have no part in deciding on this text.")


def _give(handling: TaskHandling, person: User | None, *, by: User, action: str) -> None:
    if handling.claimed_by_id == (person.pk if person else None):
        return
    handling.claimed_by = person
    handling.save(update_fields=["claimed_by"])
    page = handling.page.specific
    assert isinstance(page, OrganizationOwnedPage)
    log(
        instance=page,
        action=f"organizations.task.{action}",
        user=by,
        data={"person": str(person or "")},
    )
    if person is not None and person != by:
        handed_over.send(sender=TaskHandling, handling=handling, person=person, by=by)
