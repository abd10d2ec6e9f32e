"""The published versions of a page: which a reader may ask for, their texts, what changed.

A version is named by its day, as “the version of 12 March 2026”: of several of one day it is the
last that the reader may see. See docs/decisions/0230.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.timezone import localtime
from wagtail.models import PageLogEntry

from organizations.visibility import READERS_OF_A_TEXT, Viewer, visible_texts
from practices.models import KnowledgePage

_PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")
_WITHDRAWN = ("wagtail.unpublish", "wagtail.unpublish.scheduled")


@dataclass(frozen=True)
class Version:
    """A text that was published; the one that `is_present` is the page itself."""

    day: date
    revision_id: int
    is_present: bool = False


def published_versions(page: KnowledgePage, viewer: Viewer) -> list[Version]:
    """The published versions of `page` that `viewer` may read, the newest first.

    Never a draft; nothing from before the page was withdrawn; nothing that was for fewer readers
    than `viewer`; and where nobody is named, nothing from before.
    """
    entries = PageLogEntry.objects.filter(page=page.pk, action__in=(*_PUBLISHED, *_WITHDRAWN))
    rows = entries.order_by("timestamp", "pk").values(
        "action",
        "timestamp",
        "revision_id",
        saved_at=F("revision__created_at"),
        by_proxy=F("revision__content__anonymous_by_proxy"),
        **{name: F(f"revision__content__{name}") for name in READERS_OF_A_TEXT},
    )
    texts: list[dict[str, Any]] = []
    for row in rows:
        if row["action"] in _WITHDRAWN:
            texts = []
        # A revision that was saved again after it was published holds a draft.
        elif row["saved_at"] is not None and row["saved_at"] <= row["timestamp"]:
            texts.append(row)
    if not page.names_people:
        texts = [each for each in texts if each["by_proxy"]]
    by_day: dict[date, Version] = {}
    for text, is_visible in zip(texts, visible_texts(page, texts, viewer), strict=True):
        if is_visible:
            day = localtime(text["timestamp"]).date()
            by_day[day] = Version(day, text["revision_id"])
    versions = sorted(by_day.values(), key=lambda version: version.day, reverse=True)
    # Only the newest can be what the page says now: an older text may have been published again.
    if versions and versions[0].revision_id == page.live_revision_id:
        versions[0] = replace(versions[0], is_present=True)
    return versions


def version_on(versions: Sequence[Version], day: date) -> Version | None:
    """The version that readers had on `day`, among those they may see."""
    return next((each for each in versions if each.day <= day), None)
