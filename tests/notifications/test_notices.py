"""Who is told what, once each, and nobody else."""

from typing import Any

import pytest
from django.db import transaction

from notifications.kinds import KINDS, Frequency
from notifications.models import Notice
from notifications.selectors import notices_for
from notifications.services import choose, mark_read, tell
from organizations.moderation.plans import configure_steps
from organizations.services import approve, reject, remove_member, submit_for_moderation
from practices.models import Contribution
from tests.organizations.factories import (
    contributor,
    editor,
    lead,
    moderator,
    organization,
    person,
)
from tests.organizations.world import draft

pytestmark = pytest.mark.django_db


class Scene:
    """An organization with its people, a stranger, and a text that waits for a decision."""

    def __init__(self) -> None:
        self.organization = organization("rives")
        self.author = contributor("autrice", member_of=self.organization)
        self.moderator = moderator("moderatrice", member_of=self.organization)
        self.other_moderator = moderator("moderateur", member_of=self.organization)
        self.lead = lead("coordonnatrice", member_of=self.organization)
        self.credited = editor("creditee", member_of=self.organization)
        self.stranger = moderator("etranger", member_of=organization("ailleurs"))
        home = self.organization.pages.get(locale__language_code="fr")
        self.page = draft(home, self.author, "Le tutorat")
        self.page.contributions = [Contribution(name="C.", user=self.credited)]
        self.page.save_revision(user=self.author)

    def told(self, user: Any) -> list[str]:
        """The kinds of what `user` was told, the oldest first."""
        return list(notices_for(user).order_by("pk").values_list("kind", flat=True))

    def everyone_told(self) -> dict[str, list[str]]:
        people = [self.author, self.moderator, self.other_moderator, self.lead, self.credited]
        told = {each.username: self.told(each) for each in [*people, self.stranger]}
        return {name: kinds for name, kinds in told.items() if kinds}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_submitted_text_is_told_to_those_who_may_decide_on_it_and_to_nobody_else(scene):
    submit_for_moderation(scene.page, user=scene.author)

    assert scene.everyone_told() == {"moderatrice": ["submitted"], "moderateur": ["submitted"]}
    assert "Le tutorat" in notices_for(scene.moderator).get().text


def test_a_text_at_its_internal_review_is_told_to_the_reviewers_for_whom_it_waits(scene):
    person("relectrice", member_of=scene.organization, role="reviewer")
    configure_steps(scene.organization, steps=[("internal_review", 1), ("organization", 1)])

    submit_for_moderation(scene.page, user=scene.author)

    people = Notice.objects.values_list("recipient__username", "kind")
    assert list(people) == [("relectrice", "submitted")]


def test_a_moderator_is_not_asked_to_decide_on_a_text_of_their_own(scene):
    home = scene.organization.pages.get(locale__language_code="fr")
    own = draft(home, scene.moderator, "Ma leçon")

    submit_for_moderation(own, user=scene.moderator)

    assert scene.everyone_told() == {"moderateur": ["submitted"]}


def test_the_author_learns_what_must_change_and_that_the_text_is_approved(scene):
    submit_for_moderation(scene.page, user=scene.author)
    reject(scene.page, user=scene.moderator, comment="Dites où.")

    assert scene.told(scene.author) == ["changes_requested"]
    assert "Dites où." in notices_for(scene.author).get().text

    submit_for_moderation(scene.page, user=scene.author)
    approve(scene.page, user=scene.other_moderator, comment="Bravo !")

    assert scene.told(scene.author) == ["changes_requested", "approved"]
    assert "Bravo !" in notices_for(scene.author).first().text
    assert scene.told(scene.credited) == ["published"]
    assert scene.told(scene.moderator) == ["submitted", "submitted"]
    assert scene.told(scene.stranger) == scene.told(scene.lead) == []


def test_those_who_wrote_a_page_learn_that_it_is_withdrawn(scene):
    submit_for_moderation(scene.page, user=scene.author)
    approve(scene.page, user=scene.moderator)
    scene.page.refresh_from_db()

    scene.page.unpublish(user=scene.moderator)

    assert scene.told(scene.author)[-1] == scene.told(scene.credited)[-1] == "withdrawn"


def test_an_event_is_told_once_however_often_it_is_said(scene):
    for _time in range(3):
        tell([scene.author, scene.author], kind="published", event="e", words={"title": "T"})

    assert Notice.objects.count() == 1


def test_what_is_rolled_back_is_told_to_nobody(scene):
    with transaction.atomic():
        submit_for_moderation(scene.page, user=scene.author)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


def test_who_left_an_organization_reads_no_more_of_it(scene):
    submit_for_moderation(scene.page, user=scene.author)
    assert scene.told(scene.moderator)

    remove_member(scene.organization, user=scene.moderator)

    assert scene.told(scene.moderator) == []


def test_an_account_that_is_closed_is_told_nothing(scene):
    scene.other_moderator.is_active = False
    scene.other_moderator.save()

    submit_for_moderation(scene.page, user=scene.author)

    assert list(Notice.objects.values_list("recipient", flat=True)) == [scene.moderator.pk]


def test_a_choice_holds_for_what_happens_afterwards(scene):
    choose(scene.moderator, choices={"submitted": "weekly"})

    submit_for_moderation(scene.page, user=scene.author)

    assert notices_for(scene.moderator).get().frequency == Frequency.WEEKLY
    assert notices_for(scene.other_moderator).get().frequency == Frequency.IMMEDIATE


def test_reading_one_notice_leaves_the_others_and_those_of_other_people(scene):
    for number in range(2):
        tell([scene.author, scene.lead], kind="published", event=f"e{number}", words={"title": "T"})
    first = notices_for(scene.author).first()

    assert mark_read(scene.author, ids=[first.pk, notices_for(scene.lead).first().pk]) == 1
    assert notices_for(scene.author).unread().count() == 1
    assert notices_for(scene.lead).unread().count() == 2


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_can_be_said_with_words_that_are_dangerous_or_missing(kind):
    words = {"title": "100 % <b>", "person": "%(x)s", "comment": ""}

    assert "100 % <b>" in Notice(kind=kind.name, words=words).text
