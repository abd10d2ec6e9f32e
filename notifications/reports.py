"""The log of the mails, among the admin's reports, for those who run the site."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView

from core.dates import date_format
from notifications.kinds import Frequency
from notifications.models import Mail, MailState
from notifications.services import send_again


def _next_attempt(mail: Mail) -> str:
    """The moment of it, which is to come: Wagtail's column of dates tells the past only."""
    if mail.state != MailState.WAITING:
        return ""
    return date_format(localtime(mail.due_at), "SHORT_DATETIME_FORMAT")


class MailFilterSet(WagtailFilterSet):
    """By what became of them, and when."""

    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=MailState.choices)
    frequency = django_filters.ChoiceFilter(
        label=gettext_lazy("Frequency"), choices=Frequency.choices
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Since"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Mail
        fields = ["state", "frequency", "created_at"]


class MailLogView(ReportView):
    """Every mail, to whom, and what became of it."""

    model = Mail
    page_title = gettext_lazy("Mails")
    header_icon = "mail"
    index_url_name = "mail_log"
    index_results_url_name = "mail_log_results"
    template_name = "notifications/admin/mail_log.html"
    filterset_class = MailFilterSet
    default_ordering = "-created_at"
    columns = [
        DateColumn("created_at", label=gettext_lazy("Since")),
        Column("recipient", label=gettext_lazy("Person")),
        Column("frequency", label=gettext_lazy("Frequency"), accessor="get_frequency_display"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column("attempts", label=gettext_lazy("Attempts")),
        Column("due_at", label=gettext_lazy("Next attempt"), accessor=_next_attempt),
        Column("error", label=gettext_lazy("Reason")),
    ]
    list_export = ["created_at", "recipient", "address", "frequency", "state", "attempts", "error"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_queryset(self) -> Any:
        return Mail.objects.select_related("recipient").order_by("-created_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["failed"] = Mail.objects.filter(state=MailState.FAILED).count()
        return context

    def get_filename(self) -> str:
        return "mails"


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Send once more what was given up."""
    if not request.user.is_superuser:
        raise PermissionDenied
    count = send_again()
    text = ngettext("%(n)d mail will be sent again.", "%(n)d mails will be sent again.", count)
    messages.success(request, text % {"n": count})
    return redirect("mail_log")
