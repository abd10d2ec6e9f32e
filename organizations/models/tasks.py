"""The steps that a text may have to pass, as Wagtail's tasks; `moderation` holds what they decide.

The tasks are values: one with other numbers is another task, so that a text keeps the steps with
which it was submitted.
"""

from collections.abc import Set
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Page, Task, TaskState

from core.models import User
from organizations.models.organizations import (
    CommunityRole,
    Organization,
    Role,
    community_roles_of,
    roles_of,
)

Action = tuple[str, str, bool]


class StepKind(models.TextChoices):
    """The kinds of steps among which an organization chooses."""

    COMPLETENESS = "completeness", gettext_lazy("completeness check")
    INTERNAL_REVIEW = "internal_review", gettext_lazy("internal review")
    ORGANIZATION = "organization", gettext_lazy("approval by the organization")
    CROSS_REVIEW = "cross_review", gettext_lazy("cross-review by other organizations")
    COMMUNITY = "community", gettext_lazy("validation by the community")


class RefusalForm(TaskStateCommentForm):
    """What must change; an author cannot do anything with a refusal that says nothing."""

    comment = forms.CharField(
        label=gettext_lazy("What must change"), widget=forms.Textarea({"rows": 4})
    )


class ModerationTask(Task):
    """What the steps share: who takes part, and that every door ends in the same service."""

    organization: Organization
    organization_id: int

    kind: StepKind
    # How many people must agree.
    needed = 1
    # Whether who gave their opinion on the text as it stands has nothing more to do.
    speaks_once = False

    class Meta:
        abstract = True

    @classmethod
    def get_description(cls) -> str:
        return str(cls.__doc__)

    def takes_part(self, user: User, page: Page) -> bool:
        """Whether `user` is one of those who are asked at this step."""
        raise NotImplementedError

    def choices(self) -> list[Action]:
        """What those who take part may do: its name, its label, whether it asks for a reason."""
        return [
            ("reject", _("Request changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with comment"), True),
        ]

    @property
    def asks_several(self) -> bool:
        """Whether what each person says is kept until enough of them agree."""
        return self.needed > 1

    def is_enough(self, favourable: Any) -> bool:
        """Whether these opinions (a queryset) let the text pass."""
        return bool(favourable.count() >= self.needed)

    def asked(self, page: Page) -> QuerySet[User]:
        """The people who are asked at this step, authors and those with a conflict included."""
        return self._holding(Role.MODERATOR)

    def _holding(self, role: Role) -> QuerySet[User]:
        return User.objects.filter(
            memberships__organization=self.organization_id, memberships__role=role
        ).distinct()

    def concerns_through(self, user: User, page: Page) -> int | None:
        """The id of the organization through which the step concerns `user`, if through any."""
        return self.organization_id

    def speaks_for(self, user: User, page: Page) -> Organization | None:
        """The other organization for which `user` speaks of `page` at this step, if any."""
        return None

    # Who may do what, as Wagtail asks it

    def is_for(self, page: Page, user: User) -> bool:
        """Whether `user` may take part in deciding on `page`, authors or not."""
        from organizations.moderation.selectors import has_conflict

        return self._is_ours(page) and self.takes_part(user, page) and not has_conflict(user, page)

    def user_can_access_editor(self, obj: Page, user: User) -> bool:
        return self._may_correct(obj, user)

    def edits(self, user: User) -> bool:
        """Whether `user` may correct a text that is at this step: the moderators may."""
        return user.is_superuser or self._moderates(user)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        return not self._may_correct(obj, user)

    def user_can_lock(self, obj: Page, user: User) -> bool:
        return self._may_correct(obj, user)

    def _may_correct(self, page: Page, user: User) -> bool:
        from organizations.moderation.selectors import has_conflict

        return self._is_ours(page) and self.edits(user) and not has_conflict(user, page)

    def _is_ours(self, page: Page) -> bool:
        # A page that moved to another organization is no longer this one's to decide on.
        return getattr(page.specific, "organization_id", None) == self.organization_id

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        return RefusalForm if action in NEED_A_REASON else TaskStateCommentForm

    def get_actions(self, obj: Page, user: User, authors: Set[int] | None = None) -> list[Action]:
        """What `user` may do now: nothing while another person has claimed the text."""
        from organizations.moderation.handling import kept_by_another

        return [] if kept_by_another(obj, user) else self.actions_of(obj, user, authors)

    def actions_of(self, obj: Page, user: User, authors: Set[int] | None = None) -> list[Action]:
        """What `user` may do, whoever has claimed the text.

        Whoever asks for several people finds out who wrote it once, and says it.
        """
        from organizations.moderation.selectors import (
            authors_of_submission,
            has_spoken,
            is_barred,
        )

        if self.speaks_once and has_spoken(user, obj):
            return []
        if not self.is_for(obj, user) or is_barred(user, obj):
            return []
        found = self.choices()
        if user.pk in (authors_of_submission(obj) if authors is None else authors):
            # One's own text one may send back, and no more.
            found = [each for each in found if each[0] == "reject"]
        return found

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        from organizations.moderation.selectors import tasks_for

        return tasks_for(user).filter(task=self)

    def on_action(
        self,
        task_state: TaskState,
        user: User,
        action_name: str,
        *,
        revision: int | None = None,
        comment: str = "",
        **kwargs: Any,
    ) -> None:
        """Decide, by the rules of `moderation.deciding.take_action`, which no door can skip."""
        from organizations.moderation.deciding import take_action

        take_action(
            task_state, user=user, action=action_name, revision=revision, comment=str(comment)
        )

    def _moderates(self, user: User) -> bool:
        return Role.MODERATOR in roles_of(user, self.organization_id)


# What cannot be said without a reason: the author has to do something with it.
NEED_A_REASON = frozenset({"reject", "advise"})


class OrganizationApprovalTask(ModerationTask):
    """A moderator of the organization who did not write the text approves it."""

    kind = StepKind.ORGANIZATION

    organization = models.OneToOneField(
        "organizations.Organization",
        verbose_name=gettext_lazy("organization"),
        on_delete=models.PROTECT,
        related_name="approval_task",
        editable=False,
    )

    class Meta:
        verbose_name = gettext_lazy("approval by the organization")
        verbose_name_plural = gettext_lazy("approvals by the organization")

    def takes_part(self, user: User, page: Page) -> bool:
        return user.is_superuser or self._moderates(user)


class CompletenessTask(ModerationTask):
    """The text says enough for readers: nobody is asked before it does."""

    kind = StepKind.COMPLETENESS

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", editable=False
    )
    percent = models.PositiveSmallIntegerField(gettext_lazy("completeness asked for (%)"))

    class Meta:
        verbose_name = gettext_lazy("completeness check")
        verbose_name_plural = gettext_lazy("completeness checks")

    def takes_part(self, user: User, page: Page) -> bool:
        return False

    def start(self, workflow_state: Any, user: User | None = None) -> TaskState:
        """Look at the text at once, and send it back with what it lacks."""
        from organizations.moderation.deciding import check_completeness

        task_state: TaskState = super().start(workflow_state, user=user)
        check_completeness(self, task_state)
        return task_state


class InternalReviewTask(ModerationTask):
    """Reviewers of the organization who did not write the text advise those who decide."""

    kind = StepKind.INTERNAL_REVIEW

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", editable=False
    )
    needed = models.PositiveSmallIntegerField(gettext_lazy("number of opinions"))

    class Meta:
        verbose_name = gettext_lazy("internal review")
        verbose_name_plural = gettext_lazy("internal reviews")

    def takes_part(self, user: User, page: Page) -> bool:
        return Role.REVIEWER in roles_of(user, self.organization_id) or self.edits(user)

    def asked(self, page: Page) -> QuerySet[User]:
        # Moderators may send the text back at this step; it does not wait for them.
        return self._holding(Role.REVIEWER)

    def choices(self) -> list[Action]:
        return [
            ("recommend", _("Recommend"), False),
            ("recommend", _("Recommend with comment"), True),
            ("advise", _("Advise changes"), True),
            ("reject", _("Request changes"), True),
        ]

    def actions_of(self, obj: Page, user: User, authors: Set[int] | None = None) -> list[Action]:
        from organizations.moderation.selectors import has_spoken

        found = super().actions_of(obj, user, authors)
        # Reviewers advise and cannot decide; moderators need not wait to send a text back.
        if Role.REVIEWER not in roles_of(user, self.organization_id) or has_spoken(user, obj):
            found = [each for each in found if each[0] not in {"recommend", "advise"}]
        if not self.edits(user):
            found = [each for each in found if each[0] != "reject"]
        return found


class CommunityValidationTask(ModerationTask):
    """Members of the steering group or facilitators who did not write the text validate it."""

    kind = StepKind.COMMUNITY
    speaks_once = True

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", editable=False
    )
    needed = models.PositiveSmallIntegerField(gettext_lazy("number of validations"))

    class Meta:
        verbose_name = gettext_lazy("validation by the community")
        verbose_name_plural = gettext_lazy("validations by the community")

    def takes_part(self, user: User, page: Page) -> bool:
        return bool(VALIDATORS & community_roles_of(user))

    def asked(self, page: Page) -> QuerySet[User]:
        return User.objects.filter(community_memberships__role__in=VALIDATORS).distinct()

    def concerns_through(self, user: User, page: Page) -> int | None:
        return None

    def choices(self) -> list[Action]:
        return [
            ("reject", _("Request changes"), True),
            ("approve", _("Validate"), False),
            ("approve", _("Validate with comment"), True),
        ]


class CrossReviewTask(ModerationTask):
    """Moderators and reviewers of organizations bound by an agreement approve the text too."""

    kind = StepKind.CROSS_REVIEW
    speaks_once = True
    asks_several = True

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", editable=False
    )
    needed = models.PositiveSmallIntegerField(gettext_lazy("number of approvals"))
    organizations = models.PositiveSmallIntegerField(gettext_lazy("number of other organizations"))

    class Meta:
        verbose_name = gettext_lazy("cross-review")
        verbose_name_plural = gettext_lazy("cross-reviews")

    def start(self, workflow_state: Any, user: User | None = None) -> TaskState:
        """Ask the other organizations, or send the text back at once where there are too few."""
        from organizations.moderation.crossing import send_back_in_vain

        task_state: TaskState = super().start(workflow_state, user=user)
        send_back_in_vain(self, task_state, starting=True)
        return task_state

    def asked(self, page: Page) -> QuerySet[User]:
        from organizations.moderation.selectors import cross_reviewers

        return User.objects.filter(
            memberships__organization__in=cross_reviewers(page), memberships__role__in=CROSSING
        ).distinct()

    def concerns_through(self, user: User, page: Page) -> int | None:
        organization = self.speaks_for(user, page)
        return organization.pk if organization else None

    def takes_part(self, user: User, page: Page) -> bool:
        return self.speaks_for(user, page) is not None

    def speaks_for(self, user: User, page: Page) -> Organization | None:
        from organizations.moderation.selectors import cross_reviewers

        for organization in cross_reviewers(page).order_by("pk"):
            if CROSSING & roles_of(user, organization.pk):
                return organization
        return None

    def is_enough(self, favourable: Any) -> bool:
        represented = favourable.order_by().values("organization").distinct().count()
        return super().is_enough(favourable) and represented >= self.organizations


CROSSING = frozenset({Role.MODERATOR.value, Role.REVIEWER.value})
VALIDATORS = frozenset({CommunityRole.STEERING.value, CommunityRole.FACILITATOR.value})
