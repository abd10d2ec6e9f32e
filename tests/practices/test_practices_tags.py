import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from core.models import User
from organizations.models import Membership, Organization
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    translation,
)

pytestmark = pytest.mark.django_db


def render(tag, user=None, language="fr", **context):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    with override(language):
        html = Template("{% load practices_tags %}" + tag).render(
            Context({"request": request, **context})
        )
    return BeautifulSoup(html, "html5lib")


def news(count):
    """The newest pages as the home page shows them."""
    shown = '{% include "practices/components/news.html" with pages=glance.news %}'
    return f"{{% knowledge_at_a_glance {count} as glance %}}{shown}"


def titles(page):
    return [a.get_text() for a in page.select("h3 a")]


def on(day):
    return datetime.datetime(2024, 1, day, tzinfo=datetime.UTC)


def test_the_newest_pages_come_first_whatever_their_type():
    PracticeSheetFactory(title="Ancienne", first_published_at=on(1))
    LessonFactory(title="Récente", first_published_at=on(3))
    CaseStudyFactory(title="Entre deux", first_published_at=on(2))
    assert titles(render(news(2))) == ["Récente", "Entre deux"]


def test_only_what_the_reader_may_see_in_their_language_is_listed():
    sheet = PracticeSheetFactory(title="Publique")
    PracticeSheetFactory(title="Interne", sharing_level="organization")
    PracticeSheetFactory(title="Brouillon", live=False)
    organization_page(language="en")
    translation(sheet, "en", title="Public one")
    member = User.objects.create_user("membre", "membre@example.org")
    Membership.objects.create(
        user=member, organization=Organization.objects.get(slug="essai"), role="editor"
    )
    assert titles(render(news(9))) == ["Publique"]
    assert set(titles(render(news(9), user=member))) == {"Publique", "Interne"}
    assert titles(render(news(9), language="en")) == ["Public one"]


def test_an_organization_shows_its_own_pages_by_type():
    PracticeSheetFactory(title="La sienne")
    PracticeSheetFactory(title="D’ailleurs", parent=organization_page("ailleurs"))
    organization = Organization.objects.get(slug="essai")
    page = render("{% organization_knowledge organization %}", organization=organization)
    assert titles(page) == ["La sienne"]
    assert not page.select("section > p > a")


def test_what_an_organization_wrote_with_others_is_shown_and_counted_for_both():
    other = organization_page("ailleurs")
    organization = organization_page().organization
    PracticeSheetFactory(title="La sienne")
    PracticeSheetFactory(title="À deux", parent=other, co_organizations=[organization])
    LessonFactory(
        title="Racontée pour eux",
        parent=other,
        co_organizations=[organization],
        anonymous_by_proxy=True,
    )
    shown = render("{% organization_knowledge organization %}", organization=organization)
    assert set(titles(shown)) == {"La sienne", "À deux"}
    numbers = render("{% organization_numbers organization %}", organization=organization)
    assert [each.get_text() for each in numbers.select("td")] == ["2"]
    assert numbers.select_one("p").get_text().startswith("1 de ces pages")
    alone = render("{% organization_numbers organization %}", organization=other.organization)
    assert [each.get_text() for each in alone.select("td")] == ["1", "1"]
    assert not alone.select("p")


def test_an_organization_with_many_pages_leads_to_the_search_for_all_of_them():
    for _ in range(7):
        PracticeSheetFactory()
    organization = Organization.objects.get(slug="essai")
    page = render("{% organization_knowledge organization %}", organization=organization)
    assert len(titles(page)) == 6
    assert page.select_one("section > p > a")


def test_lists_take_a_constant_number_of_queries(django_assert_max_num_queries):
    for _ in range(8):
        PracticeSheetFactory()
        LessonFactory()
    render(news(1))
    with django_assert_max_num_queries(2):
        render(news(16))
