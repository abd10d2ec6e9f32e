"""Whatever editors, workers and accidents do in whatever order: a viewer finds what they may read.

A state machine plays any sequence of events; the answer is then worked out from the database alone,
page by page, and compared with what each viewer finds.
"""

from contextlib import suppress
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from wagtail.models import Page, PageViewRestriction

from core.models import User
from organizations.models import Membership, OrganizationPage, SharingLevel
from practices.models import LessonPage
from search import service
from search.audience import audience_of
from search.core.documents import Write
from search.core.query import SearchQuery
from search.indexing import ledger, worker
from search.indexing.comparison import compare
from search.indexing.rebuild import rebuild
from search.models import OutboxEntry
from tests.organizations.factories import organization, person
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db

WORDS = st.sampled_from(["tutorat", "évaluation", "mentorat", "accueil"])
LEVELS = st.sampled_from(SharingLevel.values)
# Which page an event is about: a number that is brought into the range of those there are.
ANY = st.integers(0, 1_000)


class Killed(BaseException):
    """The worker has died at this place."""


class Community(RuleBasedStateMachine):
    """Two organizations, their sections, their pages, one outbox and one index."""

    viewers: list[User | None]
    sections: list[OrganizationPage]

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.late: list[Write] = []
        self.made = 0
        rebuild(service.engine())

    def _page(self, number: int) -> LessonPage:
        pages = LessonPage.objects.order_by("pk")
        return pages[number % len(pages)]

    def _has_pages(self) -> bool:
        return LessonPage.objects.exists()

    # What editors do

    @rule(word=WORDS, section=ANY, level=LEVELS)
    def create(self, word: str, section: int, level: str) -> None:
        parent = Page.objects.get(pk=self.sections[section % 2].pk).specific
        slug = f"{word}-{self.made}"
        self.made += 1
        page = LessonFactory(title=word, slug=slug, parent=parent, sharing_level=level)
        page.save_revision().publish()

    @precondition(_has_pages)
    @rule(number=ANY, word=WORDS)
    def edit(self, number: int, word: str) -> None:
        page = self._page(number).get_latest_revision_as_object()
        page.title = word
        page.save_revision()

    @precondition(_has_pages)
    @rule(number=ANY)
    def publish(self, number: int) -> None:
        self._page(number).get_latest_revision().publish()

    @precondition(_has_pages)
    @rule(number=ANY)
    def unpublish(self, number: int) -> None:
        self._page(number).unpublish()

    @precondition(_has_pages)
    @rule(number=ANY)
    def delete(self, number: int) -> None:
        self._page(number).delete()

    @precondition(_has_pages)
    @rule(number=ANY, section=ANY)
    def move(self, number: int, section: int) -> None:
        target = Page.objects.get(pk=self.sections[section % 2].pk)
        self._page(number).move(target, pos="last-child")

    @precondition(_has_pages)
    @rule(number=ANY, level=LEVELS, shared=st.booleans())
    def share(self, number: int, level: str, shared: bool) -> None:
        page = self._page(number).get_latest_revision_as_object()
        page.sharing_level = level
        page.co_organizations = [each.organization for each in self.sections] if shared else []
        page.save_revision().publish()

    @rule(number=ANY, section=ANY, whole=st.booleans())
    def restrict_or_open(self, number: int, section: int, whole: bool) -> None:
        if whole or not self._has_pages():
            target = Page.objects.get(pk=self.sections[section % 2].pk)
        else:
            target = Page.objects.get(pk=self._page(number).pk)
        found = PageViewRestriction.objects.filter(page=target)
        if found:
            for restriction in found:
                restriction.delete()
        else:
            PageViewRestriction.objects.create(page=target, restriction_type="login")

    @rule(section=ANY, slug=st.sampled_from(["ici", "la-bas", "ailleurs"]))
    def rename_a_section(self, section: int, slug: str) -> None:
        page = Page.objects.get(pk=self.sections[section % 2].pk).specific
        page.slug = f"{slug}-{section % 2}"
        page.save_revision().publish()

    # What workers do, and what becomes of them

    @rule(batch=st.integers(1, 5))
    def work(self, batch: int) -> None:
        worker.work_once(batch)

    @rule(batch=st.integers(1, 5), place=st.sampled_from(["_claim", "write_everywhere", "_finish"]))
    def die(self, batch: int, place: str) -> None:
        real = getattr(worker, place)

        def dying(*args: Any) -> Any:
            real(*args)
            raise Killed

        with mock.patch.object(worker, place, dying), suppress(Killed):
            worker.work_once(batch)

    @rule()
    def leases_end(self) -> None:
        OutboxEntry.objects.update(claimed_until=None, due_at=timezone.now())

    @precondition(_has_pages)
    @rule(number=ANY)
    def read_and_fall_asleep(self, number: int) -> None:
        writes, _errors = ledger.read_as_writes([f"page:{self._page(number).pk}"])
        self.late += writes

    @rule()
    def wake_up_and_write(self) -> None:
        late, self.late = self.late, []
        if late:
            worker.write_to_generations(service.engine(), late[::-1])

    @rule()
    def make_anew(self) -> None:
        rebuild(service.engine())

    # What must be true in the end

    def teardown(self) -> None:
        try:
            self.wake_up_and_write()
            self.leases_end()
            worker.drain()
            service.engine().refresh()
            assert not OutboxEntry.objects.exists()
            for viewer in self.viewers:
                query = SearchQuery("fr", audience_of(viewer), size=100)
                results = service.search(query)
                assert not results.degraded
                found = {(hit.stored["title"], hit.stored["url"]) for hit in results.hits}
                expected = readable(viewer)
                assert found == expected
                assert results.total == len(expected)
            assert compare(service.engine()).is_healthy
        finally:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)


def readable(viewer: User | None) -> set[tuple[str, str]]:
    """Title and address of what `viewer` may read, asked of one page after the other."""
    mine = set(Membership.objects.filter(user=viewer).values_list("organization_id", flat=True))
    found = set()
    for page in LessonPage.objects.all():
        owners = {page.organization_id, *(each.pk for each in page.co_organizations.all())}
        may_read = (
            page.sharing_level == SharingLevel.PUBLIC
            or (page.sharing_level == SharingLevel.COMMUNITY and bool(mine))
            or bool(mine & owners)
        )
        if page.live and may_read and not page.get_view_restrictions().exists():
            found.add((page.title, page.url))
    return found


def test_whatever_happens_everybody_finds_what_they_may_read_and_nothing_else(search_index):
    ours, theirs = organization("rives"), organization("ailleurs")
    Community.sections = [each.pages.get(locale__language_code="fr") for each in (ours, theirs)]
    Community.viewers = [
        None,
        person("passant"),
        person("voisine", member_of=ours),
        person("collegue", member_of=theirs),
    ]
    run_state_machine_as_test(
        Community,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
