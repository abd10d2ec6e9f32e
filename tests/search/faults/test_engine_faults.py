"""Elasticsearch fails in every way it knows: readers are served, and nothing is lost."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from search import service
from search.engines.elasticsearch import generations
from search.indexing import worker
from search.indexing.outbox import try_again
from search.indexing.rebuild import rebuild
from search.models import OutboxEntry
from tests.processes import wait_until
from tests.search.faults.conftest import Site
from tests.search.faults.proxy import half_of_each_bulk, slow, status

Fault = Callable[[Site], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def read_only(site: Site) -> Iterator[None]:
    """An operator has blocked writes to the index."""
    index = f"{site.prefix}-*"
    site.node.indices.put_settings(index=index, settings={"index.blocks.write": True})
    yield
    site.node.indices.put_settings(index=index, settings={"index.blocks.write": None})


@contextlib.contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """The disk has less room than the flood stage asks for: the node itself blocks its indexes."""
    disk = "cluster.routing.allocation.disk"
    levels = [f"{disk}.watermark.{level}" for level in ("low", "high", "flood_stage")]
    on, interval = f"{disk}.threshold_enabled", "cluster.info.update.interval"
    full: dict[str, Any] = {**dict.fromkeys(levels, "900tb"), on: True, interval: "10s"}
    site.node.cluster.put_settings(persistent=full)
    try:
        wait_until(lambda: _is_flooded(site))
        yield
    finally:
        site.node.cluster.put_settings(persistent=dict.fromkeys([*levels, on]))
        wait_until(lambda: not _is_flooded(site))
        site.node.cluster.put_settings(persistent={interval: None})


def _is_flooded(site: Site) -> bool:
    found = site.node.indices.get_settings(index=site.index(), flat_settings=True)
    return any(
        each["settings"].get("index.blocks.read_only_allow_delete") == "true"
        for each in found.body.values()
    )


# Each fault, and whether readers are told that the search is reduced while it lasts.
FAULTS: dict[str, tuple[Fault, bool]] = {
    "refused port": (lambda site: site.proxy.refusing(), True),
    "silent socket": (lambda site: site.proxy.suffering(site.proxy.silent), True),
    "answers that come too late": (lambda site: site.proxy.suffering(slow(4)), True),
    "slow answers": (lambda site: site.proxy.suffering(slow(0.4)), False),
    "429": (
        lambda site: site.proxy.suffering(status(429, "es_rejected_execution_exception")),
        True,
    ),
    "503": (lambda site: site.proxy.suffering(status(503, "unavailable_shards_exception")), True),
    "half-failed bulk": (lambda site: site.proxy.suffering(half_of_each_bulk), False),
    "read-only index": (read_only, False),
    "flood stage": (full_disk, False),
}
WRITES_PASS = {"slow answers"}


@pytest.mark.parametrize("name", FAULTS)
def test_readers_are_served_and_nothing_is_lost_during(name: str, site: Site) -> None:
    inject, is_told = FAULTS[name]
    early = site.publish("Avant")
    site.work()
    service.engine().refresh()
    assert site.titles() == (["Avant"], False)

    with inject(site):
        site.publish("Pendant")
        site.retitle(early, "Avant, revue")
        outcome = site.work()
        assert outcome.away is (name not in WRITES_PASS)
        _found, told = site.titles()
        assert told is is_told
        if is_told:
            # The stand-in was fed although the engine could not be.
            assert site.titles() == (["Avant, revue", "Pendant"], True)
        for _attempt in range(worker.MAX_ATTEMPTS + 1 if name == "429" else 1):
            site.work()
        assert not OutboxEntry.objects.dead().exists()

    site.come_back("Avant, revue", "Pendant")


def test_a_document_that_conflicts_with_the_mapping_stands_back_alone(
    site: Site, monkeypatch: Any
) -> None:
    def other_body(schema: Any, chain: Any, alias: str) -> dict[str, Any]:
        body = index_body(schema, chain, alias)
        body["mappings"]["properties"]["facets"]["properties"]["tag"] = {"type": "date"}
        return body

    index_body = generations.index_body
    with monkeypatch.context() as patch:
        patch.setattr(generations, "index_body", other_body)
        rebuild(service.engine())
    bad = site.publish("Étiquetée")
    bad.tags.add("pairs")
    bad.save_revision().publish()
    site.publish("Sans étiquette")

    for _attempt in range(worker.MAX_ATTEMPTS):
        assert not site.work().away
    service.engine().refresh()
    assert site.titles() == (["Sans étiquette"], False)
    (dead,) = OutboxEntry.objects.dead()
    assert dead.key == f"page:{bad.pk}"
    assert "document_parsing_exception" in dead.error

    rebuild(service.engine())
    try_again(OutboxEntry.objects.dead())
    site.come_back("Sans étiquette", "Étiquetée")


def _delete(*chains: str) -> Callable[[Site], None]:
    def inject(site: Site) -> None:
        site.node.indices.delete(index=[site.index(chain) for chain in chains])

    return inject


def _delete_alias(site: Site) -> None:
    for alias in site.node.indices.get_alias(index=site.index()).body[site.index()]["aliases"]:
        if "-live-" in alias:
            site.node.indices.delete_alias(index=site.index(), name=alias)


LOSSES: dict[str, Callable[[Site], None]] = {
    "the French index": _delete("fr"),
    "the English index": _delete("en"),
    "both indexes": _delete("fr", "en"),
    "the alias that answers": _delete_alias,
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("loss", LOSSES)
def test_an_index_deleted_under_load_is_made_again(loss: str, site: Site) -> None:
    pages = [site.publish(f"Leçon {number}") for number in range(5)]
    site.work()
    stop = threading.Event()
    problems: list[BaseException] = []
    served: list[bool] = []

    def looping(step: Callable[[], object]) -> Callable[[], None]:
        def loop() -> None:
            try:
                while not stop.is_set():
                    step()
            except BaseException as problem:
                problems.append(problem)
            finally:
                connections.close_all()

        return loop

    def edit() -> None:
        for page in pages:
            site.retitle(page, f"{page.title.split('.')[0]}. {time.monotonic()}")

    steps = [lambda: served.append(site.titles()[1]), edit, site.work]
    threads = [threading.Thread(target=looping(step)) for step in steps]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    LOSSES[loss](site)
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()

    assert not problems
    assert served
    OutboxEntry.objects.update(claimed_until=None, due_at=timezone.now())
    site.come_back(*(page.title for page in pages))


def test_what_a_rebuild_left_half_made_is_swept_by_the_next(site: Site) -> None:
    half = f"{site.prefix}-fr-000002"  # and no English one: its maker died in between
    site.node.indices.create(index=half)
    site.publish("Leçon")
    rebuild(service.engine())
    rebuild(service.engine())
    assert not site.node.indices.exists(index=half)
    site.come_back("Leçon")
