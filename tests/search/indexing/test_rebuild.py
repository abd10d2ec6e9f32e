"""A new index beside the one that answers."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import service
from search.indexing import documents
from search.indexing.comparison import compare, sweep
from search.indexing.rebuild import DEAD_AFTER, RebuildRefused, rebuild, roll_back
from search.models import IndexRecord, OutboxEntry, Rebuild
from tests.search.indexing.test_worker import found, lesson

pytestmark = pytest.mark.django_db


def run(command, *arguments):
    output = StringIO()
    call_command(command, *arguments, stdout=output, stderr=output)
    return output.getvalue()


def test_a_rebuild_finds_what_no_event_told(search_index):
    lesson("Une")
    OutboxEntry.objects.all().delete()
    assert found() == []

    done = rebuild(service.engine())

    assert done.documents == 1
    assert found() == ["Une"]
    assert service.engine().live_generation() == done.generation


def test_the_old_index_answers_until_the_new_one_is_full(search_index):
    lesson("Une")
    search_index()
    seen = []
    rebuild(service.engine(), progress=lambda done, total: seen.append(found()))

    assert seen == [["Une"]]


def test_what_changes_during_a_rebuild_is_in_both(search_index, monkeypatch):
    first, second = lesson("Une"), lesson("Deux")
    search_index()

    def meanwhile(done, total):
        first.title = "Autre"
        first.save_revision().publish()
        second.unpublish()
        search_index()

    rebuild(service.engine(), progress=meanwhile)

    assert found() == ["Autre"]
    assert compare(service.engine()).is_healthy
    roll_back(service.engine())
    assert found() == ["Autre"]


def test_a_rebuild_that_dies_leaves_the_old_index_and_the_next_one_clears_up(
    search_index, monkeypatch
):
    lesson("Une")
    search_index()
    live = service.engine().live_generation()
    with monkeypatch.context() as patch:
        patch.setattr(documents, "read", lambda keys: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rebuild(service.engine())
    assert service.engine().live_generation() == live
    assert found() == ["Une"]

    rebuild(service.engine())

    assert len(service.engine().generations()) == 2
    assert found() == ["Une"]


def test_two_rebuilds_do_not_run_at_once_but_a_dead_one_does_not_stand_in_the_way(search_index):
    Rebuild.objects.create(engine=service.engine().name)
    with pytest.raises(RebuildRefused):
        rebuild(service.engine())

    Rebuild.objects.update(seen_at=timezone.now() - 2 * DEAD_AFTER)
    rebuild(service.engine())


def test_going_back_to_the_index_before(search_index):
    lesson("Une")
    rebuild(service.engine())
    before = service.engine().live_generation()
    rebuild(service.engine())

    assert before in run("search_rebuild", "--rollback")
    assert service.engine().live_generation() == before
    assert found() == ["Une"]


def test_health_tells_what_differs_and_reconcile_repairs_it(search_index):
    gone, stale, kept = lesson("Fantôme"), lesson("Ancienne"), lesson("Une")
    search_index()
    missing = lesson("Manque")
    gone.unpublish()
    stale.title = "Nouvelle"
    stale.save_revision().publish()
    assert "on their way: 4" in run("search_health") or OutboxEntry.objects.exists()
    OutboxEntry.objects.all().delete()

    result = compare(service.engine())
    assert result.ghosts == [f"page:{gone.pk}"]
    assert result.stale == [f"page:{stale.pk}"]
    assert result.missing == [f"page:{missing.pk}"]
    with pytest.raises(CommandError):
        run("search_health")

    run("search_reconcile", "--repair")
    search_index()

    run("search_health")
    assert found() == sorted(["Manque", "Nouvelle", "Une"])
    assert kept.live


def test_versions_of_pages_that_are_gone_are_swept_away(search_index):
    page = lesson()
    search_index()
    page.delete()
    assert sweep() == 0
    search_index()

    assert sweep() == 1
    assert not IndexRecord.objects.exists()
