"""Lists of knowledge in the admin, one for each type."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from organizations.access import PAGE_ACTIONS
from practices.completeness import Completeness, completeness, completeness_of_draft
from practices.life_cycle_admin import LifeCycleViewSet
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage


class CompletenessColumn(Column):
    """How complete the latest draft of a page is, and what it misses most."""

    cell_template_name = "practices/admin/completeness_cell.html"

    def get_value(self, instance: KnowledgePage) -> Completeness:
        if instance.latest_revision is None:
            return completeness(instance)
        return completeness_of_draft(type(instance), instance.latest_revision.content)


class KnowledgeIndexView(IndexView):
    """The pages of one type that a person may work on, the latest change first."""

    base_columns = [
        *IndexView.base_columns[:2],
        CompletenessColumn("completeness", label=_("Completeness")),
        *IndexView.base_columns[2:],
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # The list reads specific pages in a second query, which drops `select_related`.
        prefetch_related_objects(list(context["object_list"]), "latest_revision")
        return context


class WritersMenuItem(MenuItem):
    """Shown to who has pages to work on: Wagtail's list refuses the others."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Page)
        return bool(policy.user_has_any_permission(request.user, PAGE_ACTIONS))


class KnowledgeViewSet(PageListingViewSet):
    """A list of one type of knowledge."""

    index_view_class = KnowledgeIndexView
    menu_item_class = WritersMenuItem


class PracticeSheetViewSet(KnowledgeViewSet):
    model = PracticeSheetPage
    name = "practice-sheets"
    menu_label = _("Practice sheets")
    icon = "list-ol"


class CaseStudyViewSet(KnowledgeViewSet):
    model = CaseStudyPage
    name = "case-studies"
    menu_label = _("Case studies")
    icon = "form"


class LessonViewSet(KnowledgeViewSet):
    model = LessonPage
    name = "lessons"
    menu_label = _("Lessons learned")
    icon = "pick"


class KnowledgeGroup(ViewSetGroup):
    """The entry “Knowledge” of the admin's menu."""

    menu_label = _("Knowledge")
    menu_icon = "doc-full-inverse"
    menu_order = 150
    items = (PracticeSheetViewSet, CaseStudyViewSet, LessonViewSet, LifeCycleViewSet)
