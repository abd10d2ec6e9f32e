"""Agreements in the admin, for the leads of the parties and for those who run the site."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button

from core.dates import date_format
from organizations.admin_views import OwnIndexView
from organizations.agreements import views
from organizations.agreements.forms import AgreementForm
from organizations.agreements.services import change_agreement, draft_agreement, is_changeable
from organizations.models import Agreement


def _day(name: str) -> Callable[[Agreement], str]:
    """How a list tells the day `name` of an agreement, past or to come."""
    return lambda agreement: date_format(day) if (day := getattr(agreement, name)) else ""


class AgreementIndexView(OwnIndexView):
    """The agreements of the person's organizations, the latest first."""

    def get_base_queryset(self) -> Any:
        found = super().get_base_queryset()
        return found.prefetch_related("parties", "suspensions")


class AgreementCreateView(CreateView):
    """Writes a draft."""

    def save_instance(self) -> Agreement:
        form = self.form
        return draft_agreement(
            user=self.request.user, proposed_by=form.cleaned_data["proposed_by"], **form.terms()
        )

    def get_success_url(self) -> str:
        return reverse("agreements:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class AgreementEditView(EditView):
    """Changes a draft, or writes the next version of what was signed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agreement = get_object_or_404(Agreement, pk=self.kwargs["pk"])
        if not is_changeable(agreement):
            messages.error(request, _("This version can no longer be changed."))
            return redirect("agreements:inspect", agreement.pk)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def save_instance(self) -> Agreement:
        before = Agreement.objects.get(pk=self.object.pk)
        after = change_agreement(before, user=self.request.user, **self.form.terms())
        if after.pk != before.pk:
            messages.warning(
                self.request,
                _("This is a new version: it takes effect once all parties have signed it."),
            )
        return after

    def get_success_url(self) -> str:
        return reverse("agreements:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class AgreementInspectView(InspectView):
    """The agreement as one reads it, with what each act would change."""

    template_name = "organizations/admin/agreement.html"
    page_title = gettext_lazy("Agreement")

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        url = reverse("agreements:history", args=[self.object.pk])
        return [*buttons, Button(_("History"), url=url, icon_name="history", priority=30)]

    def get_edit_url(self) -> str | None:
        url: str | None = super().get_edit_url() if is_changeable(self.object) else None
        return url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | views.agreement_context(self.object, self.request.user)


class AgreementViewSet(ModelViewSet):
    model = Agreement
    name = "agreements"
    icon = "doc-full"
    menu_label = gettext_lazy("Agreements")
    index_view_class = AgreementIndexView
    add_view_class = AgreementCreateView
    edit_view_class = AgreementEditView
    inspect_view_class = AgreementInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    list_display = [
        TitleColumn(
            "title",
            label=gettext_lazy("Title"),
            accessor="title",
            url_name="agreements:inspect",
        ),
        Column(
            "parties",
            label=gettext_lazy("Parties"),
            accessor=lambda agreement: ", ".join(
                party.short_name for party in agreement.parties.all()
            ),
        ),
        Column("version", label=gettext_lazy("Version"), accessor="version"),
        Column(
            "status",
            label=gettext_lazy("State"),
            accessor=lambda agreement: agreement.status.label,
        ),
        Column("starts_on", label=gettext_lazy("Starts on"), accessor=_day("starts_on")),
        Column("ends_on", label=gettext_lazy("Ends on"), accessor=_day("ends_on")),
    ]
    list_filter = ["state"]
    search_fields = ["title_fr", "title_en"]
    ordering = ["-created_at"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("proposed_by"),
                    FieldPanel("parties"),
                    FieldRowPanel([FieldPanel("title_fr"), FieldPanel("title_en")]),
                    FieldRowPanel([FieldPanel("purpose_fr"), FieldPanel("purpose_en")]),
                    FieldRowPanel([FieldPanel("text_fr"), FieldPanel("text_en")]),
                ],
                heading=gettext_lazy("Text"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel(name) for name in Agreement.RIGHTS],
                        heading=gettext_lazy("Rights"),
                        help_text=gettext_lazy(
                            "What the members of each party may do with the covered pages."
                        ),
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("covered_organizations"),
                            FieldPanel("content_types"),
                            FieldPanel("themes"),
                        ],
                        heading=gettext_lazy("Covered pages"),
                        help_text=gettext_lazy(
                            "Only pages that their organization shares with its partners are"
                            " concerned."
                        ),
                    ),
                ],
                heading=gettext_lazy("Rights and scope"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldRowPanel([FieldPanel("renewal_months"), FieldPanel("notice_days")]),
                    FieldPanel("confidentiality"),
                ],
                heading=gettext_lazy("Duration and confidentiality"),
            ),
        ],
        base_form_class=AgreementForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("act/<int:pk>/<str:act>/", views.act, name="act"),
            path("readers/<int:page_id>/", views.page_readers, name="readers"),
        ]
