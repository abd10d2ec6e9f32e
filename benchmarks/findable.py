"""How long after a publish the page can be found."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import corpus
from benchmarks.measuring import Measured, median, percentile
from practices.models import KnowledgePage
from search import service
from search.audience import PUBLIC
from search.core.query import SearchQuery
from search.indexing import wakeup, worker
from search.indexing.rebuild import rebuild
from tools.places import ROOT

PATIENCE = 60  # seconds
PAUSE = 0.005  # seconds between two looks


def by_thread(quick: bool) -> Measured:
    """With the worker that a single process runs."""
    number = _indexed_pages(quick)
    with _thread():
        return _publishes(number, 20 if quick else 100)


def by_process(quick: bool) -> Measured:
    """With `search_worker`."""
    number = _indexed_pages(quick)
    with process():
        return _publishes(number, 20 if quick else 100)


def _indexed_pages(quick: bool) -> int:
    """How many there are, all in every index: a worker would not wait to make one."""
    number = corpus.pages(200 if quick else 2_000)
    service.reset()
    for engine in service.engines():
        rebuild(engine)
    return number


def _publishes(number: int, times: int) -> Measured:
    found = list(KnowledgePage.objects.filter(slug__startswith="page-").order_by("pk")[:times])
    # The first one also waits for the worker to start.
    waits = [_wait_for(page, count) for count, page in enumerate([found[0], *found])][1:]
    return Measured(
        percentile(waits, 0.95) * 1000,
        f"median {median(waits) * 1000:.0f} ms, longest {max(waits) * 1000:.0f} ms",
        f"{times} publishes among {number:,} pages",
    )


def _wait_for(page: KnowledgePage, count: int) -> float:
    edited = page.specific
    edited.title = f"Nouveauté{count}titre"
    edited.save_revision().publish()
    started = time.perf_counter()
    query = SearchQuery("fr", PUBLIC, edited.title, size=1, highlight=False)
    while time.perf_counter() - started < PATIENCE:
        if service.search(query).total:
            return time.perf_counter() - started
        time.sleep(PAUSE)
    raise AssertionError(f"“{edited.title}” is not found.")


@contextmanager
def _thread() -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        wakeup.wake()
        thread.join()


@contextmanager
def process(**variables: str) -> Iterator[None]:
    """`search_worker` as a process of its own, with other `variables` perhaps."""
    command = [sys.executable, str(ROOT / "manage.py"), "search_worker"]
    started = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        started.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(5)
        started.kill()
        started.wait()
