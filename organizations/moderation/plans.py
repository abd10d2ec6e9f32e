"""From the steps that an organization chose to Wagtail's workflows, which nobody edits by hand."""

from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from wagtail.models import Page, Task, Workflow, WorkflowState, WorkflowTask

from core.models import User
from organizations.models import (
    Agreement,
    CommunityMembership,
    CommunityValidationTask,
    CompletenessTask,
    CrossReviewTask,
    InternalReviewTask,
    Membership,
    ModerationPlan,
    ModerationTask,
    Organization,
    OrganizationApprovalTask,
    PlanStep,
    Role,
    StepKind,
)
from organizations.models.plans import check_steps
from organizations.models.tasks import CROSSING, VALIDATORS


@transaction.atomic
def apply_plan(plan: ModerationPlan) -> None:
    """Make the workflow of `plan` as it is saved; texts submitted from now on pass its steps.

    A workflow is never changed: a text in progress keeps the steps with which it was submitted.
    Raises `ValidationError` for steps that cannot work.
    """
    steps = list(plan.steps.all())
    check_steps([step.kind for step in steps])
    tasks = [_TASKS[step.kind](plan.organization, step) for step in steps]
    plan.workflow = _workflow(plan.organization, tasks)
    plan.save(update_fields=["workflow"])


def _workflow(organization: Organization, tasks: Sequence[Task]) -> Workflow:
    """The workflow with exactly these tasks, made when there is none."""
    wanted = [task.pk for task in tasks]
    for workflow in Workflow.objects.filter(
        active=True, workflow_tasks__task=wanted[0]
    ).prefetch_related("workflow_tasks"):
        order = sorted(workflow.workflow_tasks.all(), key=lambda each: each.sort_order or 0)
        if [each.task_id for each in order] == wanted:
            return workflow
    with override("fr"):
        name = _("Steps of %(organization)s") % {"organization": organization.name_fr}
    workflow = Workflow.objects.create(name=name[:255])
    for place, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=place)
    return workflow


def _task(model: type[ModerationTask], organization: Organization, **terms: int) -> Task:
    """The task of `organization` with these terms, made when there is none."""
    with override("fr"):
        name = f"{str(model.kind.label).capitalize()} · {organization.short_name}"[:255]
    task: Task
    task, _made = model.objects.get_or_create(
        organization=organization, **terms, defaults={"name": name}
    )
    return task


_TASKS: dict[str, Callable[[Organization, PlanStep], Task]] = {
    StepKind.ORGANIZATION: lambda owner, step: OrganizationApprovalTask.objects.get(
        organization=owner
    ),
    StepKind.COMPLETENESS: lambda owner, step: _task(CompletenessTask, owner, percent=step.percent),
    StepKind.INTERNAL_REVIEW: lambda owner, step: _task(
        InternalReviewTask, owner, needed=step.people
    ),
    StepKind.CROSS_REVIEW: lambda owner, step: _task(
        CrossReviewTask,
        owner,
        needed=max(step.people, step.organizations),
        organizations=step.organizations,
    ),
    StepKind.COMMUNITY: lambda owner, step: _task(
        CommunityValidationTask, owner, needed=step.people
    ),
}


def configure_steps(
    organization: Organization,
    *,
    steps: Sequence[tuple[str, int]],
    organizations: int = 1,
    content_type: int | None = None,
) -> ModerationPlan:
    """Choose the steps of an organization, as (kind, number) in their order.

    The number is that of people, or the percentage of a completeness check; those of a cross-review
    come from at least so many `organizations`. `content_type` is the id of a page type, nothing for
    all types. Raises `ValidationError` as `apply_plan` does.
    """
    kinds = [kind for kind, _number in steps]
    if unknown := set(kinds) - set(StepKind.values):
        raise ValidationError(
            _("No step “%(step)s”. Known: %(known)s.")
            % {"step": ", ".join(sorted(unknown)), "known": ", ".join(StepKind.values)}
        )
    with transaction.atomic():
        plan, _made = ModerationPlan.objects.get_or_create(
            organization=organization, content_type_id=content_type
        )
        plan.steps.set(
            [
                PlanStep(
                    kind=kind,
                    sort_order=place,
                    organizations=organizations,
                    **{"percent" if kind == StepKind.COMPLETENESS else "people": number},
                )
                for place, (kind, number) in enumerate(steps)
            ]
        )
        plan.save()
        apply_plan(plan)
    return plan


def warnings_about(plan: ModerationPlan) -> list[str]:
    """What may keep texts waiting: steps for which there are too few people today."""
    found = []
    bound = _bound(plan.organization).distinct().count()
    for step in plan.steps.all():
        there = _PEOPLE[step.kind](plan.organization) if step.kind in _PEOPLE else None
        needed = step.people if step.kind != StepKind.ORGANIZATION else 1
        if there is not None and there < needed:
            found.append(
                ngettext(
                    "%(step)s: it needs %(needed)s person and there are %(there)s today. Texts will"
                    " wait until there are enough.",
                    "%(step)s: it needs %(needed)s people and there are %(there)s today. Texts will"
                    " wait until there are enough.",
                    needed,
                )
                % {"step": str(step).capitalize(), "needed": needed, "there": there}
            )
        if step.kind == StepKind.CROSS_REVIEW and bound < step.organizations:
            found.append(
                _(
                    "Cross-review: no agreement in force allows it with enough organizations"
                    " (%(needed)s needed, %(there)s bound). Texts will be sent back."
                )
                % {"needed": step.organizations, "there": bound}
            )
    return found


def leave_former_steps(page: Page) -> None:
    """Let a text that was sent back begin again where the steps were changed meanwhile."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    if state.workflow != page.get_workflow():
        state.cancel()


def _holding(organization: Organization, role: str) -> int:
    members = Membership.objects.filter(organization=organization, role=role)
    return User.objects.filter(is_active=True, memberships__in=members).distinct().count()


def _bound(organization: Organization) -> QuerySet[Organization]:
    """The organizations with which an agreement allows cross-reviews today."""
    agreements = Agreement.objects.in_force().filter(may_cross_review=True, parties=organization)
    return Organization.objects.filter(agreements__in=agreements).exclude(pk=organization.pk)


def _cross_reviewers(organization: Organization) -> int:
    members = Membership.objects.filter(organization__in=_bound(organization), role__in=CROSSING)
    return User.objects.filter(is_active=True, memberships__in=members).distinct().count()


def _validators(organization: Organization) -> int:
    roles = CommunityMembership.objects.filter(role__in=VALIDATORS)
    return User.objects.filter(is_active=True, community_memberships__in=roles).distinct().count()


_PEOPLE: dict[str, Callable[[Organization], int]] = {
    StepKind.INTERNAL_REVIEW: lambda organization: _holding(organization, Role.REVIEWER),
    StepKind.ORGANIZATION: lambda organization: _holding(organization, Role.MODERATOR),
    StepKind.CROSS_REVIEW: _cross_reviewers,
    StepKind.COMMUNITY: _validators,
}
