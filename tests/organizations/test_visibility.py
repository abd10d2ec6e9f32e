"""Visibility gives one answer in all its forms, and at every door of the public site."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model

from core.models import User
from organizations.access import may_read_page, pages_to_choose
from organizations.models import Membership, Role, SharingLevel
from organizations.visibility import (
    audiences_of,
    is_visible,
    page_tokens,
    tokens_q,
    viewer_tokens,
    visible_q,
)
from practices.models import KnowledgePage, LessonPage
from search.audience import audience_of
from tests.organizations.factories import organization
from tests.organizations.world import HIDDEN, ask, build_world, published

SLUGS = ["une", "deux", "trois"]
subsets = st.sets(st.sampled_from(SLUGS))


class TestOneAnswer(HypothesisTestCase):
    """All forms of the rule agree, whatever is shared with whom."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.organizations = {slug: organization(slug) for slug in SLUGS}
        cls.users = [
            User.objects.create_user(f"p{n}", f"p{n}@example.org", is_active=n != 2)
            for n in range(3)
        ]

    @settings(max_examples=30)
    @given(
        pages=st.lists(
            st.tuples(st.sampled_from(SLUGS), st.sampled_from(SharingLevel.values), subsets),
            min_size=1,
            max_size=6,
        ),
        memberships=st.lists(subsets, min_size=3, max_size=3),
    )
    def test_filter_tokens_and_documents_agree(self, pages, memberships):
        for user, slugs in zip(self.users, memberships, strict=True):
            for slug in sorted(slugs):
                Membership.objects.create(
                    user=user, organization=self.organizations[slug], role=Role.CONTRIBUTOR
                )
        made = []
        for number, (owner, level, partners) in enumerate(pages):
            home = self.organizations[owner].pages.get(locale__language_code="fr")
            page = LessonPage(title=f"L{number}", summary="s", sharing_level=level)
            home.add_child(instance=page)
            page.co_organizations.set(
                [self.organizations[slug] for slug in sorted(partners - {owner})]
            )
            page.save()
            made.append(page)

        audiences = audiences_of(made)
        for viewer in [*self.users, AnonymousUser()]:
            tokens = viewer_tokens(viewer)
            assert audience_of(viewer) == tokens
            by_filter = set(KnowledgePage.objects.filter(visible_q(viewer)).values_list("pk"))
            by_tokens = set(KnowledgePage.objects.filter(tokens_q(tokens)).values_list("pk"))
            assert by_filter == by_tokens
            for page in made:
                expected = (page.pk,) in by_filter
                assert bool(audiences[page.pk] & tokens) is expected
                assert bool(page_tokens(page) & tokens) is expected
                assert is_visible(page, viewer) is expected
                assert may_read_page(page, viewer) is expected
                if isinstance(viewer, AnonymousUser):
                    # Others choose also among what they work on.
                    chosen = pages_to_choose(LessonPage.objects.all(), viewer)
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
def test_the_tokens_of_a_viewer_cost_two_queries_at_most(django_assert_max_num_queries):
    user = User.objects.create_user("x", "x@example.org")
    for _number in range(3):
        Membership.objects.create(user=user, organization=organization(), role=Role.EDITOR)
    with django_assert_max_num_queries(2):
        assert len(viewer_tokens(user)) == 5
