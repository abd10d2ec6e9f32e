"""Who may read a page or a document, and the organizations' entries in the admin."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.models import Page, WorkflowState

from organizations.access import may_read_document, may_read_page, pages_to_choose
from organizations.viewsets import OrganizationViewSet


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


@hooks.register("before_edit_page")
def show_what_must_change(request: HttpRequest, page: Page) -> None:
    """Who opens a page that a moderator sent back reads why above its form."""
    state = page.current_workflow_state if request.method == "GET" else None
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    decision = state.current_task_state
    if decision and decision.comment:
        person = decision.finished_by
        message = _("%(person)s asked for changes: %(comment)s") % {
            "person": (person and person.get_full_name()) or person or _("A moderator"),
            "comment": decision.comment,
        }
        messages.warning(request, message)


@hooks.register("register_admin_viewset")
def register_organizations() -> OrganizationViewSet:
    """List organizations in the admin's menu."""
    return OrganizationViewSet()


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
