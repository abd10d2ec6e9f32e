"""The results page on the real thing: published pages, the index, HTTP."""

import threading
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from practices.models import LessonPage
from search import service
from search.audience import PUBLIC
from search.core.query import SearchQuery
from search.indexing import wakeup, worker
from tests.practices.factories import LessonFactory, PracticeSheetFactory, term


def queries(client, path, data):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, data).status_code == 200
    return len(captured)


@pytest.mark.django_db
def test_the_number_of_queries_is_constant_whatever_is_found_and_chosen(client, search_index):
    with override("fr"):
        page = reverse("search:page")
    api = "/api/v1/search/"
    themes = [term("theme", f"theme-{number}") for number in range(12)]
    for number in range(12):
        PracticeSheetFactory(themes=[themes[number]], tags=[f"tag-{number}"])
    search_index()
    client.get(page)
    few = queries(client, page, {"q": "fiche"}), queries(client, api, {"q": "fiche", "lang": "fr"})
    for number in range(50):
        LessonFactory(themes=themes, tags=[f"other-{number}"])
    search_index()

    for data in (
        {"q": "fiche"},
        {},
        {"theme": ["theme-1"]},
        {"theme": [f"theme-{n}" for n in range(12)], "type": ["lesson"], "language": ["fr"]},
    ):
        assert queries(client, page, data) <= few[0]
    assert queries(client, api, {"lang": "fr", "page_size": 50}) <= few[1]
    assert max(few) <= 8


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_published_is_found_a_moment_later_by_the_thread_that_serves(search_index):
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        lesson = LessonFactory(title="Premier titre")
        lesson = LessonPage.objects.get(pk=lesson.pk)
        waits = []
        for number in range(5):
            lesson.title = f"Titre{number}"
            lesson.save_revision().publish()
            waits.append(seconds_until_found(lesson.title))
    finally:
        stop.set()
        wakeup.wake()
        thread.join()
    # Far above what is promised (see benchmarks), and far below what a worker that is not woken
    # would take.
    assert sorted(waits)[2] < worker.IDLE_SECONDS * 0.9


def seconds_until_found(text):
    started = time.monotonic()
    while time.monotonic() - started < 30:
        if service.search(SearchQuery("fr", PUBLIC, text)).total:
            return time.monotonic() - started
        time.sleep(0.005)
    raise AssertionError(f"“{text}” is not found.")


@pytest.mark.django_db
def test_a_reader_finds_by_http_what_an_editor_published(client, search_index):
    lesson = LessonFactory(title="Échafaudage progressif")
    lesson.save_revision().publish()
    search_index()
    with override("fr"):
        response = client.get(reverse("search:page"), {"q": "echafaudages"})
    (hit,) = response.context["view"].hits
    assert hit.url == lesson.url
