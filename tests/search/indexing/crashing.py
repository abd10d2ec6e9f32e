"""Kills what indexes at random moments; a process of its own, started by test_crashes.py.

`python crashing.py worker|rebuild TIMES` forks a child that edits pages and indexes, or rebuilds,
and kills it in the middle, `TIMES` times over.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta

import django

ROUND_SECONDS = 0.25


def edit_and_index() -> None:
    """Edit every page, a transaction each, and have the worker follow."""
    from django.db import transaction

    from practices.models import LessonPage
    from search.indexing import worker
    from search.indexing.outbox import touch

    worker.LEASE = timedelta(milliseconds=50)
    while True:
        for page_id in LessonPage.objects.order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                LessonPage.objects.filter(pk=page_id).update(
                    title=f"Leçon {random.random()}", live=random.random() < 0.8
                )
                touch([page_id])
            if random.random() < 0.3:
                worker.drain(3)


def rebuild_again_and_again() -> None:
    """Rebuild, however the rebuild before has ended."""
    from search import service
    from search.indexing import rebuild

    rebuild.DEAD_AFTER = timedelta(0)
    while True:
        rebuild.rebuild(service.engine(), batch=2)


def main(what: str, times: int) -> None:
    """Fork, wait a moment, kill."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.settings.dev")
    django.setup()
    work = {"worker": edit_and_index, "rebuild": rebuild_again_and_again}[what]
    for _time in range(times):
        child = os.fork()
        if not child:
            try:
                work()
            finally:
                os._exit(1)
        time.sleep(random.uniform(0.01, ROUND_SECONDS))
        os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit("The work ended by itself: see the error above.")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
