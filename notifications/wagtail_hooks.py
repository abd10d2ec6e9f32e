"""The log of mails among the admin's reports."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from notifications.reports import MailLogView, retry


class MailLogMenuItem(MenuItem):
    """Shown to those who run the site."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The addresses of the log and of its button."""
    return [
        path("reports/mails/", MailLogView.as_view(), name="mail_log"),
        path(
            "reports/mails/results/",
            MailLogView.as_view(results_only=True),
            name="mail_log_results",
        ),
        path("reports/mails/retry/", retry, name="mail_log_retry"),
    ]


@hooks.register("register_reports_menu_item")
def register_menu_item() -> MenuItem:
    """A line in the menu “Reports”."""
    return MailLogMenuItem(_("Mails"), reverse("mail_log"), name="mails", icon_name="mail")
