"""How a commit wakes the workers, in this process and in others."""

import threading
from contextlib import suppress
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction

from search.indexing import wakeup
from search.indexing.outbox import touch
from search.models import OutboxEntry

LONG = 20.0  # seconds; nothing here waits so long

committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def said():
    """Whether something was said, of which nothing is at first."""
    wakeup._event.clear()
    yield wakeup._event
    wakeup._event.clear()


def needs_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL carries signals from one process to another.")


@committing
def test_a_commit_wakes_the_worker_of_this_process_and_a_rollback_does_not(said):
    with transaction.atomic():
        touch([1])
        transaction.set_rollback(True)
    assert not said.is_set()

    with transaction.atomic():
        touch([1])
        assert not said.is_set()
    assert said.is_set()


@committing
def test_a_transaction_wakes_once_even_when_a_part_of_it_is_taken_back(said):
    with mock.patch.object(wakeup, "wake") as wake, transaction.atomic():
        with transaction.atomic():
            touch([1])
            transaction.set_rollback(True)
        for page_id in range(1, 6):
            touch([page_id])

    assert wake.call_count == 1
    assert OutboxEntry.objects.count() == 5


@committing
def test_who_publishes_hears_nothing_of_a_signal_that_cannot_be_sent():
    with (
        mock.patch.object(wakeup, "wake", side_effect=DatabaseError("gone")) as wake,
        transaction.atomic(),
    ):
        touch([1])

    assert wake.called
    assert OutboxEntry.objects.exists()


@committing
def test_a_commit_is_heard_in_other_processes():
    needs_postgresql()
    with connection.copy().cursor() as cursor:
        other = cursor.connection
        cursor.execute(f"LISTEN {wakeup.CHANNEL}")
        touch([1])
        heard = list(other.notifies(timeout=LONG, stop_after=1))
        other.close()

    assert [each.channel for each in heard] == [wakeup.CHANNEL]


@committing
def test_a_worker_hears_others_and_does_so_again_after_it_was_cut_off(said):
    needs_postgresql()

    def listen():
        with suppress(SystemExit):
            wakeup._listen()

    # After the second cut nothing is tried any more, so that the thread ends.
    with mock.patch.object(wakeup.time, "sleep", side_effect=[None, SystemExit]):
        thread = threading.Thread(target=listen)
        thread.start()
        for _time in range(2):
            assert said.wait(LONG), "it does not listen"
            said.clear()
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {wakeup.CHANNEL}")
                assert said.wait(LONG), "it does not hear"
                said.clear()
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s",
                    [f"LISTEN {wakeup.CHANNEL}"],
                )
        thread.join(LONG)
    assert not thread.is_alive()
