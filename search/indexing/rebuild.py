"""A new generation of the index, filled beside the one that answers, then put in its place."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from search.core.documents import Write
from search.core.engine import SearchEngine, WriteOutcome
from search.indexing import documents, ledger
from search.indexing.comparison import compare, repair
from search.models import Rebuild

logger = logging.getLogger(__name__)

BATCH = 250
# How many batches are written while the next one is read: the analysis of one batch then goes on
# while the engine is at work on another.
WRITERS = 2
# A rebuild that was not seen for so long has died.
DEAD_AFTER = timedelta(seconds=120)
# Pages read, pages in all.
Progress = Callable[[int, int], None]


class RebuildRefused(Exception):
    """The rebuild cannot start, or had to be given up; the message says why."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild made: the generation that now answers, and how many documents it got."""

    generation: str
    documents: int
    errors: dict[str, str]


def rebuild(
    engine: SearchEngine, *, batch: int = BATCH, progress: Progress | None = None
) -> Rebuilt:
    """Fill a new generation and let it answer. The previous one is kept, for `roll_back`.

    Workers write to both from the moment the new one exists. Killed at any point, it leaves a
    generation that does not answer; the next rebuild removes it. Raises `RebuildRefused` while
    another one is at work, `SearchUnavailable` when the engine does not answer.
    """
    record = _begin(engine)
    try:
        _drop_leftovers(engine)
        generation = engine.create_generation()
        Rebuild.objects.filter(pk=record.pk).update(generation=generation)
        total, done, written = documents.count_pages(), 0, 0
        errors: dict[str, str] = {}
        for read in _write_all(engine, generation, batch):
            errors |= read.errors
            written += read.written
            done += read.pages
            _still_here(record)
            if progress is not None:
                progress(done, total)
        engine.refresh(generation=generation)
        previous = engine.live_generation()
        engine.promote_generation(generation)
        _keep_only(engine, {generation, previous})
    finally:
        Rebuild.objects.filter(pk=record.pk).update(finished_at=timezone.now())
    logger.info("Generation %s answers with %d documents.", generation, written)
    return Rebuilt(generation, written, errors)


@dataclass
class _Batch:
    """Pages that were read, and what became of the documents among them."""

    pages: int
    present: list[Write]
    errors: dict[str, str]
    writing: Future[list[WriteOutcome]]

    @property
    def written(self) -> int:
        """How many documents the engine took."""
        return sum(write.key not in self.errors for write in self.present)

    def finish(self) -> None:
        """Wait until the documents are written. Raises what the engine raised."""
        self.errors |= {each.key: each.error for each in self.writing.result() if each.error}


def _write_all(engine: SearchEngine, generation: str, size: int) -> Iterator[_Batch]:
    """Read all pages, `size` at a time, and write their documents meanwhile; what is finished.

    Whichever batch is written first: each key is in one of them, and has a version.
    """
    with ThreadPoolExecutor(WRITERS, "search-rebuild") as writers:
        unfinished: deque[_Batch] = deque()
        for keys in documents.every_key(size):
            writes, errors = ledger.read_as_writes(keys)
            # What is not to be found needs no write: the generation is new. Workers that remove
            # something meanwhile do so under a version of their own.
            present = [write for write in writes if write.document is not None]
            writing = writers.submit(engine.write, present, generation=generation)
            unfinished.append(_Batch(len(keys), present, errors, writing))
            if len(unfinished) > WRITERS:
                unfinished[0].finish()
                yield unfinished.popleft()
        for batch in unfinished:
            batch.finish()
            yield batch


def roll_back(engine: SearchEngine) -> str:
    """Let the generation before the live one answer again; its name.

    What happened since it was replaced is compared and left to the worker. Raises `RebuildRefused`
    when there is none.
    """
    names = engine.generations()
    live = engine.live_generation()
    before = names[: names.index(live)] if live in names else []
    if not before:
        raise RebuildRefused(_("There is no previous index to go back to."))
    engine.promote_generation(before[-1])
    repair(compare(engine))
    return before[-1]


def _begin(engine: SearchEngine) -> Rebuild:
    """Take the one place there is for a rebuild of `engine`."""
    unfinished = Rebuild.objects.filter(engine=engine.name, finished_at=None)
    dead = timezone.now() - DEAD_AFTER
    Rebuild.objects.filter(engine=engine.name).exclude(finished_at=None, seen_at__gt=dead).delete()
    try:
        with transaction.atomic():
            return Rebuild.objects.create(engine=engine.name)
    except IntegrityError as error:
        alive = unfinished.first()
        since = timezone.localtime(alive.started_at if alive else None).strftime("%H:%M:%S")
        raise RebuildRefused(
            _(
                "Another rebuild is at work since %(since)s. Wait for it; if it has died, the next "
                "one can start %(seconds)d seconds after."
            )
            % {"since": since, "seconds": DEAD_AFTER.total_seconds()}
        ) from error


def _still_here(record: Rebuild) -> None:
    """Say that this rebuild is alive; give up when another one has taken over."""
    if not Rebuild.objects.filter(pk=record.pk).update(seen_at=timezone.now()):
        raise RebuildRefused(_("Another rebuild has taken over."))


def _drop_leftovers(engine: SearchEngine) -> None:
    """Remove what rebuilds that died have left: the generations newer than the live one."""
    names = engine.generations()
    live = engine.live_generation()
    for name in names[names.index(live) + 1 :] if live in names else names:
        engine.drop_generation(name)


def _keep_only(engine: SearchEngine, kept: set[str]) -> None:
    for name in engine.generations():
        if name not in kept:
            engine.drop_generation(name)
