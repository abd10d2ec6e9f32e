"""What readers are told of the life of a page: warnings not to be missed, and who checked it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import date_format
from practices import selectors
from practices.life_cycle import DISCOURAGED, UNDER_REVISION
from practices.models import KnowledgePage, StatusChange, Verification
from practices.models.knowledge import RETIRED

# How many verifications a page names.
SHOWN = 5


@dataclass(frozen=True)
class Banner:
    """What a state that asks for caution says at the top of a page."""

    title: str | Promise
    text: str | Promise
    # How the page that replaces it is announced.
    instead: str | Promise = ""


@dataclass(frozen=True)
class Notice:
    """A warning at the top of a page; `level` is how strongly it looks."""

    level: str
    title: str
    text: str
    since: str = ""
    reason: str = ""
    reason_language: str = ""
    instead: str = ""
    successor: KnowledgePage | None = None


@dataclass(frozen=True)
class Check:
    """One verification: the day, who found that the page still holds, and their note."""

    day: date
    by: str
    note: str
    note_language: str


BANNERS = {
    DISCOURAGED: Banner(
        gettext_lazy("This practice is discouraged"),
        gettext_lazy("It did not hold its promises, or it did harm. It stays here as a warning."),
        gettext_lazy("What to do instead:"),
    ),
    UNDER_REVISION: Banner(
        gettext_lazy("This practice is under revision"),
        gettext_lazy("Its content is being checked: wait for the result before you start."),
    ),
    RETIRED: Banner(
        gettext_lazy("This page is retired"),
        gettext_lazy("It is kept for those who refer to it; it no longer appears in the search."),
        gettext_lazy("It is replaced by:"),
    ),
}


def change_told(page: KnowledgePage) -> StatusChange | None:
    """The move that the banner of `page` tells of, if it has one."""
    if page.state not in BANNERS:
        return None
    change = selectors.last_change(page)
    if change is not None and (not change.to_status or change.to_status.slug != page.state):
        return None  # The status came otherwise, with an import.
    return change


def notices(
    page: KnowledgePage, change: StatusChange | None, neighbours: Sequence[KnowledgePage]
) -> list[Notice]:
    """The warnings of a page: `change` is what its banner tells, among what its reader may see."""
    found = []
    banner = BANNERS.get(page.state)
    if banner is not None:
        found.append(
            Notice(
                level="error",
                title=str(banner.title),
                text=str(banner.text),
                since=date_format(localtime(change.at), "DATE_FORMAT") if change else "",
                reason=change.text if change else "",
                reason_language=change.language if change else "",
                instead=str(banner.instead),
                successor=selectors.successor_among(neighbours, page, change),
            )
        )
    if page.review_by is not None and page.is_review_due:
        day = date_format(page.review_by, "DATE_FORMAT")
        found.append(
            Notice(
                level="warning",
                title=_("The review of this page is overdue"),
                text=_("It was due by %(day)s: check what may have changed since.") % {"day": day},
            )
        )
    return found


def verifications(page: KnowledgePage) -> Sequence[Check]:
    """Who last found that `page` still holds; only for which organization where nobody is named."""
    if page.last_verified_on is None:
        return []
    return [
        Check(
            localtime(each.at).date(),
            _by(each, page),
            each.text,
            each.language,
        )
        for each in selectors.verifications_of(page)[:SHOWN]
    ]


def _by(verification: Verification, page: KnowledgePage) -> str:
    person = verification.user if page.names_people else None
    organization = verification.organization.name
    return f"{person}, {organization}" if person else organization
