"""What programs that watch the site are told."""

import re
import shutil

import pytest
from django.db import DatabaseError, connection

from search import service
from search.models import OutboxEntry
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db


def figures(text):
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


def test_a_process_is_alive_even_without_its_database(client, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", away)
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "away")


def test_a_site_without_its_engine_is_degraded_and_ready(client, search_index, settings):
    assert client.get("/readyz").json()["status"] == "ok"
    settings.SEARCH_URL = "embedded://"
    shutil.rmtree(settings.SEARCH_DATA_DIR, ignore_errors=True)
    service.reset()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")


@pytest.mark.parametrize(
    ("token", "shown", "status"),
    [
        ("", "", 401),
        ("", "Bearer ", 401),
        ("secret", "", 401),
        ("secret", "Bearer other", 401),
        ("secret", "Basic secret", 401),
        ("secret", "Bearer secret", 200),
    ],
)
def test_figures_are_for_who_shows_the_token(client, search_index, settings, token, shown, status):
    settings.METRICS_TOKEN = token
    response = client.get("/metrics", headers={"Authorization": shown} if shown else {})
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"]


def test_figures_are_for_staff_too(admin_client, search_index):
    LessonFactory()
    search_index()
    LessonFactory()
    OutboxEntry.objects.create(key="page:1", is_dead=True)
    admin_client.get("/fr/recherche/")

    response = admin_client.get("/metrics")

    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    told = figures(response.content.decode())
    labels = f'{{engine="{service.engine().name}",role="engine"}}'
    assert told["passerelle_search_outbox_entries"] == 1
    assert told["passerelle_search_outbox_oldest_seconds"] > 0
    assert told["passerelle_search_dead_letters"] == 1
    assert told["passerelle_search_breaker_open"] == 0
    assert told["passerelle_search_engine_up" + labels] == 1
    assert told["passerelle_search_documents" + labels] == 1
    assert told["passerelle_search_engine_seconds_count"] >= 1
    assert told['passerelle_search_engine_seconds{quantile="0.95"}'] > 0


def test_every_figure_is_described_once(admin_client, search_index):
    text = admin_client.get("/metrics").content.decode()
    names = set(re.findall(r"^(\w+?)(?:_sum|_count)?[ {]", text, re.MULTILINE)) - {""}
    described = re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE)
    assert sorted(described) == sorted(names)
