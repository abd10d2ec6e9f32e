from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.log_actions import LogFormatter

from practices import translation_admin  # noqa: F401
from practices.content_checks import KnowledgeCheckerItem
from practices.life_cycle_admin import ToReviewSummaryItem, VerifyBulkAction
from practices.services import label_of_state
from practices.viewsets import KnowledgeGroup


@hooks.register("construct_wagtail_userbar")
def check_knowledge(request: HttpRequest, items: list[Any], page: Any) -> None:
    """The content checker knows what a page of knowledge should have."""
    items[:] = [
        KnowledgeCheckerItem(in_editor=each.in_editor)
        if isinstance(each, ContentCheckerItem)
        else each
        for each in items
    ]


@hooks.register("register_admin_viewset")
def register_knowledge() -> KnowledgeGroup:
    """List the knowledge in the admin's menu."""
    return KnowledgeGroup()


hooks.register("register_bulk_action", VerifyBulkAction)


# Before Wagtail's entries are counted, after they are made.
@hooks.register("construct_homepage_summary_items", order=1100)
def summarize_reviews(request: HttpRequest, summary_items: list[Any]) -> None:
    """Say on the first page of the admin what is due for review."""
    summary_items.append(ToReviewSummaryItem(request))


@hooks.register("register_log_actions")
def register_life_cycle(actions: Any) -> None:
    """Write moves and verifications in the history of pages."""

    @actions.register_action("practices.status")
    class StatusFormatter(LogFormatter):
        label = gettext_lazy("Change of status")

        def format_message(self, entry: Any) -> str:
            data = entry.data
            text = _("Status: from “%(old)s” to “%(new)s”") % {
                "old": label_of_state(data["from"]),
                "new": label_of_state(data["to"]),
            }
            return _with_words(text, data["reason"])

    @actions.register_action("practices.verify")
    class VerificationFormatter(LogFormatter):
        label = gettext_lazy("Verification")

        def format_message(self, entry: Any) -> str:
            return _with_words(_("Verified: still valid"), entry.data.get("note", ""))

    @actions.register_action("practices.adapt")
    class AdaptationFormatter(LogFormatter):
        label = gettext_lazy("Adaptation")

        def format_message(self, entry: Any) -> str:
            return _("Adapted from “%(title)s”, of %(organization)s") % entry.data

    @actions.register_action("practices.remark")
    class RemarkFormatter(LogFormatter):
        label = gettext_lazy("Remark")

        def format_message(self, entry: Any) -> str:
            return _("Remark written for %(organization)s") % entry.data

    @actions.register_action("practices.answer")
    class AnswerFormatter(LogFormatter):
        label = gettext_lazy("Answer to a remark")

        def format_message(self, entry: Any) -> str:
            return _("Answered the remark written for %(organization)s") % entry.data

    @actions.register_action("practices.not_published")
    class NotPublishedFormatter(LogFormatter):
        label = gettext_lazy("Not published on its day")

        def format_message(self, entry: Any) -> str:
            return _with_words(_("Not published on its day"), entry.data["reason"])


def _with_words(text: str, words: str) -> str:
    return _("%(what)s: %(words)s") % {"what": text, "words": words} if words else text
