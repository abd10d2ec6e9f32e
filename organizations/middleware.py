"""In the admin, and behind old addresses, what a person may not know of does not exist.

Wagtail asks what a person may do with a page or a file they name; it answers “you may not” where
this site must answer “there is no such thing”, and some of its doors do not ask at all.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import collection_permission_policy

from core.text import number_in
from organizations.access import (
    files_to_meet,
    may_read_page,
    pages_to_choose,
    pages_to_meet,
    pages_to_work_on,
)
from organizations.models import CommunityMembership
from organizations.policies import (
    agreement_policy,
    membership_policy,
    moderation_plan_policy,
    organization_policy,
)
from organizations.visibility import Viewer

# Doors to the whole site, for those who run it: reports, workflows of every organization, and the
# parts of the admin's programming interface that its own pages do not use.
CLOSED_NAMESPACES = ("wagtailadmin_reports", "wagtailadmin_workflows")
CLOSED_VIEWS = frozenset(
    {
        "wagtailadmin_pages:type_use",
        "wagtailadmin_pages:type_use_results",
        "wagtailadmin_api:pages:action",
        "wagtailadmin_api:images:listing",
        "wagtailadmin_api:images:detail",
        "wagtailadmin_api:images:find",
        "wagtailadmin_api:documents:listing",
        "wagtailadmin_api:documents:detail",
        "wagtailadmin_api:documents:find",
    }
)

MANAGING = ["add", "change", "delete", "view"]
Known = Callable[[Viewer], Any]


def _choosable(user: Viewer) -> Any:
    return pages_to_choose(Page.objects.all(), user)


def _images(user: Viewer) -> Any:
    return files_to_meet(get_image_model(), user)


def _documents(user: Viewer) -> Any:
    return files_to_meet(get_document_model(), user)


def _organizations(user: Viewer) -> Any:
    return organization_policy.instances_user_has_any_permission_for(user, MANAGING)


def _memberships(user: Viewer) -> Any:
    return membership_policy.instances_user_has_any_permission_for(user, MANAGING)


def _plans(user: Viewer) -> Any:
    return moderation_plan_policy.instances_user_has_any_permission_for(user, MANAGING)


def _agreements(user: Viewer) -> Any:
    return agreement_policy.instances_user_has_any_permission_for(user, MANAGING)


def _collections(user: Viewer) -> Any:
    return collection_permission_policy.instances_user_has_any_permission_for(user, MANAGING)


def _none_of_the_community(user: Viewer) -> Any:
    """Roles in the community are the administrators', of whom nothing is asked here."""
    return CommunityMembership.objects.none()


# What the numbers in an address name, by the beginning of the view's name.
NAMED: Mapping[str, tuple[Known, frozenset[str]]] = {
    "wagtailadmin_explore": (pages_to_meet, frozenset({"parent_page_id"})),
    "wagtailadmin_pages:": (
        pages_to_meet,
        frozenset({"page_id", "parent_page_id", "page_to_move_id", "destination_id", "pk"}),
    ),
    "simple_translation:submit_page": (pages_to_work_on, frozenset({"page_id"})),
    "wagtailadmin_choose_page": (_choosable, frozenset({"parent_page_id"})),
    "wagtailimages": (_images, frozenset({"image_id", "pk"})),
    "wagtaildocs": (_documents, frozenset({"document_id", "doc_id", "pk"})),
    "organizations:": (_organizations, frozenset({"pk"})),
    "agreements:": (_agreements, frozenset({"pk"})),
    "agreements:readers": (pages_to_work_on, frozenset({"page_id"})),
    "memberships:": (_memberships, frozenset({"pk"})),
    "moderation-plans:": (_plans, frozenset({"pk"})),
    "life-cycle:": (pages_to_meet, frozenset({"page_id"})),
    "wagtailadmin_collections:": (_collections, frozenset({"pk", "collection_id"})),
    "community_roles:": (_none_of_the_community, frozenset({"pk"})),
}
# The same for the numbers that follow “?id=”.
LISTED: Mapping[str, Known] = {
    "wagtailadmin_choose_page_chosen_multiple": _choosable,
    "wagtailimages_chooser:chosen_multiple": _images,
    "wagtaildocs_chooser:chosen_multiple": _documents,
}
BULK: Mapping[str, Known] = {
    "page": pages_to_work_on,
    "knowledgepage": pages_to_work_on,
    "image": _images,
    "document": _documents,
}


class HiddenAdminMiddleware:
    """Answers 404 in the admin for what the person has no part in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Raise `Http404` before the view could tell that there is something."""
        match = request.resolver_match
        # Who asks costs a query, and needs the database: only the admin has to know.
        if match is None or not match.route.startswith("admin/"):
            return
        user = request.user
        if not user.is_authenticated or user.is_superuser:
            return
        name = match.view_name
        if name in CLOSED_VIEWS or name.startswith(CLOSED_NAMESPACES):
            raise Http404
        for start, (known, arguments) in NAMED.items():
            if name.startswith(start):
                _require(known, user, (kwargs[each] for each in arguments & kwargs.keys()))
        if name in LISTED:
            _require(LISTED[name], user, request.GET.getlist("id"))
        if name == "wagtail_bulk_action" and kwargs["model_name"] in BULK:
            self._check_bulk_action(request, BULK[kwargs["model_name"]])

    def _check_bulk_action(self, request: HttpRequest, known: Known) -> None:
        """“All” of a place is all that the person works on there, and nothing outside it."""
        ids = request.GET.getlist("id")
        if "all" not in ids:
            _require(known, request.user, ids)
            return
        if known is not pages_to_work_on:
            raise Http404
        # Of a page above the organizations' pages, “all” would be everyone's.
        _require(known, request.user, [request.GET.get("childOf", "")])


def _require(known: Known, user: Viewer, ids: Iterable[Any]) -> None:
    wanted = {str(each) for each in ids}
    if not wanted:
        return
    if not all(number_in(each) is not None for each in wanted):
        raise Http404
    if known(user).filter(pk__in=wanted).order_by().values("pk").distinct().count() < len(wanted):
        raise Http404


class KnownRedirectMiddleware(RedirectMiddleware):
    """Follows the old address of a page only for those who may read the page."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer: HttpResponse = super().process_response(request, response)
        if answer is response:
            return response
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        redirect = get_redirect(request, path) or get_redirect(request, path.split("?")[0])
        page = redirect.redirect_page if redirect else None
        if page is not None and not (page.live and may_read_page(page, request.user)):
            return response
        return answer
