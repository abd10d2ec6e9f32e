"""Two nodes, one of which dies while it is asked and written to: nothing is lost."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from elasticsearch import Elasticsearch

from search.core.documents import Write
from search.core.engine import SearchUnavailable
from search.engines.elasticsearch import ElasticsearchEngine
from tests.search.engines.corpus import SCHEMA, ask, document
from tests.search.node import started
from tools.local_server import free_port
from tools.node import Node, Peers

BATCH = 20
PATIENCE = 240  # seconds; on a machine with nothing else to do it takes five


@pytest.fixture
def cluster() -> Iterator[tuple[Node, Node]]:
    """A node that leads and one that may die, which know each other."""
    ports = (free_port(), free_port())
    with ExitStack() as stack:
        nodes = []
        for name, port in zip(("lead", "other"), ports, strict=True):
            node = started(peers=Peers(name, port, ports, master="lead"))
            stack.callback(node.close)
            node.start(wait=False)
            nodes.append(node)
        for node in nodes:
            node.wait()
        lead, other = nodes
        with Elasticsearch(lead.url, request_timeout=60) as client:
            client.cluster.health(wait_for_nodes="2", timeout="120s")
        yield lead, other


def test_a_node_that_dies_loses_no_acknowledged_write_and_no_reader(
    cluster: tuple[Node, Node],
) -> None:
    lead, other = cluster
    hosts = ",".join(node.url.removeprefix("http://") for node in (other, lead))
    engine = ElasticsearchEngine.from_url(SCHEMA, f"http://{hosts}/cluster", read_seconds=30)
    engine.promote_generation(engine.create_generation())
    with Elasticsearch(lead.url, request_timeout=60) as client:
        client.cluster.health(wait_for_status="green", timeout="120s")

    acknowledged: dict[str, int] = {}
    answers: list[int] = []
    refusals: list[str] = []
    stop = threading.Event()

    def write() -> None:
        """As the worker does: what is not acknowledged is written again."""
        number = 0
        while not stop.is_set():
            batch = [
                Write(f"page:{n}", 1, document(f"page:{n}", "Tutorat"))
                for n in range(number, number + BATCH)
            ]
            try:
                outcomes = engine.write(batch)
            except SearchUnavailable as problem:
                refusals.append(str(problem))
                time.sleep(0.2)
                continue
            assert not any(outcome.error for outcome in outcomes)
            acknowledged.update((outcome.key, 1) for outcome in outcomes)
            number += BATCH

    def read() -> None:
        while not stop.is_set():
            try:
                answers.append(engine.search(ask("tutorat")).total)
            except SearchUnavailable as problem:
                refusals.append(str(problem))
                time.sleep(0.2)

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: len(acknowledged) >= 10 * BATCH and len(answers) >= 10)
        other.kill()
        written, read_before = len(acknowledged), len(answers)
        wait_for(lambda: len(acknowledged) >= written + 10 * BATCH)
        wait_for(lambda: len(answers) >= read_before + 10)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)

    engine.refresh()
    assert {entry.key: entry.version for entry in engine.scan()} == acknowledged
    assert engine.search(ask("tutorat")).total == len(acknowledged)
    # The copy that takes over may show the last second's writes a moment later.
    falls = [pair for pair in itertools.pairwise(answers) if pair[1] < pair[0]]
    assert len(falls) <= 1, "an answer left out what an earlier one had"

    other.start()
    with Elasticsearch(lead.url, request_timeout=60) as client:
        client.cluster.health(wait_for_nodes="2", wait_for_status="green", timeout="120s")
    assert engine.search(ask("tutorat")).total == len(acknowledged)
    engine.close()


def wait_for(happens: object) -> None:
    """Wait for what the threads do; fail the test when they do not."""
    deadline = time.monotonic() + PATIENCE
    while not happens():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
