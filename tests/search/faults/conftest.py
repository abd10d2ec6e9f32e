"""A site whose search is a real Elasticsearch node behind a proxy that can be made to fail."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from elasticsearch import Elasticsearch

from practices.models import LessonPage
from search import breaker, service
from search.engines.elasticsearch import client as elasticsearch_client
from search.indexing import worker
from search.indexing.rebuild import rebuild
from search.models import OutboxEntry
from tests.practices.factories import LessonFactory
from tests.search.faults.proxy import FaultyProxy
from tests.search.node import remove_indexes


class Site:
    """What its readers, its editors and its worker do, and what they must never meet."""

    def __init__(self, proxy: FaultyProxy, node: Elasticsearch, prefix: str) -> None:
        self.proxy = proxy
        self.node = node
        self.prefix = prefix

    def publish(self, title: str) -> LessonPage:
        """Publish a page. Nothing is asked of the engine meanwhile, so that it cannot be slow."""
        asked = self.proxy.requests
        page = LessonFactory(title=title)
        page.save_revision().publish()
        assert self.proxy.requests == asked
        return LessonPage.objects.get(pk=page.pk)

    def retitle(self, page: LessonPage, title: str) -> None:
        """Publish `page` under another title."""
        page.title = title
        page.save_revision().publish()

    def titles(self) -> tuple[list[str], bool]:
        """What a reader finds, on the page and by the API, and whether they are told of a fault."""
        with override("fr"):
            address = reverse("search:page")
        page = Client().get(address, {"sort": "title"})
        assert page.status_code == 200
        answer = Client().get("/api/v1/search/", {"sort": "title"})
        assert answer.status_code == 200
        found = BeautifulSoup(page.content, "html5lib").select("li.hit h3")
        return [title.get_text(strip=True) for title in found], page.context["view"].is_degraded

    def work(self) -> worker.Outcome:
        """Have the worker do all it can now, also what it would try again later."""
        OutboxEntry.objects.update(due_at=timezone.now())
        return worker.drain()

    def come_back(self, *titles: str) -> None:
        """After a fault: everything is found again, by itself, and the index is the database's."""
        self.work()
        service.engine().refresh()
        deadline = time.monotonic() + 30
        while True:
            found, is_told = self.titles()
            if (set(found), is_told) == (set(titles), False) or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        assert (sorted(found), is_told) == (sorted(titles), False)
        assert not OutboxEntry.objects.exists()
        call_command("search_health")  # raises when it finds a difference

    def index(self, chain: str = "fr") -> str:
        """The index of `chain` that answers."""
        return f"{self.prefix}-{chain}-{service.engine().live_generation()}"


@pytest.fixture
def site(
    db: None, settings: Any, tmp_path: Any, elasticsearch_url: str, monkeypatch: Any
) -> Iterator[Site]:
    """A site with an index of its own, and a stand-in beside it."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    proxy = FaultyProxy(elasticsearch_url)
    settings.SEARCH_URL = f"{proxy.url}/{prefix}"
    settings.SEARCH_DATA_DIR = tmp_path / "search"
    settings.SEARCH_STANDBY = True
    # Nobody waits for the worker in an installation; here somebody does.
    monkeypatch.setattr(elasticsearch_client, "WRITE_SECONDS", 3.0)
    monkeypatch.setattr(breaker, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE", 0.5)
    service.reset()
    for engine in service.engines():
        rebuild(engine)
    with Elasticsearch(elasticsearch_url, request_timeout=60) as node:
        yield Site(proxy, node, prefix)
    service.reset()
    proxy.close()
    remove_indexes(elasticsearch_url, prefix)
