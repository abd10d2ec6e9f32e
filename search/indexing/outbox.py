"""Writing down, in the transaction of a change, that documents must be looked at again."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page

from search import registry
from search.indexing import wakeup
from search.models import OutboxEntry, OutboxQuerySet

BATCH = 500


def key_of(page_id: int) -> str:
    """The key of the document of a page."""
    return f"page:{page_id}"


def page_id_of(key: str) -> int:
    """The primary key of the page whose document has this key."""
    return int(key.removeprefix("page:"))


def touch(page_ids: Iterable[int]) -> None:
    """Have the documents of these pages looked at again once the transaction is committed.

    One insert for many pages; nothing remains of it when the transaction is rolled back.
    """
    entries = [OutboxEntry(key=key_of(page_id)) for page_id in sorted(set(page_ids))]
    if entries:
        OutboxEntry.objects.bulk_create(entries, batch_size=BATCH)
        wakeup.wake_on_commit()


def touch_pages(pages: "QuerySet[Page]") -> None:
    """`touch` for those of `pages` that can have a document."""
    wanted = pages.filter(content_type__in=searchable_content_types())
    touch(wanted.order_by().values_list("pk", flat=True).distinct())


def touch_section(page: Page) -> None:
    """`touch` for `page` and everything below it."""
    touch_pages(Page.objects.descendant_of(page, inclusive=True))


def try_again(entries: OutboxQuerySet) -> int:
    """Take up `entries` as if they had never failed; how many."""
    with transaction.atomic():
        count = entries.update(is_dead=False, attempts=0, due_at=timezone.now())
        wakeup.wake_on_commit()
    return count


def searchable_content_types() -> list[int]:
    """The content types of the pages that have a search profile."""
    labels = [profile.model.split(".", 1) for profile in registry.profiles()]
    return [
        ContentType.objects.get_by_natural_key(app_label, model.lower()).pk
        for app_label, model in labels
    ]
