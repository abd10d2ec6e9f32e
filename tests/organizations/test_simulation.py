"""What the simulator says is what happens, and what it says of the past is what happened."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from core.models import User
from organizations.agreements import services
from organizations.agreements.simulation import agreement_effect, level_effect, readers_on
from organizations.models import (
    Agreement,
    Membership,
    MembershipPeriod,
    Role,
    SharingLevel,
    SharingPeriod,
)
from organizations.models.agreements import today
from organizations.services import add_member, remove_member
from organizations.visibility import visible_q
from practices.models import CaseStudyPage, KnowledgePage, LessonPage
from tests.organizations.agreements import drafted, leader_of, sign, signed
from tests.organizations.factories import editor, organization
from tests.practices.factories import CaseStudyFactory, LessonFactory, term

SLUGS = ["une", "deux", "trois"]
agreements = st.fixed_dictionaries(
    {
        "parties": st.lists(st.sampled_from(SLUGS), min_size=2, unique=True),
        "themes": st.lists(
            st.sampled_from(["mesure", "pairs", "accueil"]), max_size=2, unique=True
        ),
        "types": st.lists(st.sampled_from([LessonPage, CaseStudyPage]), max_size=1),
        "one_way": st.booleans(),
        "may_see": st.sampled_from([True, True, False]),
    }
)


def what_everybody_sees() -> dict[int, set[int]]:
    """The pages that each account may read, asked of the database."""
    return {
        user.pk: set(
            KnowledgePage.objects.live().filter(visible_q(user)).values_list("pk", flat=True)
        )
        for user in User.objects.filter(is_active=True, memberships__isnull=False).distinct()
    }


def told(effect: Any) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """What the simulation says that people gain and lose."""
    return (
        {(person, each.page.pk) for each in effect.changes for person in each.gained},
        {(person, each.page.pk) for each in effect.changes for person in each.lost},
    )


def happened(before: Any, after: Any) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """What people gained and lost."""
    pairs_before = {(person, page) for person, pages in before.items() for page in pages}
    pairs_after = {(person, page) for person, pages in after.items() for page in pages}
    return pairs_after - pairs_before, pairs_before - pairs_after


class TestSimulation(HypothesisTestCase):
    """Simulated, then done."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.organizations = {slug: organization(slug) for slug in SLUGS}
        root = term("theme", "mesure")
        cls.themes = {
            "mesure": root,
            "pairs": term("theme", "pairs", parent=root),
            "accueil": term("theme", "accueil"),
        }
        for slug, owner in cls.organizations.items():
            leader_of(owner)
            home = owner.pages.get(locale__language_code="fr")
            for factory in (LessonFactory, CaseStudyFactory):
                factory(parent=home, sharing_level="partners", themes=[cls.themes["pairs"]])
            LessonFactory(parent=home, sharing_level="partners", themes=[cls.themes["accueil"]])
            LessonFactory(parent=home, sharing_level="partners", live=False)
            LessonFactory(
                parent=home,
                sharing_level="partners",
                co_organizations=[cls.organizations["trois"]] if slug != "trois" else [],
            )
            LessonFactory(parent=home, sharing_level="organization")
        # Of two organizations at once, and of one whose account is closed.
        both = editor("both", member_of=cls.organizations["une"])
        add_member(cls.organizations["deux"], user=both, role=Role.READER)
        gone = editor("gone", member_of=cls.organizations["deux"])
        User.objects.filter(pk=gone.pk).update(is_active=False)

    def make(self, case: dict[str, Any]) -> Any:
        parties = [self.organizations[slug] for slug in case["parties"]]
        return drafted(
            *parties,
            may_see=case["may_see"],
            may_comment=True,
            themes=[self.themes[name] for name in case["themes"]],
            content_types=[ContentType.objects.get_for_model(each) for each in case["types"]],
            covered_organizations=parties[:1] if case["one_way"] else [],
        )

    @settings(max_examples=25, deadline=None)
    @given(
        others=st.lists(agreements, max_size=2),
        case=agreements,
        act=st.sampled_from(["sign", "suspend", "resume", "end", "change"]),
        change=agreements,
    )
    def test_what_an_agreement_is_said_to_change_is_what_it_changes(
        self, others, case, act, change
    ):
        for other in others:
            made = self.make(other)
            sign(made, made.parties.all())
        agreement = self.make(case)
        user = leader_of(agreement.proposed_by)
        parties = list(agreement.parties.all())
        if act == "change":
            sign(agreement, parties)
            agreement = services.change_agreement(
                agreement,
                user=user,
                themes=[self.themes[name] for name in change["themes"]],
                may_see=change["may_see"],
            )
            act = "sign"
        elif act != "sign":
            sign(agreement, parties)
        if act == "resume":
            services.suspend_agreement(agreement, user=user, reason="r")
        said = told(agreement_effect(agreement, act))
        before = what_everybody_sees()
        match act:
            case "sign":
                sign(agreement, parties)
            case "suspend":
                services.suspend_agreement(agreement, user=user, reason="r")
            case "resume":
                services.resume_agreement(agreement, user=user)
            case "end":
                services.end_agreement(agreement, user=user, reason="r")
        assert said == happened(before, what_everybody_sees())

    @settings(max_examples=25, deadline=None)
    @given(
        others=st.lists(agreements, min_size=1, max_size=3),
        level=st.sampled_from(SharingLevel.values),
        number=st.integers(0, 100),
    )
    def test_what_a_level_is_said_to_change_is_what_it_changes(self, others, level, number):
        for other in others:
            made = self.make(other)
            sign(made, made.parties.all())
        pages = KnowledgePage.objects.live().order_by("pk")
        page = pages[number % pages.count()].specific
        effect = level_effect(page, level)
        before = what_everybody_sees()
        page.sharing_level = level
        page.save()
        assert told(effect) == happened(before, what_everybody_sees())
        assert effect.opened == (level == "public")


@pytest.mark.django_db
def test_the_numbers_are_of_people_and_of_their_organizations():
    une, deux = organization("une"), organization("deux")
    editor(member_of=deux)
    home = une.pages.get(locale__language_code="fr")
    page = LessonFactory(parent=home, sharing_level="partners")
    agreement = drafted(une, deux)
    leader_of(deux)

    gained = agreement_effect(agreement, "sign").gained
    assert (gained.pages, len(gained.people), gained.by_organization) == (
        [page.pk],
        2,
        {deux.pk: 2},
    )


@pytest.mark.django_db
def test_the_past_is_told_as_it_was():
    une, deux = organization("une"), organization("deux")
    reader = editor("lectrice", member_of=deux)
    home = une.pages.get(locale__language_code="fr")
    page = LessonFactory(parent=home, sharing_level="partners")
    agreement = signed(une, deux)

    # What follows happened three days ago.
    back = timedelta(days=3)
    Agreement.objects.filter(pk=agreement.pk).update(
        signed_at=timezone.now() - back, starts_on=today() - back
    )
    SharingPeriod.objects.update(since=timezone.now() - back)
    type(page).objects.update(first_published_at=timezone.now() - back)
    MembershipPeriod.objects.update(since=timezone.now() - back)
    page.refresh_from_db()
    yesterday = today() - timedelta(days=1)
    then = readers_on(page, yesterday)
    assert reader.pk in then.readers.people

    remove_member(deux, user=reader)
    page.sharing_level = "organization"
    page.save()
    services.end_agreement(agreement, user=leader_of(une), reason="Fini.")
    assert Membership.objects.filter(user=reader).count() == 0

    assert readers_on(page, yesterday).readers.people == then.readers.people
    assert readers_on(page, today()).readers.people == {leader_of(une).pk}
    assert not readers_on(page, today() - timedelta(days=9)).is_published


@pytest.mark.django_db
def test_what_is_not_known_of_the_past_is_said():
    une = organization("une")
    page = LessonFactory(parent=une.pages.get(locale__language_code="fr"))
    type(page).objects.update(first_published_at=timezone.now() - timedelta(days=30))
    page.refresh_from_db()
    assert not readers_on(page, today() - timedelta(days=10)).is_known
    assert readers_on(page, today() - timedelta(days=40)).is_known
    assert readers_on(page, today()).is_known


@pytest.mark.django_db
def test_a_draft_of_a_published_page_changes_nothing_of_what_is_known():
    une = organization("une")
    page = LessonFactory(parent=une.pages.get(locale__language_code="fr"))
    page.sharing_level = "organization"
    page.save_revision()
    assert SharingPeriod.objects.get(page=page.pk).sharing_level == "public"
    page.get_latest_revision().publish()
    assert SharingPeriod.objects.filter(page=page.pk).count() == 2
    page.refresh_from_db()
    page.unpublish()
    assert not SharingPeriod.objects.filter(page=page.pk, until=None).exists()
