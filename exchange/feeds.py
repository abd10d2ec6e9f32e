"""Searches as Atom feeds: a reader follows what is new without an account."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from core.caching import tag_of
from exchange.exporting.records import Record, records
from practices.selectors import Viewer
from search import service
from search.audience import audience_of
from search.params import SearchParams

# As many as a reader that looks once a week needs.
ENTRIES = 50
# When there is nothing, nothing ever changed.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A feed, its fingerprint, and when something in it last changed (seconds since 1970)."""

    content: str
    etag: str
    updated: float


class _Atom(Atom1Feed):
    """Django's Atom, with a date that does not move while nothing is in it."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items if item["updateddate"]]
        return max(dates, default=NEVER)


def atom(
    params: SearchParams, *, title: str, viewer: Viewer, root: str, path: str, alternate: str
) -> Made:
    """The newest pages that `params` finds for `viewer`, whatever order was chosen."""
    newest = replace(params.with_page(1), sort="newest", size=ENTRIES)
    query = newest.query(audience_of(viewer), facets=(), highlight=False)
    keys = [hit.stored["id"] for hit in service.search(query).hits]
    feed: Any = _Atom(
        title=_("%(search)s – %(site)s") % {"search": title, "site": settings.WAGTAIL_SITE_NAME},
        link=root + alternate,
        feed_url=root + path,
        feed_guid=root + path,
        description=_("The newest results of this search."),
        language=params.locale,
    )
    for record in records(keys, viewer=viewer, root=root):
        _add(feed, record)
    content = feed.writeString("utf-8")
    etag = tag_of(content.encode())
    latest = feed.latest_post_date()
    return Made(content, etag, latest.timestamp() if latest > NEVER else 0.0)


def _add(feed: Any, record: Record) -> None:
    page, reference = record.page, record.reference
    feed.add_item(
        title=record.title,
        link=record.url,
        # Atom takes it for HTML.
        description=escape(record.summary),
        unique_id=f"urn:uuid:{page.persistent_id}",
        author_name=", ".join(author.name for author in reference.credited),
        categories=[reference.kind, *record.keywords],
        pubdate=page.first_published_at,
        updateddate=page.last_published_at or page.first_published_at or NEVER,
    )
