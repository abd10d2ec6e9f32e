"""The step of a workflow in which an organization decides on its own contributions."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Page, Task, TaskState

from core.models import User
from organizations.models.organizations import Role, roles_of


class RefusalForm(TaskStateCommentForm):
    """What must change; an author cannot do anything with a refusal that says nothing."""

    comment = forms.CharField(
        label=gettext_lazy("What must change"), widget=forms.Textarea({"rows": 4})
    )


class OrganizationApprovalTask(Task):
    """Approval by a moderator of the organization, who is not an author of the text.

    The rule holds for every door: the admin's buttons, its modal forms, requests made by hand and
    `organizations.services` all end in `on_action`.
    """

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

    @classmethod
    def get_description(cls) -> str:
        return _("A moderator of the organization who did not write the text approves it.")

    # Who may do what, as Wagtail asks it

    def user_can_access_editor(self, obj: Page, user: User) -> bool:
        # A page that moved to another organization is no longer this one's to decide on.
        if getattr(obj.specific, "organization_id", None) != self.organization_id:
            return False
        return user.is_superuser or self._moderates(user)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        return not self.user_can_access_editor(obj, user)

    def user_can_lock(self, obj: Page, user: User) -> bool:
        return self.user_can_access_editor(obj, user)

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        return RefusalForm if action == "reject" else TaskStateCommentForm

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, str, bool]]:
        if not self.user_can_access_editor(obj, user):
            return []
        actions = [("reject", _("Request changes"), True)]
        if user.pk not in authors_of_submission(obj):
            actions += [
                ("approve", _("Approve"), False),
                ("approve", _("Approve with comment"), True),
            ]
        return actions

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        if user.is_superuser or self._moderates(user):
            return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return TaskState.objects.none()

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> Any:
        """Decide. Raises `PermissionDenied` for who may not, or may no longer, decide so."""
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
        if locked.status != TaskState.STATUS_IN_PROGRESS:
            raise PermissionDenied(_("Somebody has already decided on this text."))
        page = task_state.workflow_state.content_object
        if action_name not in {name for name, _label, _modal in self.get_actions(page, user)}:
            raise PermissionDenied(
                _("Only a moderator of the organization who did not write this text may decide.")
            )
        if action_name == "reject" and not str(kwargs.get("comment", "")).strip():
            raise PermissionDenied(_("Say what must change: the author reads your comment."))
        # The task started on an earlier draft; what is decided on is the one that stands now.
        task_state.revision = page.get_latest_revision()
        return super().on_action(task_state, user, action_name, **kwargs)

    def _moderates(self, user: User) -> bool:
        return Role.MODERATOR in roles_of(user, self.organization_id)


def authors_of_submission(page: Page) -> set[int]:
    """The ids of the people who wrote what is submitted: nobody among them may approve it.

    Who submitted it, and everyone who saved a draft since what is published now; for a page that
    was never published, its owner too.
    """
    revisions = page.revisions.all()
    live = page.live_revision
    if live is not None:
        revisions = revisions.filter(created_at__gt=live.created_at)
    found = set(revisions.exclude(user=None).values_list("user_id", flat=True))
    state = page.current_workflow_state
    if state is not None and state.requested_by_id:
        found.add(state.requested_by_id)
    if live is None and page.owner_id:
        found.add(page.owner_id)
    return found
