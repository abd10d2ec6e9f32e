"""Whether the index says what the database says, key by key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wagtail.models import Page

from core.batches import batches
from search.core.engine import SearchEngine
from search.indexing import documents
from search.indexing.outbox import page_id_of, touch
from search.models import IndexRecord, OutboxEntry

BATCH = 500


@dataclass
class Comparison:
    """The differences between the database and an index, as keys of documents.

    `waiting` are the differences that the outbox already knows of: they are on their way.
    """

    documents: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def differences(self) -> list[str]:
        """Every key on which they differ and that nothing is going to repair by itself."""
        return [*self.missing, *self.stale, *self.ghosts, *self.unreadable]

    @property
    def is_healthy(self) -> bool:
        """Whether they say the same."""
        return not self.differences


def compare(engine: SearchEngine) -> Comparison:
    """Compare every document of the database with what `engine` holds.

    A checksum covers the whole document, so that equal ones leave nothing to ask. What differs is
    looked at twice: the site is edited meanwhile. Raises `SearchUnavailable` when the engine does
    not answer.
    """
    first = _look(engine, documents.every_key(BATCH))
    suspects = {*first.missing, *first.stale, *first.ghosts}
    if not suspects:
        return first
    second = _look(engine, batches(sorted(suspects), BATCH), only=suspects)
    waiting = set(OutboxEntry.objects.waiting().values_list("key", flat=True))
    second.documents = first.documents
    second.unreadable |= first.unreadable
    for keys in (second.missing, second.stale, second.ghosts):
        second.waiting += [key for key in keys if key in waiting]
        keys[:] = [key for key in keys if key not in waiting]
    return second


def _look(
    engine: SearchEngine, wanted: Iterable[Sequence[str]], only: set[str] | None = None
) -> Comparison:
    """The differences as they are now, for all keys or `only` some."""
    result = Comparison()
    engine.refresh()
    held = {
        entry.key: entry.checksum for entry in engine.scan() if only is None or entry.key in only
    }
    for keys in wanted:
        found, errors = documents.read(keys)
        result.unreadable |= errors
        for key, document in found.items():
            checksum = held.pop(key, None)
            if document is None:
                if checksum is not None and key not in errors:
                    result.ghosts.append(key)
                continue
            result.documents += 1
            if checksum is None:
                result.missing.append(key)
            elif checksum != document.checksum:
                result.stale.append(key)
    result.ghosts += sorted(held)
    return result


def repair(result: Comparison) -> int:
    """Have every difference looked at again by the worker; how many."""
    keys = set(result.differences)
    touch(page_id_of(key) for key in keys)
    return len(keys)


def sweep() -> int:
    """Forget the versions of documents that can never come back; how many.

    Primary keys of pages are never given twice, and nothing waits for these.
    """
    gone = 0
    last = ""
    while keys := list(
        IndexRecord.objects.filter(key__gt=last)
        .order_by("key")
        .values_list("key", flat=True)[:BATCH]
    ):
        last = keys[-1]
        alive = set(
            Page.objects.filter(pk__in=[page_id_of(key) for key in keys]).values_list(
                "pk", flat=True
            )
        )
        orphans = [key for key in keys if page_id_of(key) not in alive]
        waiting = OutboxEntry.objects.filter(key__in=orphans).values_list("key", flat=True)
        gone += IndexRecord.objects.filter(key__in=set(orphans) - set(waiting)).delete()[0]
    return gone
