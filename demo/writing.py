"""Pages of the demo, written by their authors and taken through the workflow of the site."""

import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from core.models import User
from demo.content import PageEntry, Scenario
from demo.history import REVIEWED, Archive, Past, backdate
from demo.pages import World, fill
from organizations.models import InternalReviewTask, OrganizationPage, Role
from organizations.services import approve, decide, reject, submit_for_moderation
from practices.adapting import adapt
from practices.models import KnowledgePage

# Pages published since then went through the workflow; the others are the archive.
RECENT = datetime.date(2026, 1, 1)
# What still waits for somebody: these happened days ago, not on a day of the story.
UNDER_WAY = {"in_review", "rejected"}


class PageWriter:
    """Writes pages of the scenario; what else must know of them is added to two lists.

    `archive` is told of those whose past is still to be written, `indexed` of all that the index
    of references must read.
    """

    def __init__(
        self, scenario: Scenario, world: World, archive: Archive, indexed: list[Any]
    ) -> None:
        self.scenario = scenario
        self.world = world
        self.archive = archive
        self.indexed = indexed

    def write(
        self,
        page: Any,
        entry: PageEntry,
        language: str,
        home: OrganizationPage,
        original: KnowledgePage | None = None,
    ) -> Any:
        """Write one language of a page as its author, and bring it where the story has it."""
        author = self.world.users[entry.data["author"]]
        if page is not None:
            page = page.get_latest_revision_as_object()
            fill(page, entry, language, self.world)
            page.save_revision(user=author, log_action=True)
            self._follow_workflow(entry, page, author)
            return self._read_again(page)
        slug = entry.data[language].get("slug", entry.slug)
        moment = self._story_date(entry)
        if source := entry.data.get("adapted_from"):
            page = adapt(self.world.sheets[source], home=home, user=author)
            page.slug = slug
            fill(page, entry, language, self.world)
            page.save()
            return self._finish(page, entry, moment)
        page = entry.model(slug=slug, locale=home.locale, owner=author, live=False)
        if original is not None:
            page.translation_key = original.translation_key
        fill(page, entry, language, self.world)
        if entry.data["state"] == "live" and entry.data["published_on"] < RECENT:
            page.live = True
            page.first_published_at = page.last_published_at = moment
            home.add_child(instance=page)
            page.save_revision(user=author, changed=False, clean=False)
            moderator = self.world.users[entry.data["approved_by"]]
            organization = self.world.organizations[entry.data["organization"]]
            self.archive.pasts.append(Past(page, organization, author, moderator, moment))
            self.indexed.append(page)
            return page
        home.add_child(instance=page)
        return self._finish(page, entry, moment)

    def _finish(self, page: Any, entry: PageEntry, moment: datetime.datetime) -> Any:
        """The page, taken through the workflow as far as the story has it at `moment`."""
        author = self.world.users[entry.data["author"]]
        page.save_revision(user=author, log_action=True, clean=False)
        self._follow_workflow(entry, page, author)
        backdate(page, moment, published=entry.data["state"] == "live")
        return self._read_again(page)

    def _read_again(self, page: KnowledgePage) -> Any:
        """The page as the workflow left it."""
        page = type(page).objects.get(pk=page.pk)
        self.indexed.append(page)
        return page

    def _follow_workflow(self, entry: PageEntry, page: Page, author: User) -> None:
        state = entry.data["state"]
        if state == "draft":
            return
        page = entry.model.objects.get(pk=page.pk)
        if not page.workflow_in_progress:
            submit_for_moderation(page, user=author)
        moment, slug = self._story_date(entry), entry.data["organization"]
        if state == "live":
            if isinstance(page.current_workflow_task, InternalReviewTask):
                reviewer = self._first_with(Role.REVIEWER, slug)
                decide(page, user=reviewer, action="recommend", made_at=moment - REVIEWED)
            moderator = self.world.users[entry.data["approved_by"]]
            approve(page, user=moderator, made_at=moment)
        elif state == "rejected":
            moderator = self._first_with(Role.MODERATOR, slug)
            comment = entry.data["rejection_comment"].strip()
            reject(page, user=moderator, comment=comment, made_at=moment)

    def _first_with(self, role: str, slug: str) -> User:
        key = next(
            person.key for person in self.scenario.people if (slug, role) in person.memberships
        )
        return self.world.users[key]

    def _story_date(self, entry: PageEntry) -> datetime.datetime:
        """When the last thing happened to the page, at a working hour of its own."""
        data = entry.data
        if data["state"] in UNDER_WAY:
            # A moderator who tries the demo finds texts of this week, whenever that is.
            day = timezone.localdate() - datetime.timedelta(days=1 + int(entry.digest[4], 16) % 4)
        else:
            day = data.get("published_on") or data.get("date_end") or data["date_start"]
        minutes = int(entry.digest[:4], 16) % (8 * 60)
        time = datetime.time(9 + minutes // 60, minutes % 60)
        moment = timezone.make_aware(datetime.datetime.combine(day, time))
        return min(moment, timezone.now())
