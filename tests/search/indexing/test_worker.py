"""From a change in the database to the index, through the outbox."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import Page, PageViewRestriction

from organizations.models import SharingLevel
from practices.models import LessonPage
from search import registry, service
from search.audience import PUBLIC
from search.core.engine import SearchUnavailable
from search.core.query import SearchQuery
from search.indexing import worker
from search.indexing.comparison import compare
from search.models import IndexRecord, OutboxEntry
from tests.practices.factories import LessonFactory, PracticeSheetFactory, organization_page, term

pytestmark = pytest.mark.django_db


def found(text="", audience=PUBLIC):
    """The titles that a viewer finds."""
    results = service.search(SearchQuery("fr", audience, text, size=100, sort="title"))
    assert not results.degraded
    return [hit.stored["title"] for hit in results.hits]


def lesson(title="Leçon", **fields):
    page = LessonFactory(title=title, **fields)
    page.save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)


def healthy():
    result = compare(service.engine())
    return result.is_healthy and not result.waiting


def test_a_published_page_is_found_and_a_draft_of_it_is_not(search_index):
    page = lesson("Échafaudage")
    page.title = "Brouillon"
    page.save_revision()
    search_index()

    assert found("echafaudage") == ["Échafaudage"]
    assert found("brouillon") == []
    assert healthy()


def test_an_unpublished_page_is_found_no_more(search_index):
    page = lesson()
    search_index()
    page.unpublish()
    search_index()

    assert found() == []
    assert healthy()


def test_every_page_of_a_deleted_section_is_found_no_more(search_index):
    lesson("Une")
    lesson("Deux")
    search_index()
    assert found() == ["Deux", "Une"]

    organization_page().delete()
    search_index()

    assert found() == []
    assert healthy()


def test_a_moved_section_is_found_at_its_new_address_and_owner(search_index):
    page = lesson("Une")
    search_index()
    page.move(organization_page("ailleurs"), pos="last-child")
    search_index()

    (hit,) = service.search(SearchQuery("fr", PUBLIC)).hits
    assert hit.stored["url"] == LessonPage.objects.get(pk=page.pk).url
    assert healthy()


def test_a_renamed_section_gives_its_pages_new_addresses(search_index):
    lesson("Une")
    search_index()
    section = organization_page()
    section.slug = "nouveau-nom"
    section.save_revision().publish()
    search_index()

    (hit,) = service.search(SearchQuery("fr", PUBLIC)).hits
    assert "/nouveau-nom/" in hit.stored["url"]
    assert healthy()


def test_what_is_made_private_leaves_and_comes_back(search_index):
    lesson("Une")
    search_index()
    restriction = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=organization_page().pk), restriction_type="login"
    )
    search_index()
    assert found() == []

    restriction.delete()
    search_index()
    assert found() == ["Une"]
    assert healthy()


def test_a_new_sharing_level_changes_who_finds_a_page(search_index):
    page = lesson("Une")
    search_index()
    page.sharing_level = SharingLevel.ORGANIZATION
    page.save_revision().publish()
    search_index()

    assert found() == []
    assert found(audience=frozenset({f"org:{page.organization_id}"})) == ["Une"]


def test_a_renamed_term_organization_or_tag_is_searched_under_its_new_name(search_index):
    theme = term("theme", "retour", label_fr="Rétroaction")
    page = PracticeSheetFactory(title="Fiche", themes=[theme], tags=["pairs"])
    page.save_revision().publish()
    search_index()
    assert found("rétroaction") == found("pairs") == ["Fiche"]

    theme.label_fr = "Commentaires"
    theme.save()
    page.organization.name_fr = "Université des Rives"
    page.organization.save()
    tag = Tag.objects.get(name="pairs")
    tag.name = "camarades"
    tag.save()
    search_index()

    assert found("commentaires") == found("rives") == found("camarades") == ["Fiche"]
    assert found("rétroaction") == found("pairs") == []
    assert healthy()


def test_a_renamed_broader_term_concerns_the_pages_of_its_narrower_ones(search_index):
    broad = term("theme", "evaluation")
    narrow = term("theme", "formative", parent=broad)
    page = PracticeSheetFactory(themes=[narrow])
    page.save_revision().publish()
    search_index()

    broad.slug = "mesure"
    broad.save()
    search_index()

    query = SearchQuery("fr", PUBLIC, selections={"theme": frozenset({"mesure"})})
    assert service.search(query).total == 1
    assert healthy()


def test_what_is_rolled_back_leaves_nothing_to_index(search_index):
    page = lesson()
    search_index()

    with transaction.atomic():
        page.title = "Jamais"
        page.save_revision().publish()
        transaction.set_rollback(True)

    assert not OutboxEntry.objects.exists()
    assert found() == ["Leçon"]


def test_many_changes_of_a_page_are_one_write(search_index):
    page = lesson()
    search_index()
    for number in range(5):
        page.title = f"Leçon {number}"
        page.save_revision().publish()

    outcome = search_index()

    assert outcome.taken >= 5
    assert outcome.written == 1
    assert found() == ["Leçon 4"]


def test_a_section_of_a_thousand_pages_is_noted_in_few_queries(
    search_index, django_assert_max_num_queries
):
    section = organization_page()
    first = LessonFactory()
    # Rows of the tree are enough here: nothing is read of the pages themselves.
    Page.objects.bulk_create(
        Page(
            path=f"{section.path}{number + 5000:04d}",
            depth=first.depth,
            title=f"Leçon {number}",
            slug=f"lecon-de-masse-{number}",
            url_path=f"{section.url_path}lecon-de-masse-{number}/",
            content_type=first.content_type,
            locale=first.locale,
        )
        for number in range(1_000)
    )
    search_index()
    # SQLite takes some hundred rows in one statement.
    with django_assert_max_num_queries(20):
        PageViewRestriction.objects.create(
            page=Page.objects.get(pk=section.pk), restriction_type="login"
        )
    assert OutboxEntry.objects.count() >= 1_001


def test_the_versions_of_a_document_grow_also_past_those_of_a_newer_index(search_index):
    lesson("Une")
    search_index()
    # As after a backup of the database is restored beside the index of today.
    IndexRecord.objects.all().delete()
    lesson("Deux")
    page = LessonPage.objects.get(title="Une")
    page.title = "Autre"
    page.save_revision().publish()
    search_index()

    assert found() == ["Autre", "Deux"]
    assert healthy()


def test_a_scheduled_end_takes_a_page_out_although_wagtail_saves_it_as_a_bare_page(search_index):
    page = lesson("Une")
    search_index()
    Page.objects.get(pk=page.pk).unpublish()
    search_index()

    assert found() == []
    assert healthy()


def test_what_cannot_be_read_is_not_found_until_it_can(search_index, monkeypatch):
    page = lesson("Une")
    search_index()
    profile = registry.profile_of("practices.LessonPage")

    def broken(page_ids):
        LessonPage.objects.extra(where=["no_such_column = 1"]).count()

    with monkeypatch.context() as patch:
        patch.setitem(registry._profiles, profile.model, replace(profile, documents=broken))
        page.save_revision().publish()
        assert search_index().failed
        assert found() == []

    OutboxEntry.objects.update(due_at=timezone.now())
    search_index()
    assert found() == ["Une"]


def test_what_was_given_up_is_answered_by_the_next_change_of_the_page(search_index):
    page = lesson("Une")
    search_index()
    OutboxEntry.objects.create(key=f"page:{page.pk}", is_dead=True, error="refused")
    page.save_revision().publish()
    search_index()
    assert not OutboxEntry.objects.exists()


def test_an_index_that_is_missing_is_made_before_anything_is_written_to_it(search_index, settings):
    lesson("Une")
    search_index()
    settings.SEARCH_DATA_DIR = settings.SEARCH_DATA_DIR / "elsewhere"
    service.reset()
    lesson("Deux")
    search_index()

    assert found() == ["Deux", "Une"]


class _Failing:
    """The engine, but for writes of some keys or for all of them."""

    def __init__(self, engine, *, keys=(), away=False):
        self._engine, self._keys, self._away = engine, set(keys), away

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def write(self, batch, *, generation=""):
        if self._away:
            raise SearchUnavailable("no answer")
        good = [write for write in batch if write.key not in self._keys]
        from search.core.engine import WriteOutcome

        return self._engine.write(good, generation=generation) + [
            WriteOutcome(write.key, error="refused") for write in batch if write.key in self._keys
        ]


def failing(monkeypatch, **how):
    engine = _Failing(service.engine(), **how)
    monkeypatch.setattr(service, "engine", lambda: engine)


def test_a_refused_document_does_not_hold_up_the_others_and_is_given_up_at_last(
    search_index, monkeypatch
):
    bad, good = lesson("Mauvaise"), lesson("Bonne")
    key = f"page:{bad.pk}"
    with monkeypatch.context() as patch:
        failing(patch, keys=[key])
        for _attempt in range(worker.MAX_ATTEMPTS):
            OutboxEntry.objects.update(due_at=timezone.now())
            search_index()
    assert found() == ["Bonne"]
    assert good.pk
    entries = OutboxEntry.objects.filter(key=key)
    assert all(entry.is_dead and entry.error == "refused" for entry in entries)
    assert compare(service.engine()).missing == [key]


def test_an_attempt_waits_longer_than_the_one_before(search_index, monkeypatch):
    page = lesson()
    waits = []
    with monkeypatch.context() as patch:
        failing(patch, keys=[f"page:{page.pk}"])
        for _attempt in range(4):
            OutboxEntry.objects.update(due_at=timezone.now())
            before = timezone.now()
            search_index()
            waits.append((OutboxEntry.objects.first().due_at - before).total_seconds())
    assert waits == sorted(waits)


def test_while_the_engine_is_away_everything_waits_and_nothing_is_given_up(
    search_index, monkeypatch
):
    lesson("Une")
    with monkeypatch.context() as patch:
        failing(patch, away=True)
        for _attempt in range(worker.MAX_ATTEMPTS * 2):
            OutboxEntry.objects.update(due_at=timezone.now())
            assert search_index().away
    assert not OutboxEntry.objects.dead().exists()
    OutboxEntry.objects.update(due_at=timezone.now())
    search_index()
    assert found() == ["Une"]


def test_a_document_that_cannot_be_built_does_not_hold_up_the_others(search_index, monkeypatch):
    bad, _good = lesson("Mauvaise"), lesson("Bonne")
    profile = registry.profile_of("practices.LessonPage")
    assert profile

    def documents(page_ids):
        if bad.pk in page_ids:
            raise ValueError("broken")
        return profile.documents(page_ids)

    monkeypatch.setitem(registry._profiles, profile.model, replace(profile, documents=documents))
    assert search_index().failed

    assert found() == ["Bonne"]
    assert "broken" in OutboxEntry.objects.first().error


def test_what_a_dead_worker_held_is_taken_up_when_its_lease_ends(search_index):
    lesson("Une")
    worker._claim("a worker that dies", 100)
    assert search_index().taken == 0

    OutboxEntry.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    search_index()

    assert found() == ["Une"]
    assert not OutboxEntry.objects.exists()


def test_a_late_write_of_an_older_version_changes_nothing(search_index):
    from search.indexing import ledger

    page = lesson("Vieille")
    key = f"page:{page.pk}"
    late, _errors = ledger.read_as_writes([key])
    page.title = "Neuve"
    page.save_revision().publish()
    search_index()

    worker.write_to_generations(service.engine(), late)

    assert found() == ["Neuve"]
    assert healthy()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_index_everything_once_each(search_index):
    for number in range(20):
        lesson(f"Leçon {number}")
    taken = []

    def work():
        try:
            while count := worker.work_once(3).taken:
                taken.append(count)
        finally:
            connection.close()

    waiting = OutboxEntry.objects.count()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(taken) == waiting
    service.engine().refresh()
    assert len(found()) == 20
    assert healthy()
