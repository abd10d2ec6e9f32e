"""Looks again at saved searches: what they find that their owner was not told of yet.

The index says what is found, the database which version of it the owner may see. A version is told
once, whatever it does afterwards: leave the results, come back, change its place.
"""

import datetime
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import Max, Q
from django.http import QueryDict
from django.utils import timezone

from notifications.kinds import Frequency
from notifications.models import FoundPage, Mail, SavedSearch
from notifications.schedule import last_morning
from practices.models import KnowledgePage
from search import service
from search.answers import known_facets
from search.audience import audience_of
from search.core.engine import SearchUnavailable
from search.core.query import InvalidCursor
from search.models import IndexRecord
from search.params import SearchParams, parse

logger = logging.getLogger(__name__)

BATCH = 100
# How often a search whose owner wants to know at once is looked at.
AT_ONCE = datetime.timedelta(minutes=1)
# How long a change may take from the ledger to the index: until then it is looked for.
SETTLING = datetime.timedelta(minutes=5)

Versions = dict[int, datetime.datetime | None]


def look_for_results() -> None:
    """Owe their owners a mail for each search that is due and finds something new or changed."""
    now = timezone.localtime()
    due = SavedSearch.objects.filter(
        Q(frequency=Frequency.IMMEDIATE, looked_at__lte=now - AT_ONCE)
        | Q(frequency=Frequency.DAILY, looked_at__lt=last_morning(now))
        | Q(frequency=Frequency.WEEKLY, looked_at__lt=last_morning(now, monday=True)),
        user__is_active=True,
    )
    changed_at: datetime.datetime | None = None
    for saved in due.select_related("user"):
        changed_at = changed_at or _last_change()
        try:
            _look(saved, changed_at)
        except (SearchUnavailable, InvalidCursor) as problem:
            logger.warning("A saved search has to wait: %s", problem)
            return


def remember_what_is_there(saved: SavedSearch) -> None:
    """Take what the search finds now as known to its owner.

    Raises `SearchUnavailable` while no index can say it.
    """
    found = _versions(saved)
    with transaction.atomic():
        SavedSearch.objects.select_for_update().get(pk=saved.pk)
        fresh, changed = _news(saved, found)
        _keep(fresh, changed, mail=None)
        _looked(saved)


def params_of(saved: SavedSearch) -> SearchParams:
    """What it asks for. A value that no longer exists finds nothing, rather than everything."""
    params, _problems = parse(QueryDict(saved.query), locale=saved.language, facets=known_facets())
    return params


def _last_change() -> datetime.datetime:
    """When something in the index last changed; its versions follow the clock."""
    version = IndexRecord.objects.aggregate(last=Max("version"))["last"] or 0
    return datetime.datetime.fromtimestamp(version / 1000, datetime.UTC)


def _look(saved: SavedSearch, changed_at: datetime.datetime) -> None:
    seen_at = saved.looked_at
    is_same = _fingerprint(saved) == saved.audience and changed_at < seen_at - SETTLING
    found = {} if is_same else _versions(saved)
    with transaction.atomic():
        held = SavedSearch.objects.select_for_update().filter(pk=saved.pk, looked_at=seen_at)
        if held.first() is None:
            return  # another process has looked meanwhile, or its owner deleted it
        fresh, changed = _news(saved, found)
        if fresh or changed:
            mail = Mail.objects.create(
                recipient=saved.user, frequency=saved.frequency, saved_search=saved
            )
            _keep(fresh, changed, mail=mail)
        _looked(saved)


def _looked(saved: SavedSearch) -> None:
    saved.looked_at = timezone.now()
    saved.audience = _fingerprint(saved)
    saved.save(update_fields=["looked_at", "audience"])


def _news(saved: SavedSearch, found: Versions) -> tuple[list[FoundPage], list[FoundPage]]:
    """The pages that the search did not find before, and those that it found in another version."""
    known = {row.page_id: row for row in saved.found_pages.select_related("mail")}
    fresh = [
        FoundPage(saved_search=saved, page_id=pk, version=version, is_new=True)
        for pk, version in found.items()
        if pk not in known
    ]
    changed = [known[pk] for pk, version in found.items() if pk in known]
    changed = [row for row in changed if row.version != found[row.page_id]]
    for row in changed:
        # What no mail has told yet stays new, however often it changes.
        row.is_new = row.is_new and row.mail is not None and row.mail.sent_at is None
        row.version = found[row.page_id]
    return fresh, changed


def _keep(fresh: list[FoundPage], changed: list[FoundPage], *, mail: Mail | None) -> None:
    """Keep them as told by `mail`, or as known without one."""
    for row in (*fresh, *changed):
        row.mail = mail
    FoundPage.objects.bulk_create(fresh, batch_size=500)
    FoundPage.objects.bulk_update(changed, ["version", "is_new", "mail"], batch_size=500)


def _versions(saved: SavedSearch) -> Versions:
    """The pages that the search finds for its owner now, and when each was last published.

    Raises `SearchUnavailable` while a stand-in answers: what it finds beside or less is no news.
    """
    params = replace(params_of(saved), page=1, size=BATCH)
    query = params.query(audience_of(saved.user), facets=(), highlight=False)
    found: Versions = {}
    while True:
        results = service.search(query)
        if results.degraded:
            raise SearchUnavailable("The search is running in a reduced mode.")
        found |= _visible((hit.stored["id"] for hit in results.hits), saved)
        if not results.next_cursor:
            return found
        query = replace(query, cursor=results.next_cursor)


def _visible(pks: Iterable[int], saved: SavedSearch) -> Versions:
    pages = KnowledgePage.objects.filter(pk__in=list(pks)).live().public().current()
    return dict(pages.visible_to(saved.user).values_list("pk", "last_published_at"))


def _fingerprint(saved: SavedSearch) -> str:
    tokens = " ".join(sorted(audience_of(saved.user)))
    return hashlib.sha256(tokens.encode()).hexdigest()
