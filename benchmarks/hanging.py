"""Whether an engine that never answers slows down those who publish."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from benchmarks import corpus
from benchmarks.findable import process
from benchmarks.measuring import Measured, interleaved, median, milliseconds
from practices.models import KnowledgePage
from search.indexing import wakeup
from search.models import OutboxEntry, OutboxQuerySet


def publishing(quick: bool) -> Measured:
    """The same page published again, with the search and without."""
    rounds = 20 if quick else 60
    number = corpus.pages(200)
    page = KnowledgePage.objects.filter(slug="page-0").get().specific
    titles = iter(range(10_000))

    def publish() -> None:
        page.title = f"Titre {next(titles)}"
        page.save_revision().publish()

    def without_search() -> None:
        with (
            mock.patch.object(OutboxQuerySet, "bulk_create", _written_nowhere),
            mock.patch.object(wakeup, "wake_on_commit"),
        ):
            publish()

    with _silent_engine() as url, process(SEARCH_URL=url):
        publish()
        hanging, off = interleaved([(publish, without_search)] * rounds)
    waiting = OutboxEntry.objects.count()
    assert waiting, "the worker got an answer"
    OutboxEntry.objects.all().delete()
    return Measured(
        median(hanging) / median(off),
        f"{milliseconds(median(hanging))} and {milliseconds(median(off))}",
        f"{rounds} publishes each, {number:,} pages",
    )


def _written_nowhere(entries: OutboxQuerySet, objects: object, **options: object) -> list[object]:
    """What stands in for the outbox where there is no search."""
    return []


@contextmanager
def _silent_engine() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server, held), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/benchmarks"
        finally:
            for connection in held:
                connection.close()


def _accept(server: socket.socket, held: list[socket.socket]) -> None:
    while True:
        try:
            held.append(server.accept()[0])
        except OSError:
            return
