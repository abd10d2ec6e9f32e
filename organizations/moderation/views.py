"""The page on which a submitted text is read and decided on, and Wagtail's own doors to it."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry
from wagtail.models import Page, TaskState

from core.people import signed_in
from core.text import number_in
from organizations.models import ModerationTask, OrganizationOwnedPage
from organizations.moderation.deciding import declare_conflict, why_not
from organizations.moderation.differences import comparison
from organizations.moderation.handling_views import handling_context
from organizations.moderation.inbox import decides, free_for
from organizations.moderation.letters import letters_for
from organizations.moderation.panels import StandingSidePanel
from organizations.moderation.plans import leave_former_steps
from organizations.moderation.refusals import AlreadyDecided, DecisionRefused, TextChanged
from organizations.moderation.selectors import (
    appeals_for,
    authors_of_submission,
    has_advised,
    has_conflict,
    may_review,
    opinions_in,
    steps_of,
)


def review(request: HttpRequest, page_id: int) -> HttpResponse:
    """Read what is submitted and how it differs from what readers have; decide, or advise."""
    page = get_object_or_404(Page, pk=page_id).specific
    state = _posted_state(request, page)
    # Who took part a moment ago learns what became of it.
    took_part = state is not None and state.task.specific.is_for(page, signed_in(request))
    if not (took_part or may_review(signed_in(request), page)):
        if not has_advised(signed_in(request), page):
            raise Http404
        # They come back by their notice, or by the arrow of their browser.
        messages.info(request, _("You said what you think of this text: others decide on it now."))
        return redirect("moderation:inbox")
    if request.method == "POST":
        return _answer(request, page, state, request.POST.get("action", ""))
    return _show(request, page)


@xframe_options_sameorigin
def read(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """The submitted text as readers would see it; in a frame, without what stands around it."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not may_review(signed_in(request), page) or revision_id != page.latest_revision_id:
        raise Http404
    text: Any = page.get_latest_revision_as_object()
    is_framed = request.headers.get("Sec-Fetch-Dest") == "iframe"
    answer: HttpResponse = text.make_preview_request(
        request,
        text.default_preview_mode,
        extra_request_attrs={"revision_id": revision_id, "is_framed": is_framed},
    )
    return answer


@require_POST
def conflict(request: HttpRequest, page_id: int) -> HttpResponse:
    """Declare that one has an interest in a text, and have no more part in deciding on it."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not may_review(signed_in(request), page):
        raise Http404
    try:
        declare_conflict(page, user=signed_in(request), note=request.POST.get("note", ""))
    except DecisionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("moderation:review", page.pk)
    messages.success(
        request,
        _("Noted: you no longer take part in deciding on “%(title)s”.") % {"title": page.title},
    )
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """What waits for who decides; others have no inbox."""
    return reverse("moderation:inbox" if decides(request.user) else "wagtailadmin_home")


def _posted_state(request: HttpRequest, page: Page) -> TaskState | None:
    """The task that was on the screen; one of another page does not exist."""
    number = number_in(request.POST.get("task_state", ""))
    if number is None:
        return None
    state = TaskState.objects.for_instance(page).filter(pk=number).first()
    if state is None or not isinstance(state.task.specific, ModerationTask):
        raise Http404
    return state


def _answer(request: HttpRequest, page: Page, state: TaskState | None, action: str) -> HttpResponse:
    """Take the decision that a form asks for, or show why it was not taken."""
    comment = request.POST.get("comment", "")
    if state is None:
        return _show(request, page)
    try:
        state.task.specific.on_action(
            state,
            signed_in(request),
            action,
            revision=number_in(request.POST.get("revision", "")),
            comment=comment,
        )
    except DecisionRefused as refusal:
        return _show(request, page, refusal=refusal, comment=comment)
    messages.success(request, _("Your decision on “%(title)s” is taken.") % {"title": page.title})
    if request.POST.get("queue"):
        return _go_on(request)
    return HttpResponseRedirect(get_valid_next_url_from_request(request) or _way_back(request))


def _go_on(request: HttpRequest) -> HttpResponse:
    """To the next text that waits for the person, or to the empty inbox."""
    following = free_for(request.user).first()
    if following is None:
        return redirect("moderation:inbox")
    return redirect(f"{reverse('moderation:review', args=[following.page_id])}?queue=1")


def _show(
    request: HttpRequest,
    page: Page,
    *,
    refusal: DecisionRefused | None = None,
    comment: str = "",
) -> HttpResponse:
    page = type(page).objects.get(pk=page.pk)  # as it is after what was refused
    queue = bool(request.GET.get("queue") or request.POST.get("queue"))
    state = page.current_workflow_state
    task_state = page.current_workflow_task_state
    task = task_state.task.specific if task_state else None
    actions = task.get_actions(page, signed_in(request)) if isinstance(task, ModerationTask) else []
    text: Any = page.get_latest_revision_as_object()
    since = None
    if isinstance(refusal, TextChanged):
        since = page.revisions.filter(pk=refusal.read).first()
    return render(
        request,
        "organizations/admin/review.html",
        {
            "page": page,
            "text": text,
            "revision": page.latest_revision,
            "confided": text.confided_to(signed_in(request)),
            "submitted_by": state.requested_by if state else None,
            "task_state": task_state,
            "steps": steps_of(page),
            "opinions": opinions_in(state) if state else [],
            "appeals": appeals_for(request.user).filter(page=page),
            "letters": letters_for(request.user).filter(page=page).order_by("-pk"),
            # The last of the same name has the fuller label: “Approve with comment”.
            "actions": list(
                {name: (name, label) for name, label, _modal in actions[::-1]}.values()
            )[::-1],
            "is_author": signed_in(request).pk in authors_of_submission(page),
            "has_conflict": has_conflict(request.user, page),
            "may_edit": page.permissions_for_user(signed_in(request)).can_edit(),
            "refusal": refusal,
            "comment": comment,
            "next": get_valid_next_url_from_request(request),
            "queue": queue,
            "following": free_for(request.user).exclude(page=page.pk).first() if queue else None,
            "here": request.get_full_path() if request.method == "GET" else "",
            **handling_context(page, signed_in(request)),
            "changes": comparison(request, page, page, text) if page.live else [],
            "since": since,
            "changes_since": comparison(request, page, since.as_object(), text) if since else [],
        },
        status=409 if refusal else 200,
    )


# Wagtail's doors


class OwnedWorkflowActionView(WorkflowActionView):
    """A decision asked by the address of Wagtail's own forms; it names the text that was read."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.object.specific
        if self.task_state.workflow_state.object_id != str(page.pk):
            raise Http404
        if not (self.task.is_for(page, signed_in(request)) or may_review(signed_in(request), page)):
            raise Http404
        if request.method != "POST":
            return redirect("moderation:review", page.pk)
        return _answer(request, page, self.task_state, self.action_name)


class OwnedEditView(EditView):
    """Edits a page of an organization; what is decided there is what was on the screen."""

    def get_template_names(self) -> list[str]:
        names: list[str] = super().get_template_names()
        own = {"wagtailadmin/pages/edit.html": "organizations/admin/edit.html"}
        return [own.get(name, name) for name in names]

    def get_side_panels(self) -> Any:
        """Wagtail's, and where the text stands."""
        panels = super().get_side_panels()
        if self.page.current_workflow_state is not None:
            panels.append(StandingSidePanel(self.page, self.request))
        return panels

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "action-workflow-action" in request.POST:
            state = _posted_state(request, self.real_page_record)
            refusal: DecisionRefused | None = None
            if state is None or self.is_out_of_date or not self._loaded:
                refusal = TextChanged(self._loaded)
            if state is not None and state.status != TaskState.STATUS_IN_PROGRESS:
                refusal = AlreadyDecided(state)
            if refusal is not None:
                return self._refused(refusal)
            if not self.workflow_action_is_valid():
                # What was corrected is saved all the same.
                messages.error(request, why_not(self.page, signed_in(request)))
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def submit_action(self) -> HttpResponse:
        leave_former_steps(self.page)
        self.workflow_state = self.page.current_workflow_state
        answer: HttpResponse = super().submit_action()
        return answer

    @property
    def _loaded(self) -> int | None:
        return number_in(self.request.POST.get("loaded_revision_id", ""))

    @property
    def _comment(self) -> str:
        try:
            extra = json.loads(self.request.POST.get("workflow-action-extra-data") or "{}")
        except ValueError:
            extra = {}
        return str(extra.get("comment", "")) if isinstance(extra, dict) else ""

    def _refused(self, refusal: DecisionRefused) -> HttpResponse:
        return _show(self.request, self.page, refusal=refusal, comment=self._comment)

    def perform_workflow_action(self) -> HttpResponse:
        """Save what was corrected on the way, then decide on exactly that text."""
        if self.has_content_changes:
            self.save_action()
        state = _posted_state(self.request, self.real_page_record)
        assert state is not None, "post() refuses a decision that names no task"
        try:
            state.task.specific.on_action(
                state,
                self.request.user,
                self.workflow_action,
                revision=self.page.latest_revision_id,
                comment=self._comment,
            )
        except DecisionRefused as refusal:
            return self._refused(refusal)
        messages.success(
            self.request,
            _("Your decision on “%(title)s” is taken.") % {"title": self.page.title},
        )
        answer = self.run_hook("after_edit_page", self.request, self.page)
        return answer or self.redirect_away()


class OwnedPageViewSet(PageViewSet):
    """Wagtail's views of a page, for pages that belong to an organization."""

    edit_view_class = OwnedEditView
    workflow_action_view_class = OwnedWorkflowActionView

    def on_register(self) -> None:
        """Serve the pages of every type that belongs to an organization, whatever the type."""
        page_viewset_registry.register(OrganizationOwnedPage, self)
