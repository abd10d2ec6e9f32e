"""The versions of documents: always growing, given under the lock of their record."""

import time
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from search.core.documents import Write
from search.indexing import documents
from search.models import IndexRecord


def read_as_writes(keys: Sequence[str]) -> tuple[list[Write], dict[str, str]]:
    """What is true now of `keys`, each under a new version; and why some could not be read.

    The version is taken before the truth is read, in one transaction that holds the records: a
    later version always carries a truth at least as new. Versions follow the clock (milliseconds
    since 1970), so that they also grow past those of an index that is newer than the database,
    such as after a restored backup. What could not be read is written as removed: its old text may
    say what its owner no longer shares.
    """
    keys = sorted(set(keys))
    with transaction.atomic():
        IndexRecord.objects.bulk_create(
            [IndexRecord(key=key) for key in keys], ignore_conflicts=True
        )
        # Always in the same order, so that two workers never wait for each other in a circle.
        records = list(IndexRecord.objects.select_for_update().filter(key__in=keys).order_by("key"))
        now = int(time.time() * 1000)
        IndexRecord.objects.filter(key__in=keys).update(version=Greatest(F("version") + 1, now))
        found, errors = documents.read(keys)
    writes = [
        Write(record.key, max(record.version + 1, now), found[record.key]) for record in records
    ]
    return writes, errors
