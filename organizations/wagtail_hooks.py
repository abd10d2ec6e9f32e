"""Who may read a page or a document, and the organizations' entries in the admin."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import (
    ActionMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.widgets import Button
from wagtail.models import Page, WorkflowState

from organizations.access import may_read_document, may_read_page, pages_to_choose
from organizations.agreements.record import register_actions
from organizations.models import OrganizationOwnedPage
from organizations.moderation.appeal_views import AppealsMenuItem
from organizations.moderation.handling import ACTIONS as HANDLING_ACTIONS
from organizations.moderation.inbox import InboxMenuItem
from organizations.moderation.panels import WaitingTextsPanel
from organizations.moderation.views import OwnedPageViewSet
from organizations.viewsets import OrganizationGroup


@hooks.register("before_serve_page")
def hide_page(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """A page that the reader may not know of is answered as one that does not exist."""
    if not may_read_page(page, request.user):
        raise Http404


@hooks.register("before_serve_document")
def hide_document(document: Any, request: HttpRequest) -> None:
    """A document is read by those who may read a page that offers it."""
    if not may_read_document(document, request.user):
        raise Http404


@hooks.register("construct_page_chooser_queryset")
def choose_among_known_pages(pages: Any, request: HttpRequest) -> Any:
    """Editors link to what they may read or edit; other organizations' drafts stay unknown."""
    return pages_to_choose(pages, request.user)


@hooks.register("register_log_actions")
def register_agreement_actions(actions: Any) -> None:
    """What is done to agreements is kept in the audit log."""
    register_actions(actions)


@hooks.register("before_edit_page")
def show_what_must_change(request: HttpRequest, page: Page) -> None:
    """Who opens a page that a moderator sent back reads why above its form."""
    state = page.current_workflow_state if request.method == "GET" else None
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    decision = state.current_task_state
    if decision and decision.comment:
        person = decision.finished_by
        if person is None:  # it came back by itself
            messages.warning(request, decision.comment)
            return
        message = _("%(person)s asked for changes: %(comment)s") % {
            "person": person,
            "comment": decision.comment,
        }
        messages.warning(request, message)


@hooks.register("register_page_header_buttons")
def offer_readers(page: Page, user: Any, next_url: str | None = None, **kwargs: Any) -> Any:
    """Whoever edits a page can see who reads it, and what another level would change."""
    if page.pk and isinstance(page.specific_deferred, OrganizationOwnedPage):
        tester = page.specific_deferred.permissions_for_user(user)
        if tester.can_edit():
            yield Button(
                _("Who can read it"),
                url=reverse("agreements:readers", args=[page.pk]),
                icon_name="view",
                priority=45,
            )


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Wagtail puts the workflow's name after “Submit to”, which makes no sentence in French."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        sent_back = state and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        context["label"] = _("Submit again for approval") if sent_back else _("Submit for approval")
        return context


@hooks.register("construct_page_action_menu")
def submit_in_plain_words(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """One button submits a page, without the workflow's name, the first time and again."""
    menu_items[:] = [
        SubmitMenuItem(order=each.order) if isinstance(each, SubmitForModerationMenuItem) else each
        for each in menu_items
        if not isinstance(each, RestartWorkflowMenuItem)
    ]


@hooks.register("register_admin_viewset")
def register_organizations() -> OrganizationGroup:
    """List organizations, what binds them and how they decide in the admin's menu."""
    return OrganizationGroup()


@hooks.register("register_admin_viewset")
def register_owned_pages() -> OwnedPageViewSet:
    """Pages of organizations have views of their own for what is decided on them."""
    return OwnedPageViewSet("owned-pages")


@hooks.register("register_admin_urls")
def register_moderation_urls() -> list[Any]:
    """The page on which a submitted text is read and decided on."""
    return [path("moderation/", include("organizations.moderation.urls"))]


@hooks.register("register_admin_menu_item")
def lead_to_the_inbox() -> MenuItem:
    """Those who decide on texts find what waits for them."""
    return InboxMenuItem(
        gettext_lazy("To decide"),
        reverse("moderation:inbox"),
        name="inbox",
        icon_name="tasks",
        order=90,
    )


@hooks.register("register_admin_menu_item")
def lead_to_the_appeals() -> MenuItem:
    """Mediators and the steering group find what authors ask them to look at."""
    return AppealsMenuItem(
        gettext_lazy("Appeals"),
        reverse("moderation:appeals"),
        name="appeals",
        icon_name="clipboard-list",
        order=95,
    )


@hooks.register("register_log_actions")
def register_handling_actions(actions: Any) -> None:
    """Who claimed, released and handed over a text is kept in the history of its page."""
    for name, label in HANDLING_ACTIONS.items():
        actions.register_action(f"organizations.task.{name}", label, label)


@hooks.register("register_page_header_buttons")
def lead_to_where_it_stands(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """From a page to the steps that it passes and what was said of it."""
    if view_name == "edit" and page.current_workflow_state is not None:
        yield Button(
            _("Where it stands"),
            url=reverse("moderation:review", args=[page.pk]),
            icon_name="list-ol",
            priority=5,
        )


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_the_check_found(request: HttpRequest, page: Page) -> None:
    """Who submits a text that says too little learns it at once."""
    if "action-submit" not in request.POST:
        return
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        messages.warning(request, state.current_task_state.comment)


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """The first page of the admin leads to the texts: nothing is decided unread."""
    panels[:] = [
        WaitingTextsPanel() if isinstance(each, WorkflowObjectsToModeratePanel) else each
        for each in panels
    ]


# After Wagtail's own entries, whatever the order of the apps.
@hooks.register("construct_homepage_summary_items", order=1000)
def drop_number_of_pages(request: HttpRequest, summary_items: list[Any]) -> None:
    """The number of pages of the whole site tells about what others hide."""
    if not request.user.is_superuser:
        summary_items[:] = [
            each for each in summary_items if not isinstance(each, PagesSummaryItem)
        ]


@hooks.register("construct_main_menu")
def drop_global_reports(request: HttpRequest, menu_items: list[Any]) -> None:
    """Reports about the whole site are for those who run it."""
    if not request.user.is_superuser:
        menu_items[:] = [each for each in menu_items if each.name not in {"reports", "help"}]
