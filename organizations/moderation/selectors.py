"""What waits for whom, where a text stands, and who may know of it."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from wagtail.models import Page, Revision, TaskState, WorkflowState

from core.models import User
from organizations.access import pages_to_read
from organizations.agreements.selectors import reviewing_organizations
from organizations.models import (
    Agreement,
    Appeal,
    AppealState,
    CommunityRole,
    ConflictOfInterest,
    Decision,
    DecisionKind,
    Membership,
    ModerationPlan,
    ModerationTask,
    Opinion,
    Organization,
    OrganizationOwnedPage,
    Role,
    StepKind,
    TaskHandling,
)
from organizations.models.appeals import PANEL
from organizations.models.organizations import community_roles_of, roles_of
from organizations.models.standing import standing_of
from organizations.models.tasks import CROSSING, VALIDATORS
from organizations.visibility import Viewer

# Who wrote


def authors_of_submission(page: Page) -> set[int]:
    """The ids of the people who wrote what is submitted: nobody among them may approve it.

    Who submitted it, everyone who saved a draft since what is published now, whoever the text
    credits, and the same for the versions in other languages that are not published either. For a
    page that was never published, its owner too.
    """
    return authors_of_submissions([page])[page.pk]


def authors_of_submissions(pages: Collection[Page]) -> dict[int, set[int]]:
    """The same for several pages, by their ids, in as many queries as for one."""
    versions = (
        Page.objects.filter(translation_key__in={page.translation_key for page in pages})
        .annotate(published_at=F("live_revision__created_at"))
        .prefetch_workflow_states()
    )
    together: defaultdict[Any, list[Any]] = defaultdict(list)
    for each in versions:
        together[each.translation_key].append(each)
    saved = _last_saved([each.pk for found in together.values() for each in found])
    credited = _credited(pages)
    return {
        page.pk: credited[page.pk].union(
            *(
                _wrote(each, saved[each.pk])
                for each in together[page.translation_key]
                if each.pk == page.pk or each.current_workflow_state is not None or not each.live
            )
        )
        for page in pages
    }


def _last_saved(pages: Iterable[int]) -> dict[int, dict[int, datetime.datetime]]:
    """When each person last saved a draft of these pages; a comment alone is none."""
    revisions = Revision.page_revisions.filter(object_id__in=map(str, pages), only_comments=None)
    found: defaultdict[int, dict[int, datetime.datetime]] = defaultdict(dict)
    people = revisions.exclude(user=None).order_by().values_list("object_id", "user_id")
    for page, person, last in people.annotate(last=Max("created_at")):
        found[int(page)][person] = last
    return found


def _credited(pages: Iterable[Page]) -> dict[int, set[int]]:
    """The people to whom the latest text of each page gives a part in the writing."""
    found: dict[int, set[int]] = {page.pk: set() for page in pages}
    latest = Revision.objects.filter(pk__in=[page.latest_revision_id for page in pages])
    texts = dict(latest.values_list("pk", "content"))
    for page in pages:
        kind, text = page.specific_class, texts.get(page.latest_revision_id)
        if text and kind is not None and issubclass(kind, OrganizationOwnedPage):
            found[page.pk] = kind.credited_in(text)
    return found


def _wrote(page: Any, saved: dict[int, datetime.datetime]) -> set[int]:
    since = page.published_at
    found = {person for person, last in saved.items() if since is None or last > since}
    state = page.current_workflow_state
    if state is not None and state.requested_by_id:
        found.add(state.requested_by_id)
    if since is None and page.owner_id:
        found.add(page.owner_id)
    return found


def has_conflict(user: Viewer, page: Page) -> bool:
    """Whether `user` declared a conflict of interest about `page`, in any of its languages."""
    return (
        user.is_authenticated
        and ConflictOfInterest.objects.filter(
            person=user, translation_key=page.translation_key
        ).exists()
    )


def has_spoken(user: User, page: Page) -> bool:
    """Whether `user` gave their opinion on the text of `page` as it stands."""
    return Opinion.objects.filter(
        person=user,
        task_state=page.current_workflow_task_state,
        revision_number=page.latest_revision_id,
    ).exists()


def has_advised(user: User, page: Page) -> bool:
    """Whether `user` gave an opinion on what is submitted of `page`, and would be asked again.

    Those whose role is gone, or whose agreement, never knew of it.
    """
    state = page.current_workflow_state
    if state is None or has_conflict(user, page):
        return False
    given = opinions_in(state).filter(person=user).select_related("task_state__task")
    return any(each.task_state.task.specific.is_for(page, user) for each in given)


def cross_reviewers(page: Page) -> QuerySet[Organization]:
    """The organizations whose people may cross-review `page`; not those that co-own it."""
    found: QuerySet[Organization] = reviewing_organizations(page.specific)
    return found.exclude(pk__in=page.specific.co_organizations.values("pk"))


# What waits


def tasks_for(user: Viewer) -> QuerySet[TaskState]:
    """The tasks that wait for `user`, whatever the organization: texts that others wrote.

    Nothing about which they declared a conflict of interest, nor on which they spoke already.
    """
    if not isinstance(user, User) or not user.is_active:
        return TaskState.objects.none()
    mine = Membership.objects.filter(user=user)
    moderated = mine.filter(role=Role.MODERATOR).values("organization")
    reviewed = mine.filter(role=Role.REVIEWER).values("organization")
    asked = Q(task__organizationapprovaltask__organization__in=moderated)
    asked |= Q(task__internalreviewtask__organization__in=reviewed)
    if VALIDATORS & community_roles_of(user):
        asked |= Q(task__communityvalidationtask__isnull=False)
    if user.is_superuser:
        asked |= Q(task__organizationapprovaltask__isnull=False)
    asked |= Q(pk__in=_cross_reviews_of(user))
    barred = ConflictOfInterest.objects.filter(person=user).values("translation_key")
    returned = Appeal.objects.filter(state=AppealState.RETURNED, refused_by=user).values(
        "task_state__workflow_state"
    )
    # What was said of a text that changed since must be said again.
    current = Page.objects.filter(latest_revision=OuterRef("revision_number"))
    spoken = Opinion.objects.filter(Exists(current), person=user)
    return (
        TaskState.objects.filter(
            asked,
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .exclude(handling__page__translation_key__in=barred)
        .exclude(workflow_state__requested_by=user)
        .exclude(pk__in=spoken.values("task_state"))
        .exclude(_written_by(user))
        .exclude(workflow_state__in=returned)
        .order_by("started_at", "pk")
    )


def _cross_reviews_of(user: User) -> list[int]:
    """The cross-reviews in progress for which an agreement makes `user` one of those asked.

    Only those of the organizations with which an agreement allows any are looked at one by one.
    """
    mine = Membership.objects.filter(user=user, role__in=CROSSING).values("organization")
    agreements = Agreement.objects.in_force().filter(may_cross_review=True, parties__in=mine)
    owners = Organization.objects.filter(agreements__in=agreements.values("pk"))
    states = TaskState.objects.filter(
        task__crossreviewtask__organization__in=owners, status=TaskState.STATUS_IN_PROGRESS
    ).select_related("workflow_state", "task")
    return [
        state.pk
        for state in states
        if state.task.specific.is_for(state.workflow_state.content_object, user)
    ]


def _written_by(user: User) -> Q:
    """The tasks about a text of which `user` saved a draft since what is published, or made it."""
    published = Coalesce(OuterRef("handling__page__live_revision__created_at"), LONG_AGO)
    drafts = Revision.page_revisions.filter(
        object_id=OuterRef("workflow_state__object_id"),
        user=user,
        created_at__gt=published,
        only_comments=None,
    )
    own = Q(handling__page__owner=user, handling__page__live_revision=None)
    return Q(Exists(drafts)) | own


LONG_AGO = Value(datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC))


# Where a text stands


@dataclass(frozen=True)
class Step:
    """One step of a text: its name, where it stands, and how many people it still waits for.

    `status` is one of `TaskState.STATUS_CHOICES`, or "" for what has not begun. `handling` is how
    the one is dealt with at which the text is.
    """

    kind: str
    name: str
    status: str
    needed: int = 1
    given: int = 0
    handling: TaskHandling | None = None


def steps_of(page: Page) -> list[Step]:
    """The steps that `page` passes, or will pass when it is submitted now."""
    state = page.current_workflow_state
    if state is not None:
        tasks = state.all_tasks_with_state()
        states = {task.pk: task.task_state for task in tasks}
    else:
        workflow = page.get_workflow()
        tasks = list(workflow.tasks) if workflow else []
        states = {}
    return [_step(task.specific, states.get(task.pk)) for task in tasks]


def _step(task: Any, state: TaskState | None) -> Step:
    kind = getattr(task, "kind", "")
    name = str(StepKind(kind).label) if kind else task.name
    given, handling = 0, None
    if state is not None and state.status == TaskState.STATUS_IN_PROGRESS:
        given = opinions_on(state).count()
        handling = (
            TaskHandling.objects.filter(task_state=state).select_related("claimed_by").first()
        )
    status = state.status if state else ""
    return Step(kind, name, status, getattr(task, "needed", 1), given, handling)


def opinions_on(task_state: TaskState) -> QuerySet[Opinion]:
    """What people said of the text that a task is about, as it stands."""
    latest = task_state.workflow_state.content_object.latest_revision_id
    return task_state.opinions.filter(revision_number=latest).select_related("person")


def opinions_in(state: WorkflowState) -> QuerySet[Opinion]:
    """What people said in all steps of a submission, of any revision, the first one first."""
    return Opinion.objects.filter(task_state__workflow_state=state).select_related("person")


def plan_for(organization_id: int, content_type_id: int) -> ModerationPlan | None:
    """The plan of an organization for a type of page: its own, else the one for all types."""
    plans = ModerationPlan.objects.filter(
        Q(content_type=content_type_id) | Q(content_type=None),
        organization=organization_id,
        workflow__isnull=False,
    ).select_related("workflow")
    return max(plans, key=lambda plan: plan.content_type_id or 0, default=None)


# Who may read what is submitted


def may_review(user: User, page: Page) -> bool:
    """Whether `user` may read the submitted text of `page` and where it stands.

    Those whom its present step asks, its authors, who moderates or leads its organization, and the
    panel of an appeal;
    nobody who declared a conflict of interest, but for an author.
    """
    owned = page.specific
    if not isinstance(owned, OrganizationOwnedPage) or page.latest_revision_id is None:
        return False
    task = page.current_workflow_task
    if isinstance(task, ModerationTask) and task.is_for(page, user):
        return True
    if page.permissions_for_user(user).can_edit():
        return not has_conflict(user, page) or user.pk in authors_of_submission(page)
    leads = Role.LEAD in roles_of(user, owned.organization_id)
    if leads or user.is_superuser:
        return True
    appeals = Appeal.objects.filter(page=page, state=AppealState.OPEN)
    return any(sits_on_panel(user, each) for each in appeals)


# Appeals


def sits_on_panel(user: User, appeal: Appeal) -> bool:
    """Whether `user` may decide on an appeal.

    Mediators and members of the steering group do who belong to no role of the refusing
    organization, have no part in the text, did not refuse it and declared no interest in it.
    """
    return (
        user.is_active
        and bool(PANEL & community_roles_of(user))
        and not roles_of(user, appeal.organization_id)
        and user.pk not in {appeal.author_id, appeal.refused_by_id}
        and not has_conflict(user, appeal.page)
        and user.pk not in authors_of_submission(appeal.page)
    )


def panel_of(appeal: Appeal) -> list[User]:
    """The people who may decide on an appeal."""
    people = User.objects.filter(community_memberships__role__in=PANEL, is_active=True)
    return [each for each in people.distinct() if sits_on_panel(each, appeal)]


def appeals_for(user: Viewer) -> QuerySet[Appeal]:
    """The appeals that `user` may know of.

    Their own, those against organizations that they moderate or lead, and for who may sit on a
    panel those against organizations to which they do not belong.
    """
    if not isinstance(user, User) or not user.is_active:
        return Appeal.objects.none()
    found = Appeal.objects.select_related("decision", "page", "organization", "author")
    if user.is_superuser:
        return found
    roles = standing_of(user).roles
    own = [pk for pk, held in roles.items() if held & {Role.MODERATOR, Role.LEAD}]
    known = Q(author=user) | Q(organization__in=own)
    if PANEL & community_roles_of(user):
        known |= ~Q(organization__in=list(roles)) & ~Q(refused_by=user)
    return found.filter(known)


def is_barred(user: User, page: Page) -> bool:
    """Whether a panel returned `page` to other moderators than `user`, who had refused it."""
    state = page.current_workflow_state
    return (
        state is not None
        and Appeal.objects.filter(
            state=AppealState.RETURNED, refused_by=user, task_state__workflow_state=state
        ).exists()
    )


# The register

READ_ALL = frozenset({CommunityRole.ADMINISTRATOR, CommunityRole.STEERING, CommunityRole.MEDIATOR})


def decisions_for(user: Viewer) -> QuerySet[Decision]:
    """The entries of the register that `user` may read.

    Leads read those of their organizations and so do moderators, but for what colleagues declare of
    their interests; administrators, the steering group and mediators read all.
    """
    if not isinstance(user, User) or not user.is_active:
        return Decision.objects.none()
    if user.is_superuser or READ_ALL & community_roles_of(user):
        return Decision.objects.all()
    mine = Membership.objects.filter(user=user)
    led = mine.filter(role=Role.LEAD).values("organization")
    moderated = mine.filter(role=Role.MODERATOR).values("organization")
    return Decision.objects.filter(
        Q(organization__in=led)
        | Q(organization__in=moderated) & (~Q(kind=DecisionKind.CONFLICT) | Q(person=user))
    )


def reads_the_register(user: Viewer) -> bool:
    """Whether there is a part of the register for `user`, empty or not."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.is_superuser or READ_ALL & community_roles_of(user):
        return True
    return any(held & {Role.LEAD, Role.MODERATOR} for held in standing_of(user).roles.values())


def public_decisions(viewer: Viewer, kinds: list[str], language: str) -> QuerySet[Decision]:
    """The decisions of these kinds about pages that `viewer` may read, the last one first.

    What was decided on the same day of a page and of its translation is there once, in `language`
    where there is one.
    """
    if not kinds:
        return Decision.objects.none()
    readable = pages_to_read(viewer).order_by()
    shown = Decision.objects.filter(kind__in=kinds, page__in=readable.values("pk"))
    same = shown.filter(
        kind=OuterRef("kind"),
        page__translation_key=OuterRef("page__translation_key"),
        page__locale__language_code=language,
        made_at__date=OuterRef("day"),
    )
    dated = shown.annotate(day=TruncDate("made_at"))
    return dated.filter(Q(page__locale__language_code=language) | ~Exists(same))


def pages_in_language(pages: Iterable[Page], viewer: Viewer, language: str) -> dict[Any, Page]:
    """The translations of `pages` in `language` that `viewer` may read, by `translation_key`."""
    keys = {page.translation_key for page in pages if page.locale.language_code != language}
    found = pages_to_read(viewer).filter(translation_key__in=keys, locale__language_code=language)
    return {page.translation_key: page for page in found.select_related("locale")} if keys else {}
