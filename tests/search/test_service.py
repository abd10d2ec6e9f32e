"""Who answers when the engine does not."""

import shutil
import time

import pytest
from django.urls import reverse
from django.utils.translation import override

from search import breaker, registry, service
from search.audience import PUBLIC
from search.breaker import CircuitBreaker
from search.core.engine import SearchUnavailable
from search.core.query import InvalidCursor, SearchQuery
from search.engines.embedded import EmbeddedEngine
from search.indexing.rebuild import rebuild
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db

QUERY = SearchQuery("fr", PUBLIC, "leçon")


class Broken:
    """An engine of which every question fails in one way."""

    name = "broken"

    def __init__(self, problem):
        self.problem = problem
        self.asked = 0

    def search(self, query):
        self.asked += 1
        raise self.problem

    suggest = similar = search


def test_the_database_answers_while_there_is_no_index_and_the_engine_again_once_there_is(
    search_index, settings
):
    LessonFactory(title="Leçon")
    settings.SEARCH_URL = "embedded://"
    shutil.rmtree(settings.SEARCH_DATA_DIR, ignore_errors=True)
    service.reset()
    results = service.search(QUERY)
    assert (results.engine, results.degraded, results.total) == ("database", True, 1)

    rebuild(service.engine())
    deadline = time.monotonic() + 10
    while (results := service.search(QUERY)).degraded and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (results.engine, results.degraded, results.total) == (service.engine().name, False, 1)


def test_a_page_of_results_says_that_the_search_is_reduced(client, monkeypatch):
    LessonFactory(title="Leçon")
    monkeypatch.setattr(service, "engine", lambda: Broken(SearchUnavailable("no answer")))
    monkeypatch.setattr(service, "breaker", CircuitBreaker())
    with override("en"):
        address = reverse("search:page")

    response = client.get(address, {"q": "leçon", "tag": "absent", "lang": "fr"})

    assert response.status_code == 200
    assert response.context["view"].is_degraded
    response = client.get(address, {"q": "leçon", "language": "fr"})
    assert "Leçon" in response.content.decode()


def test_an_engine_that_failed_is_not_asked_again_by_readers(monkeypatch):
    broken = Broken(SearchUnavailable("no answer"))
    monkeypatch.setattr(breaker, "FIRST_PAUSE", 60)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE", 60)
    monkeypatch.setattr(service, "engine", lambda: broken)
    monkeypatch.setattr(service, "breaker", CircuitBreaker())
    for _reader in range(20):
        assert service.search(QUERY).degraded
    assert broken.asked == 1
    assert service.breaker.is_open


def test_a_fault_of_the_engine_is_no_fault_of_the_page_and_stops_nobody_else(monkeypatch):
    broken = Broken(RuntimeError("a bug"))
    monkeypatch.setattr(service, "engine", lambda: broken)
    monkeypatch.setattr(service, "breaker", CircuitBreaker())
    assert service.search(QUERY).degraded
    assert not service.breaker.is_open


def test_a_wrong_cursor_is_the_fault_of_who_sends_it(search_index):
    with pytest.raises(InvalidCursor):
        service.search(SearchQuery("fr", PUBLIC, cursor="nonsense"))
    assert not service.breaker.is_open


def test_the_stand_in_is_fed_with_the_engine_and_answers_for_it(
    search_index, monkeypatch, tmp_path
):
    stand_in = EmbeddedEngine(registry.schema(), tmp_path / "standby")
    with monkeypatch.context() as patch:
        patch.setattr(service, "standby", lambda: stand_in)
        LessonFactory(title="Leçon")
        search_index()

        patch.setattr(service, "engine", lambda: Broken(SearchUnavailable("no answer")))
        patch.setattr(service, "breaker", CircuitBreaker())
        results = service.search(QUERY)
        offered = service.suggest("leç", locale="fr", audience=PUBLIC)

    stand_in.close()
    assert (results.engine, results.degraded, results.total) == ("embedded", True, 1)
    assert [each.text for each in offered] == ["Leçon"]


def test_nothing_is_suggested_while_no_index_answers(monkeypatch):
    monkeypatch.setattr(service, "engine", lambda: Broken(SearchUnavailable("no answer")))
    monkeypatch.setattr(service, "breaker", CircuitBreaker())
    assert service.suggest("leç", locale="fr", audience=PUBLIC) == []
    assert service.similar("page:1", locale="fr", audience=PUBLIC) == []


def test_the_circuit_breaker_lets_one_trial_through_after_a_pause(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    circuit = CircuitBreaker()
    circuit.failed()
    assert circuit.is_open
    assert not circuit.take_trial()
    now[0] += 1.1
    assert circuit.take_trial()
    assert not circuit.take_trial()
    circuit.failed()
    now[0] += 1.1
    assert not circuit.take_trial()
    now[0] += 1
    assert circuit.take_trial()
    circuit.succeeded()
    assert not circuit.is_open
