"""The steps of an organization and the register of decisions, in the admin."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from organizations.access import owned_models
from organizations.admin_views import OwnIndexView
from organizations.models import Decision, ModerationPlan, Organization
from organizations.models.decisions import decision_kinds
from organizations.models.plans import check_steps
from organizations.moderation.differences import in_words
from organizations.moderation.plans import apply_plan, warnings_about
from organizations.moderation.selectors import decisions_for, reads_the_register
from organizations.policies import led_organizations

# Steps


class TypeField(forms.ModelChoiceField):
    """The types of pages that belong to an organization, by the names that people know."""

    def label_from_instance(self, obj: ContentType) -> str:
        model: Any = obj.model_class()
        return str(capfirst(model._meta.verbose_name)) if model else str(obj)


def page_types() -> QuerySet[ContentType]:
    """The types of pages that somebody can write for an organization."""
    models = {
        model
        for owned in owned_models()
        for model in (owned, *owned.__subclasses__())
        if model.is_creatable
    }
    found = ContentType.objects.get_for_models(*models).values()
    return ContentType.objects.filter(pk__in=[each.pk for each in found])


class ModerationPlanForm(WagtailAdminModelForm):
    """Steps that work in their order; each lead for the organizations they lead."""

    content_type = TypeField(
        queryset=ContentType.objects.none(),
        required=False,
        label=_("Type of page"),
        empty_label=_("All types that have no steps of their own"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content_type"].queryset = page_types()
        if self.instance.pk:
            self.fields["organization"].disabled = True
            self.fields["content_type"].disabled = True
        elif not self.for_user.is_superuser:
            mine = led_organizations(self.for_user)
            self.fields["organization"].queryset = mine
            self.fields["organization"].initial = mine.first()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        same = ModerationPlan.objects.filter(
            organization=data.get("organization"), content_type=data.get("content_type")
        )
        if data.get("organization") and same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This type has its steps already: change those."))
        return data

    def is_valid(self) -> bool:
        """Whether the form is, and the steps in their order too."""
        if not super().is_valid():
            return False
        rows = self.formsets["steps"].ordered_forms
        try:
            check_steps([row.cleaned_data["kind"] for row in rows])
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


class SavesPlan:
    """Makes the workflow of a plan once it is saved, and says what it may lack."""

    request: HttpRequest

    def save_instance(self) -> ModerationPlan:
        plan: ModerationPlan = super().save_instance()  # type: ignore[misc]
        apply_plan(plan)
        for warning in warnings_about(plan):
            messages.warning(self.request, warning)
        return plan


class PlanCreateView(SavesPlan, CreateView):
    """Chooses steps for a type of page."""


class PlanEditView(SavesPlan, EditView):
    """Changes steps; what is in progress keeps those with which it was submitted."""

    def get_page_subtitle(self) -> str:
        return str(self.object)


class ModerationPlanViewSet(ModelViewSet):
    model = ModerationPlan
    name = "moderation-plans"
    icon = "list-ol"
    menu_label = _("Moderation steps")
    index_view_class = OwnIndexView
    add_view_class = PlanCreateView
    edit_view_class = PlanEditView
    copy_view_enabled = False
    list_display = [
        TitleColumn(
            "type_name",
            label=_("Type of page"),
            accessor=lambda plan: capfirst(plan.type_name),
            url_name="moderation-plans:edit",
        ),
        "organization",
        Column(
            "steps",
            label=_("Steps"),
            accessor=lambda plan: " → ".join(str(each) for each in plan.steps.all()),
        ),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("organization"), FieldPanel("content_type")]),
            InlinePanel(
                "steps",
                [
                    FieldPanel("kind"),
                    FieldRowPanel([FieldPanel("people"), FieldPanel("organizations")]),
                    FieldRowPanel([FieldPanel("percent"), FieldPanel("days")]),
                ],
                heading=_("Steps, in their order"),
                label=_("Step"),
                min_num=1,
                help_text=_(
                    "Texts that are submitted from now on pass these steps; those in progress keep"
                    " theirs."
                ),
            ),
        ],
        base_form_class=ModerationPlanForm,
    )


# Register


def _organizations(request: HttpRequest) -> QuerySet[Organization]:
    seen = decisions_for(request.user).order_by().values("organization")
    return Organization.objects.filter(pk__in=seen)


class RegisterFilterSet(WagtailFilterSet):
    organization = django_filters.ModelChoiceFilter(
        label=_("Organization"), queryset=_organizations
    )
    kind = django_filters.ChoiceFilter(label=_("Decision"), choices=decision_kinds)
    person_name = django_filters.CharFilter(label=_("Person"), lookup_expr="icontains")
    made_at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)
    subject = django_filters.CharFilter(label=_("Page"), lookup_expr="icontains")
    reference = django_filters.CharFilter(label=_("Persistent reference"))

    class Meta:
        model = Decision
        fields: list[str] = []


class RegisterView(ReportView):
    """The decisions that the person may know of, the last one first; the same as a table."""

    model = Decision
    page_title = _("Register of decisions")
    header_icon = "list-ul"
    index_url_name = "decisions:index"
    index_results_url_name = "decisions:index_results"
    filterset_class = RegisterFilterSet
    columns = [
        Column("number", label=_("No."), accessor="number"),
        DateColumn("made_at", label=_("When")),
        Column("kind", label=_("Decision"), accessor="get_kind_display"),
        Column("subject", label=_("Subject"), accessor="subject"),
        Column("person", label=_("Person"), accessor="person_name"),
        Column("role", label=_("Role"), accessor="role_names"),
        Column("organization", label=_("Organization"), accessor="organization_name"),
        Column("reason", label=_("Reason"), accessor="reason"),
        Column(
            "difference",
            label=_("Difference"),
            accessor=lambda decision: in_words(decision.difference),
        ),
    ]
    FORMATS = ("csv",)
    export_filename = "decisions"
    list_export = [
        "number",
        "made_at",
        "kind",
        "subject",
        "reference",
        "person_name",
        "role",
        "organization_name",
        "step",
        "reason",
        "difference",
        "revision_number",
        "revision_hash",
        "previous_hash",
        "hash",
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not reads_the_register(request.user):
            raise Http404
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_queryset(self) -> QuerySet[Decision]:
        return decisions_for(self.request.user)

    @property
    def header_more_buttons(self) -> list[Any]:
        buttons: list[Any] = super().header_more_buttons
        return [each for each in buttons if "xlsx" not in str(each.url)]

    # The table

    def to_row_dict(self, item: Decision) -> dict[str, Any]:
        row: dict[str, Any] = super().to_row_dict(item)
        return {
            **row,
            "made_at": item.made_at.isoformat(),
            "difference": in_words(item.difference),
        }

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """What a spreadsheet would take for a formula is text."""
        text = super().preprocess_field_value(field, value, export_format)
        if isinstance(text, str) and text.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")):
            return f"'{text}"
        return text

    def stream_csv(self, queryset: QuerySet[Decision]) -> Iterator[bytes]:
        """One line at a time, whatever the length of the register."""
        rows: Iterator[bytes] = super().stream_csv(_Streamed(queryset))
        return rows


class _Streamed:
    """A queryset of which only some rows are in memory."""

    def __init__(self, queryset: QuerySet[Decision]) -> None:
        self.queryset, self.model = queryset, queryset.model

    def __iter__(self) -> Iterator[Decision]:
        return self.queryset.iterator(chunk_size=500)


class RegisterMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return reads_the_register(request.user)


class RegisterViewSet(ViewSet):
    """The register of decisions, to read."""

    name = "decisions"
    icon = "list-ul"
    menu_label = _("Decisions")
    menu_item_class = RegisterMenuItem

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", RegisterView.as_view(), name="index"),
            path("results/", RegisterView.as_view(results_only=True), name="index_results"),
        ]
