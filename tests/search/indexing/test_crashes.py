"""What indexes is killed at any moment, and nothing is lost."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from search import service
from search.indexing.comparison import compare
from search.indexing.rebuild import rebuild
from search.models import OutboxEntry, Rebuild
from tests.practices.factories import LessonFactory
from tests.processes import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PAGES = 12


def kill_often(what, times, tmp_path):
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("crashing.py")), what, str(times)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_worker_that_is_killed_at_200_random_moments_loses_nothing(search_index, tmp_path):
    for _page in range(PAGES):
        LessonFactory()
    search_index()

    kill_often("worker", 200, tmp_path)

    OutboxEntry.objects.update(claimed_until=None, due_at=timezone.now())
    search_index()
    assert not OutboxEntry.objects.exists()
    result = compare(service.engine())
    assert result.is_healthy
    assert 0 < result.documents < 2 * PAGES


def test_a_rebuild_that_is_killed_at_20_random_moments_leaves_an_index_that_answers(
    search_index, tmp_path
):
    for _page in range(PAGES):
        LessonFactory()
    search_index()

    kill_often("rebuild", 20, tmp_path)

    service.reset()
    assert compare(service.engine()).is_healthy
    Rebuild.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    rebuild(service.engine())
    assert len(service.engine().generations()) <= 2
    assert compare(service.engine()).is_healthy


def test_the_worker_is_a_process_that_ends_when_it_is_told_to(search_index, tmp_path):
    LessonFactory()
    worker = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "search_worker"],
        env=environment(tmp_path),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # It says so once it is at work.
        assert worker.stdout.readline()
        deadline = timezone.now() + timedelta(seconds=60)
        while OutboxEntry.objects.exists() and timezone.now() < deadline:
            pass
        worker.terminate()
        _output, errors = worker.communicate(timeout=30)
    finally:
        worker.kill()
        worker.wait()
    assert worker.returncode == 0, errors
    assert not OutboxEntry.objects.exists()
    call_command("search_health")
