"""Every kind of person, before everything that one organization has, in every state.

Each object has a word in its name that nothing else has, so that an answer that tells of it gives
itself away.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import wagtail_factories
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Page

from accounts.services import invite
from core.models import User
from notifications.models import Notice, SavedSearch
from organizations.models import (
    CommunityMembership,
    CommunityRole,
    DecisionLetter,
    Membership,
    Organization,
    Role,
)
from organizations.moderation.appeals import file_appeal
from organizations.moderation.plans import configure_steps
from organizations.services import approve, reject, submit_for_moderation
from practices.models import KnowledgePage, LessonPage
from practices.models.knowledge import RETIRED
from practices.remarks import write_remark
from practices.services import move_to_status
from tests.organizations.agreements import signed
from tests.organizations.factories import organization, person
from tests.organizations.world import document_in, draft, published
from tests.permissions.asking import Browser
from tests.practices.factories import term

STAFF = (Role.CONTRIBUTOR, Role.EDITOR, Role.MODERATOR, Role.LEAD)
# Who they are, in the order of the report.
ROLES = (
    "anonymous",
    *(f"{role}_a" for role in Role),
    *(f"{role}_b" for role in Role),
    "partner",
    "facilitator",
    "administrator",
)
LEVELS = ("public", "community", "partners", "organization")
STATES = ("draft", "in_review", "sent_back", "scheduled", *LEVELS, "expired", "retired")
# Who could read these pages before they expired or were retired.
SHARED_AS = {"expired": "public", "retired": "partners"}


def marker(name: str) -> str:
    """The word that only the object `name` has in its name."""
    return f"zq{name.replace('_', '')}zq"


def reads(role: str, state: str) -> bool:
    """Whether this person may read the page in this state, at any door for readers.

    Who could read a retired page still can, and learns that it is retired.
    """
    if state == "retired":
        return reads(role, SHARED_AS[state])
    if state not in LEVELS:
        return False
    readers = {
        "public": lambda: True,
        "community": lambda: role not in ("anonymous", "facilitator", "administrator"),
        "partners": lambda: role == "partner" or role.endswith("_a"),
        "organization": lambda: role.endswith("_a"),
    }
    return readers[state]()


def knows(role: str, state: str) -> bool:
    """Whether this person may know, at any door, that the page in this state exists."""
    return role == "administrator" or role in {f"{each}_a" for each in STAFF} or reads(role, state)


def belongs(role: str) -> bool:
    """Whether this person may know of the files and people of the organization in the admin."""
    return role == "administrator" or role in {f"{each}_a" for each in STAFF}


@dataclass
class Object:
    """Something that a route can name: its number, its marker, and who may know of it."""

    name: str
    pk: Any
    known_to: Callable[[str], bool]
    # Whether its name is for those only who know of it.
    is_secret: bool = True

    @property
    def marker(self) -> str:
        """The word that only this has in its name."""
        return marker(self.name)


@dataclass
class World:
    """The organization with all it has, two others, and sixteen kinds of people."""

    own: Organization
    people: dict[str, User]
    objects: dict[str, Object] = field(default_factory=dict)

    def browser(self, role: str) -> Browser:
        """A browser in which this person has signed in."""
        browser = Browser(raise_request_exception=False)
        if role != "anonymous":
            browser.force_login(self.people[role])
        return browser

    def user(self, role: str) -> User | AnonymousUser:
        """The person, fresh from the database."""
        return AnonymousUser() if role == "anonymous" else User.objects.get(pk=self.people[role].pk)

    def add(self, name: str, pk: Any, known_to: Callable[[str], bool], **more: bool) -> None:
        """Note an object that routes can name."""
        self.objects[name] = Object(name, pk, known_to, **more)


def build() -> World:
    """Make everything; the same in each test."""
    own, other, partner = organization("rives"), organization("ailleurs"), organization("associee")
    people = {f"{role}_a": person(f"{role}-a", member_of=own, role=role) for role in Role}
    people |= {f"{role}_b": person(f"{role}-b", member_of=other, role=role) for role in Role}
    people["partner"] = person("partner", member_of=partner, role=Role.READER)
    people["facilitator"] = person("facilitator")
    CommunityMembership.objects.create(user=people["facilitator"], role=CommunityRole.FACILITATOR)
    people["administrator"] = User.objects.create_superuser(
        "administrator", "administrator@example.org", "a long secret"
    )
    world = World(own, people)
    agreement = signed(own, partner, title_fr=f"Entente {marker('agreement')}", may_comment=True)
    # It is public, and named on the pages of the parties; managing it is for their leads.
    managers = ("administrator", "lead_a")
    world.add("agreement", agreement.pk, lambda role: role in managers, is_secret=False)
    _pages(world)
    _remark(world, partner)
    _files(world)
    _others(world)
    return world


def _pages(world: World) -> None:
    home = world.own.pages.get(locale__language_code="fr")
    author, decider = world.people["contributor_a"], world.people["moderator_a"]

    def made(state: str, **fields: Any) -> LessonPage:
        return draft(home, author, f"Titre {marker(state)}", **fields)

    def submitted(state: str, **fields: Any) -> LessonPage:
        page = made(state, **fields)
        submit_for_moderation(page, user=author)
        return page

    pages: dict[str, Page] = {"draft": made("draft"), "in_review": submitted("in_review")}
    pages["sent_back"] = submitted("sent_back")
    reject(pages["sent_back"], user=decider, comment="Dites où.")
    letter = DecisionLetter.objects.get(page=pages["sent_back"])
    appeal = file_appeal(letter, user=author, statement="Regardez encore.")
    # The minutes leave time for the test.
    pages["scheduled"] = submitted("scheduled", go_live_at=timezone.now() + timedelta(days=9))
    approve(pages["scheduled"], user=decider)
    for name in (*LEVELS, *SHARED_AS):
        sharing = SHARED_AS.get(name, name)
        title = f"Titre {marker(name)}"
        pages[name] = published(home, author, title, sharing_level=sharing)
    pages["expired"].unpublish(set_expired=True)
    term("status", RETIRED)
    move_to_status(pages["retired"], user=decider, status=RETIRED, reason="Plus personne.")
    for state in STATES:
        world.add(state, pages[state].pk, lambda role, state=state: knows(role, state))
    waiting = pages["in_review"]
    state = waiting.current_workflow_state
    world.add("workflow_state", state.pk, belongs)
    world.add("task_state", state.current_task_state_id, belongs)
    world.add("revision", waiting.latest_revision_id, belongs)

    def concerned(role: str) -> bool:
        return role in ("administrator", "contributor_a", "moderator_a", "lead_a")

    world.add("letter", letter.pk, concerned)
    world.add("appeal", appeal.pk, concerned)


def _remark(world: World, partner: Organization) -> None:
    """What an editor of the partner wrote about the public page, to those who work on it."""
    page = KnowledgePage.objects.get(pk=world.objects["public"].pk)
    remark = write_remark(
        page,
        user=person("partner-editor", member_of=partner, role=Role.EDITOR),
        organization=partner,
        text=f"Remarque {marker('remark')}",
    )
    workers = {"administrator", *(f"{role}_a" for role in STAFF)}
    world.add("remark", remark.pk, lambda role: role in workers)


def _files(world: World) -> None:
    collection = world.own.collection
    image = wagtail_factories.ImageFactory(title=marker("image"), collection=collection)
    world.add("image", image.pk, belongs)
    world.add("document", document_in(world.own, marker("document")).pk, belongs)
    world.add("collection", collection.pk, belongs)


def _others(world: World) -> None:
    own, people = world.own, world.people

    def leads(role: str) -> bool:
        return role in ("administrator", "lead_a")

    def administers(role: str) -> bool:
        return role == "administrator"

    world.add("owner", own.pk, leads)
    world.add("plan", configure_steps(own, steps=[("organization", 1)]).pk, leads)
    membership = Membership.objects.get(user=people["contributor_a"])
    world.add("membership", membership.pk, leads)
    invitation = invite(
        own, email=f"{marker('invitation')}@example.org", role="editor", by=people["lead_a"]
    )
    world.add("invitation", invitation.pk, leads)
    facilitation = CommunityMembership.objects.get(user=people["facilitator"])
    world.add("community_role", facilitation.pk, administers)
    notice = Notice.objects.filter(recipient=people["moderator_a"], kind="submitted").first()
    world.add("notice", notice.pk, lambda role: role == "moderator_a")
    saved = SavedSearch.objects.create(
        user=people["moderator_a"], name=marker("saved_search"), query="q=x", language="fr"
    )
    world.add("saved_search", saved.pk, lambda role: role == "moderator_a")
    for name, pk in {
        "user": people["contributor_a"].pk,
        "group": own.role_groups.get(role=Role.EDITOR).group_id,
        "task": own.approval_task.pk,
        "workflow": own.workflow_id,
    }.items():
        world.add(name, pk, administers)
