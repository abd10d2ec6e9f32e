"""Visibility gives one answer in all its forms, and at every door of the public site."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page

from core.models import User
from organizations.access import may_read_page, pages_to_choose
from organizations.models import Agreement, Membership, Role, SharingLevel
from organizations.models.organizations import roles_of
from organizations.visibility import (
    audiences_of,
    is_visible,
    page_tokens,
    tokens_q,
    viewer_tokens,
    visible_q,
)
from practices.models import CaseStudyPage, KnowledgePage, LessonPage
from search.audience import audience_of
from tests.organizations.agreements import days, moment, signed
from tests.organizations.factories import organization
from tests.organizations.world import HIDDEN, ask, build_world, published
from tests.practices.factories import term

SLUGS = ["une", "deux", "trois"]
THEMES = ["mesure", "mesure/pairs", "accueil"]
subsets = st.sets(st.sampled_from(SLUGS))
agreements: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    parties=st.sets(st.sampled_from(SLUGS), min_size=2),
    covered=subsets,
    themes=st.sets(st.sampled_from(THEMES), max_size=2),
    types=st.sets(st.sampled_from([LessonPage, CaseStudyPage]), max_size=1),
    may_see=st.sampled_from([True, True, True, False]),
    signed=st.sampled_from([True, True, True, False]),
    starts=st.sampled_from([-1, -1, 0, 1]),
    lasts=st.sampled_from([None, None, 0, -1]),
    renewal=st.sampled_from([0, 0, 6]),
    ended=st.sampled_from([None, None, None, 0, 1]),
    suspended=st.sampled_from([False, False, False, True]),
)


def is_in_force(case: dict[str, Any]) -> bool:
    """What the words of the agreement say, told once more."""
    is_over = case["lasts"] is not None and not case["renewal"] and case["lasts"] < 0
    return (
        case["signed"]
        and case["starts"] <= 0
        and not is_over
        and (case["ended"] is None or case["ended"] > 0)
        and not case["suspended"]
    )


def is_covered(case: dict[str, Any], owner: str, model: Any, themes: set[str]) -> bool:
    """Whether the words of the agreement cover such a page."""
    return (
        owner in case["parties"]
        and owner in (case["covered"] & case["parties"] or case["parties"])
        and model in (case["types"] or {model})
        and (
            not case["themes"]
            or any(
                f"{theme}/".startswith(f"{each}/") for theme in themes for each in case["themes"]
            )
        )
    )


class TestOneAnswer(HypothesisTestCase):
    """All forms of the rule agree, whatever is shared with whom, under whatever agreements."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.organizations = {slug: organization(slug) for slug in SLUGS}
        cls.users = [
            User.objects.create_user(f"p{n}", f"p{n}@example.org", is_active=n != 2)
            for n in range(3)
        ]
        root, other = term("theme", "mesure"), term("theme", "accueil")
        cls.themes = {
            "mesure": root,
            "mesure/pairs": term("theme", "pairs", parent=root),
            "accueil": other,
        }

    def make_agreement(self, case: dict[str, Any]) -> Agreement:
        """The row that the services would have written."""
        parties = [self.organizations[slug] for slug in sorted(case["parties"])]
        starts, ends = days(case["starts"]), None
        if case["lasts"] is not None:
            ends = days(case["lasts"])
            starts = min(starts, ends)
            case["starts"] = min(case["starts"], case["lasts"])
        agreement = Agreement.objects.create(
            title_fr="E",
            purpose_fr="p",
            text_fr="t",
            proposed_by=parties[0],
            starts_on=starts,
            ends_on=ends,
            renewal_months=case["renewal"],
            may_see=case["may_see"],
            may_comment=True,
            signed_at=moment(-1) if case["signed"] else None,
            ended_on=None if case["ended"] is None else days(case["ended"]),
            state="draft",
        )
        agreement.parties.set(parties)
        covered = case["covered"] & case["parties"]
        agreement.covered_organizations.set(self.organizations[slug] for slug in covered)
        agreement.themes.set(self.themes[path] for path in case["themes"])
        agreement.content_types.set(
            ContentType.objects.get_for_model(model) for model in case["types"]
        )
        if case["suspended"]:
            agreement.suspensions.create(since=moment(-1), reason="r")
        return agreement

    @settings(max_examples=30, deadline=None, phases=[Phase.generate])
    @given(
        pages=st.lists(
            st.tuples(
                st.sampled_from(SLUGS),
                st.sampled_from([*SharingLevel.values, "partners", "partners"]),
                subsets,
                st.sets(st.sampled_from(THEMES), max_size=2),
                st.sampled_from([LessonPage, CaseStudyPage]),
            ),
            min_size=1,
            max_size=6,
        ),
        memberships=st.lists(subsets, min_size=3, max_size=3),
        cases=st.lists(agreements, max_size=3),
    )
    def test_filter_tokens_and_documents_agree(self, pages, memberships, cases):
        for user, slugs in zip(self.users, memberships, strict=True):
            for slug in sorted(slugs):
                Membership.objects.create(
                    user=user, organization=self.organizations[slug], role=Role.CONTRIBUTOR
                )
        for case in cases:
            self.make_agreement(case)
        made = []
        for number, (owner, level, partners, themes, model) in enumerate(pages):
            home = self.organizations[owner].pages.get(locale__language_code="fr")
            page = model(title=f"L{number}", summary="s", sharing_level=level)
            home.add_child(instance=page)
            page.co_organizations.set(
                [self.organizations[slug] for slug in sorted(partners - {owner})]
            )
            page.themes.set([self.themes[path] for path in sorted(themes)])
            page.save()
            made.append(page)

        audiences: dict[int, frozenset[str]] = {}
        for model in (LessonPage, CaseStudyPage):
            audiences |= audiences_of([page for page in made if type(page) is model])
        viewers = [User.objects.get(pk=user.pk) for user in self.users]
        for viewer, slugs in zip(
            [*viewers, AnonymousUser()], [*memberships[:2], set(), set()], strict=True
        ):
            tokens = viewer_tokens(viewer)
            assert audience_of(viewer) == tokens
            by_filter = set(KnowledgePage.objects.filter(visible_q(viewer)).values_list("pk"))
            by_tokens = set(KnowledgePage.objects.filter(tokens_q(tokens)).values_list("pk"))
            assert by_filter == by_tokens
            for page, (owner, level, partners, themes, model) in zip(made, pages, strict=True):
                expected = (page.pk,) in by_filter
                opened = any(
                    is_in_force(case)
                    and case["may_see"]
                    and slugs & case["parties"]
                    and is_covered(case, owner, model, themes)
                    for case in cases
                )
                assert expected == (
                    level == "public"
                    or bool(slugs & {owner, *partners})
                    or (level == "community" and bool(slugs))
                    or (level == "partners" and opened)
                )
                assert bool(audiences[page.pk] & tokens) is expected
                assert bool(page_tokens(page) & tokens) is expected
                assert is_visible(page, viewer) is expected
                assert may_read_page(page, viewer) is expected
                if isinstance(viewer, AnonymousUser):
                    # Others choose also among what they work on.
                    chosen = pages_to_choose(Page.objects.all(), viewer)
                    assert chosen.filter(pk=page.pk).exists() is expected


@pytest.mark.django_db
def test_what_one_may_not_know_of_is_answered_as_what_does_not_exist():
    world = build_world()
    hidden = world.pages["organization"]
    nothing = hidden.get_url().replace(hidden.slug, "rien-de-tel")
    for role in ("anonymous", "stranger"):
        client = world.client(role)
        found, missing = client.get(hidden.get_url()), client.get(nothing)
        assert found.status_code == missing.status_code == 404
        assert HIDDEN not in found.content.decode().lower().replace(hidden.slug, "")


@pytest.mark.django_db
def test_a_document_shown_by_another_organization_is_not_opened_by_it():
    world = build_world()
    document = world.ids["document"]
    published(
        world.other.pages.get(locale__language_code="fr"),
        world.people["stranger"],
        "Emprunt",
        lesson=f'<p><a linktype="document" id="{document}">annexe</a></p>',
    )

    url = get_document_model().objects.get(pk=document).url
    assert ask(world.client("anonymous"), url).status_code == 404
    assert ask(world.client("editor"), url).status_code == 200


@pytest.mark.django_db
def test_an_old_address_leads_only_those_who_may_read_the_page():
    world = build_world()
    Redirect.add_redirect("/fr/ancienne", redirect_to=world.pages["organization"])
    Redirect.add_redirect("/fr/autre", redirect_to=world.pages["public"])

    assert world.client("stranger").get("/fr/ancienne/").status_code == 404
    assert world.client("editor").get("/fr/ancienne/").status_code == 301
    assert world.client("anonymous").get("/fr/autre/?a=b").status_code == 301


@pytest.mark.django_db
def test_the_tokens_of_a_viewer_cost_one_query(django_assert_num_queries):
    user = User.objects.create_user("x", "x@example.org")
    mine = [organization() for _number in range(3)]
    for each in mine:
        Membership.objects.create(user=user, organization=each, role=Role.EDITOR)
    agreement = signed(mine[0], organization())
    viewer = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert viewer_tokens(viewer) == {
            "public",
            "community",
            *(f"org:{each.pk}" for each in mine),
            f"agreement:{agreement.pk}",
        }
        assert roles_of(viewer, mine[0].pk) == {Role.EDITOR}
        assert viewer_tokens(viewer) == viewer_tokens(viewer)
