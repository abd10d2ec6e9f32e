"""What the content checker of the admin says of a page of knowledge, beside Wagtail's own checks.

Wagtail runs its checks over the preview in the browser. What only the server knows (is a reason
missing?) is found here, marked in the preview, and a rule of the checker finds the mark.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

from practices.completeness import is_filled
from practices.models import KnowledgePage, PracticeSheetPage

# A summary that can be read at a glance in a list of results, in characters.
SHORTEST_SUMMARY, LONGEST_SUMMARY = 60, 300

MESSAGES = {
    "summary-short": {
        "error_name": _("The summary says little"),
        "help_text": _("Say what it is and what it changes, in two or three sentences"),
    },
    "summary-long": {
        "error_name": _("The summary is long"),
        "help_text": _("Lists of results show about 300 characters of it"),
    },
    "no-alternative": {
        "error_name": _("A photo does not say what it shows"),
        "help_text": _("Write its description for those who do not see it"),
    },
    "no-reason": {
        "error_name": _("The evidence level has no reason"),
        "help_text": _("Say what it rests on: studies, follow-up, accounts"),
    },
    "no-review": {
        "error_name": _("No review is planned"),
        "help_text": _("Its type has no review period: choose a day when you verify it"),
    },
}


def content_problems(page: KnowledgePage) -> list[str]:
    """The names of what is wrong with `page`, as it stands in a form; see `MESSAGES`."""
    return list(_problems(page))


def _problems(page: KnowledgePage) -> Iterator[str]:
    length = len(page.summary.strip())
    if length < SHORTEST_SUMMARY:
        yield "summary-short"
    if length > LONGEST_SUMMARY:
        yield "summary-long"
    photos = [page.image, *(each.image for each in page.attachments.all())]
    if any(photo and not photo.description.strip() for photo in photos):
        yield "no-alternative"
    has_level = isinstance(page, PracticeSheetPage) and page.evidence_level is not None
    if has_level and not is_filled(page.evidence_reason):
        yield "no-reason"
    if page.review_by is None and page.next_review(timezone.localdate()) is None:
        yield "no-review"


class KnowledgeCheckerItem(ContentCheckerItem):
    """Wagtail's checker, which also finds the marks of our own checks."""

    axe_run_only = [*(ContentCheckerItem.axe_run_only or []), *MESSAGES]
    # What stands around every page is not the editors' to mend. Wagtail takes several selectors for
    # frames in frames, so that one names what is checked rather than some what is not.
    axe_include = ["main"]
    axe_messages = ContentCheckerItem.axe_messages | MESSAGES

    def get_axe_custom_rules(self, request: Any) -> list[dict[str, Any]]:
        own = [
            {
                "id": name,
                "impact": "moderate",
                "selector": f"[data-check='{name}']",
                "tags": ["best-practice"],
                # The mark is no image, so that axe's own check never passes.
                "any": ["has-alt"],
                "enabled": True,
            }
            for name in MESSAGES
        ]
        return [*super().get_axe_custom_rules(request), *own]
