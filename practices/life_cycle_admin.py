"""The life of pages in the admin: moving one to another status, and what is due for review."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, TitleColumn
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from core.models import User
from organizations.models import Organization
from practices.life_cycle import may_verify, moves_for
from practices.life_cycle_forms import StatusForm, VerificationForm
from practices.models import KnowledgePage
from practices.selectors import changes_of, pages_to_review, successor_of, verifications_of
from practices.services import label_of_state, move_to_status, verify

# How far ahead the list of what is due looks.
WITHIN_DAYS = 60


class LifeCycleView(WagtailAdminTemplateMixin, FormView):
    """A form about the life of one page."""

    template_name = "practices/admin/life_cycle.html"
    submit_label: Any

    @property
    def user(self) -> User:
        """The person, who has signed in: the admin lets nobody else in."""
        user = self.request.user
        assert isinstance(user, User)
        return user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(KnowledgePage, pk=kwargs["page_id"]).specific
        self.check_permission()
        return super().dispatch(request, *args, **kwargs)

    def check_permission(self) -> None:
        """Raise `PermissionDenied` for who cannot do anything here."""
        raise NotImplementedError

    def carry_out(self, form: Any) -> str:
        """Do what was asked, and say so."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            message = self.carry_out(form)
        except ValidationError as error:
            form.refuse(error)
            return self.form_invalid(form)
        messages.success(self.request, message)
        next_url = get_valid_next_url_from_request(self.request)
        return redirect(next_url or reverse("wagtailadmin_pages:edit", args=[self.page.pk]))

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "page": self.page,
            "state": label_of_state(self.page.state),
            "changes": [
                (change, successor_of(self.page, change, self.user))
                for change in changes_of(self.page)
            ],
            "verifications": verifications_of(self.page),
            "action_url": self.request.path,
            "submit_button_label": self.submit_label,
            "media": context["form"].media,
        }


class StatusView(LifeCycleView):
    """Moves a page and its translations to another status."""

    form_class = StatusForm
    page_title = gettext_lazy("Change the status")
    header_icon = "tag"
    submit_label = gettext_lazy("Change the status")

    def check_permission(self) -> None:
        self.moves = moves_for(self.page, self.user)
        if not self.moves:
            raise PermissionDenied

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"moves": self.moves}

    def carry_out(self, form: StatusForm) -> str:
        status = form.cleaned_data["status"]
        move_to_status(
            self.page,
            user=self.user,
            status=status,
            reason=form.reasons,
            successor=form.cleaned_data.get("successor"),
        )
        return _("“%(page)s” is now “%(status)s”.") % {
            "page": self.page.title,
            "status": label_of_state(status),
        }


class VerifyView(LifeCycleView):
    """Says that a page and its translations still hold."""

    form_class = VerificationForm
    page_title = gettext_lazy("Still valid")
    header_icon = "check"
    submit_label = gettext_lazy("Still valid")

    def check_permission(self) -> None:
        if not may_verify(self.page, self.user):
            raise PermissionDenied

    def carry_out(self, form: VerificationForm) -> str:
        verify(
            self.page,
            user=self.user,
            note=note_in_language(form.cleaned_data["note"]),
            review_by=form.cleaned_data["review_by"],
        )
        return _("Thank you: “%(page)s” was verified today.") % {"page": self.page.title}


def note_in_language(note: str) -> dict[str, str]:
    """A note, by the language in which its writer uses the site."""
    return {"en" if (get_language() or "fr").startswith("en") else "fr": note}


# What is due


class OverdueFilter(django_filters.ChoiceFilter):
    """Only what is overdue, or only what is not yet."""

    def filter(self, pages: Any, value: str) -> Any:
        today = timezone.localdate()
        lookups = {"yes": "review_by__lt", "no": "review_by__gte"}
        return pages.filter(**{lookups[value]: today}) if value in lookups else pages


def _organizations_due(request: HttpRequest) -> Any:
    due = pages_to_review(request.user, within_days=WITHIN_DAYS).order_by()
    return Organization.objects.filter(pk__in=due.values("organization"))


class ToReviewFilterSet(WagtailFilterSet):
    organization = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Organization"), queryset=_organizations_due
    )
    overdue = OverdueFilter(
        label=gettext_lazy("Overdue"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )

    class Meta:
        model = KnowledgePage
        fields: list[str] = []


class VerifyColumn(Column):
    """A button that verifies at once, and a way to do it with a note."""

    cell_template_name = "practices/admin/verify_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        # A table of Wagtail hands down the request to its cells, and not the token.
        return context | {"csrf_token": get_token(parent_context["request"])}


class DueColumn(Column):
    """The day of the review, and whether it has passed."""

    cell_template_name = "practices/admin/due_cell.html"


class ToReviewView(IndexView):
    """What the person may verify and is due, the longest due first."""

    template_name = "practices/admin/to_review.html"
    page_title = gettext_lazy("To review")
    filterset_class = ToReviewFilterSet
    is_searchable = False
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="page"),
        TitleColumn(
            "title",
            label=gettext_lazy("Title"),
            get_url=lambda page: reverse("life-cycle:verify", args=[page.pk]),
            get_title_id=lambda page: f"page_{page.pk}_title",
            width="30%",
        ),
        Column("type", label=gettext_lazy("Type"), accessor="type_label"),
        Column("organization", label=gettext_lazy("Organization")),
        Column("owner", label=pgettext_lazy("of a page", "Owner")),
        DueColumn("review_by", label=gettext_lazy("Review by"), sort_key="review_by"),
        DateColumn(
            "last_verified_on", label=gettext_lazy("Last verified"), sort_key="last_verified_on"
        ),
        VerifyColumn("verify", label=""),
    ]

    def get_base_queryset(self) -> Any:
        found = pages_to_review(self.request.user, within_days=WITHIN_DAYS)
        return found.select_related("organization", "owner", "content_type", "status")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["no_results_message"] = _("Nothing is due for review.")
        return context


class LifeCycleViewSet(ViewSet):
    """The list of what is due, and the pages on which something is decided."""

    name = "life-cycle"
    icon = "date"
    menu_label = gettext_lazy("To review")
    menu_name = "to-review"

    def get_urlpatterns(self) -> list[URLPattern]:
        names = {"index_url_name": "life-cycle:index", "header_icon": self.icon}
        names["index_results_url_name"] = "life-cycle:index_results"
        return [
            path("", ToReviewView.as_view(**names), name="index"),
            path(
                "results/", ToReviewView.as_view(**names, results_only=True), name="index_results"
            ),
            path("<int:page_id>/status/", StatusView.as_view(), name="status"),
            path("<int:page_id>/verify/", VerifyView.as_view(), name="verify"),
        ]


class VerifyBulkAction(BulkAction):
    """“Still valid” for several pages at once, with one note."""

    models = [KnowledgePage]
    display_name = gettext_lazy("Still valid")
    action_type = "verify"
    aria_label = gettext_lazy("Say that the selected pages are still valid")
    template_name = "practices/admin/verify_many.html"
    form_class = VerificationForm

    def check_perm(self, page: KnowledgePage) -> bool:
        return may_verify(page, self.request.user)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        found = pages_to_review(self.request.user, within_days=WITHIN_DAYS)
        return found.values_list("pk", flat=True)

    def get_execution_context(self) -> dict[str, Any]:
        assert isinstance(self.cleaned_form, Form)
        return {**self.cleaned_form.cleaned_data, "user": self.request.user}

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> tuple[int, int]:
        note = note_in_language(kwargs.pop("note"))
        for page in objects:
            verify(page, note=note, **kwargs)
        return len(objects), 0

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().form_valid(form)
        except ValidationError as error:
            form.refuse(error)
            return self.form_invalid(form)
        return answer

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        text = ngettext(
            "%(n)d page was verified today.", "%(n)d pages were verified today.", num_parent_objects
        )
        return text % {"n": num_parent_objects}


class ToReviewSummaryItem(SummaryItem):
    """How many pages wait for the person's verification, on the first page of the admin."""

    order = 250
    template_name = "practices/admin/to_review_summary.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"count": self.count}

    def is_shown(self) -> bool:
        self.count = pages_to_review(self.request.user, within_days=WITHIN_DAYS).count()
        return self.count > 0
