"""Takes what waits in the outbox, re-reads the truth and writes it to the index.

Any number of workers may run, in threads or processes. What a worker holds when it dies is taken
up by another one after `LEASE`.
"""

import logging
import random
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from core.background import keep_working
from search import service
from search.core.documents import Write
from search.core.engine import SearchEngine, SearchUnavailable
from search.indexing import ledger, wakeup
from search.indexing.rebuild import RebuildRefused, rebuild
from search.models import OutboxEntry, OutboxQuerySet

logger = logging.getLogger(__name__)

BATCH = 200
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
FIRST_DELAY = 2.0  # seconds; doubled at each attempt
LONGEST_DELAY = 600.0
# While the engine is away nothing counts as an attempt: the entries only wait.
AWAY_DELAY = 5.0
# How often a worker looks by itself, for what nobody woke it for.
IDLE_SECONDS = 1.0


@dataclass
class Outcome:
    """What one round did: entries taken, documents written, and whether the engine was away."""

    taken: int = 0
    written: int = 0
    failed: int = 0
    away: bool = False


def work_once(batch: int = BATCH) -> Outcome:
    """Take up to `batch` entries and index what they ask for. Never raises for the engine."""
    name = uuid.uuid4().hex
    claimed = _claim(name, batch)
    if not claimed:
        return Outcome()
    by_key: dict[str, list[int]] = {}
    for entry_id, key in claimed:
        by_key.setdefault(key, []).append(entry_id)
    writes, errors = ledger.read_as_writes(list(by_key))
    try:
        refused = write_everywhere(writes)
    except SearchUnavailable as problem:
        logger.warning("The search engine is away: %s", problem)
        _release(name, [entry_id for entry_id, _key in claimed], str(problem))
        return Outcome(taken=len(claimed), away=True)
    errors = refused | errors
    done = [entry for key, entries in by_key.items() if key not in errors for entry in entries]
    _finish(name, done)
    for key, error in errors.items():
        _retry_later(name, by_key[key], error)
    return Outcome(len(claimed), len(writes) - len(errors), len(errors))


def drain(batch: int = BATCH, *, rounds: int = 10_000) -> Outcome:
    """Work until nothing is ready, or the engine is away; the sum of all rounds.

    Where there is no index yet, or none that this version can read, it is made first.
    """
    total = Outcome()
    _make_missing_indexes()
    for _round in range(rounds):
        outcome = work_once(batch)
        total.taken += outcome.taken
        total.written += outcome.written
        total.failed += outcome.failed
        total.away = outcome.away
        if not outcome.taken or outcome.away:
            break
    return total


def _make_missing_indexes() -> None:
    for engine in service.engines():
        try:
            if not engine.live_generation():
                rebuild(engine)
        except (SearchUnavailable, RebuildRefused) as problem:
            logger.warning("There is no search index yet: %s", problem)


def _claim(name: str, batch: int) -> list[tuple[int, str]]:
    """(id, key) of the entries that are now held under `name`.

    With an entry come all those of the same key that nobody holds, also what waits for a later
    attempt or was given up: the truth that is about to be read answers them too.
    """
    # Mostly there is nothing, which is not worth a transaction that writes.
    if not OutboxEntry.objects.ready().exists():
        return []
    with transaction.atomic():
        ready = _unlocked(OutboxEntry.objects.ready()).order_by("id")
        keys = {key for _id, key in ready.values_list("id", "key")[:batch]}
        free = _unlocked(OutboxEntry.objects.free()).filter(key__in=keys).order_by("id")
        claimed = list(free.values_list("id", "key"))
        OutboxEntry.objects.filter(id__in=[entry_id for entry_id, _key in claimed]).update(
            claimed_by=name, claimed_until=timezone.now() + LEASE
        )
    return claimed


def _unlocked(entries: OutboxQuerySet) -> OutboxQuerySet:
    """`entries` without those that another worker is taking at this moment."""
    if connection.features.has_select_for_update_skip_locked:
        return entries.select_for_update(skip_locked=True)
    return entries


def write_everywhere(writes: Sequence[Write]) -> dict[str, str]:
    """Write to every index that is kept; why some documents were refused, by key.

    Raises `SearchUnavailable` when one of them was away, after the others have been written.
    """
    errors: dict[str, str] = {}
    away: list[SearchUnavailable] = []
    for engine in service.engines():
        try:
            errors |= write_to_generations(engine, writes)
        except SearchUnavailable as problem:
            away.append(problem)
    if away:
        raise away[0]
    return errors


def write_to_generations(engine: SearchEngine, writes: Sequence[Write]) -> dict[str, str]:
    """Write to the live generation and to each newer one, which is being filled; errors by key.

    Raises `SearchUnavailable` also when there is no generation: a rebuild has to make one first.
    """
    live = engine.live_generation()
    names = engine.generations()
    wanted = names[names.index(live) :] if live in names else names
    if not wanted:
        raise SearchUnavailable("There is no index yet: run search_rebuild.")
    errors: dict[str, str] = {}
    for generation in wanted:
        errors |= _write(engine, writes, generation)
    return errors


def _write(engine: SearchEngine, writes: Sequence[Write], generation: str) -> dict[str, str]:
    """Write a batch, or each document by itself where the whole cannot be written."""
    try:
        outcomes = engine.write(writes, generation=generation)
    except SearchUnavailable:
        raise
    except Exception as error:
        logger.exception("A batch of %d documents cannot be written.", len(writes))
        if len(writes) == 1:
            return {writes[0].key: f"{type(error).__name__}: {error}"}
        errors: dict[str, str] = {}
        for write in writes:
            errors |= _write(engine, [write], generation)
        return errors
    return {outcome.key: outcome.error for outcome in outcomes if outcome.error}


def _finish(name: str, ids: Sequence[int]) -> None:
    OutboxEntry.objects.filter(id__in=ids, claimed_by=name).delete()


def _release(name: str, ids: Sequence[int], reason: str) -> None:
    OutboxEntry.objects.filter(id__in=ids, claimed_by=name).update(
        claimed_by="", claimed_until=None, due_at=_in(AWAY_DELAY), error=reason[:2000]
    )


def _retry_later(name: str, ids: Sequence[int], error: str) -> None:
    """Wait longer after each failure; give up after `MAX_ATTEMPTS`, for somebody to look at.

    The oldest entry stays, for all.
    """
    held = OutboxEntry.objects.filter(id__in=ids, claimed_by=name)
    attempts = max(held.values_list("attempts", flat=True), default=0) + 1
    held.filter(id__gt=min(ids)).delete()
    delay = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY) * random.uniform(0.75, 1.25)
    held.update(
        claimed_by="",
        claimed_until=None,
        attempts=attempts,
        is_dead=attempts >= MAX_ATTEMPTS,
        due_at=_in(delay),
        error=error[:2000],
    )


def _in(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def run(stop: threading.Event, batch: int = BATCH) -> None:
    """Work until `stop` is set, waiting in between; a database that is away is waited for."""

    def work() -> float:
        return AWAY_DELAY if drain(batch).away else IDLE_SECONDS

    keep_working(stop, work, wakeup.wait)
