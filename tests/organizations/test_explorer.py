"""The list of pages in the admin: as many queries for many pages, and Wagtail's own answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester

from core.models import User
from organizations.models import Role
from tests.organizations.factories import editor, organization, person
from tests.organizations.world import draft, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives():
    return organization("rives")


@pytest.fixture
def home(rives):
    return rives.pages.get(locale__language_code="fr")


def test_a_longer_list_asks_no_more_queries(client, rives, home):
    author = editor(member_of=rives)
    client.force_login(author)
    address = reverse("wagtailadmin_explore", args=[home.pk])

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        return len(asked)

    def add(count):
        for number in range(count):
            published(home, author, f"Parue {number}")
            draft(home, author, f"Brouillon {number}")

    add(2)
    few = queries()
    add(5)

    assert queries() == few


def test_who_may_delete_a_page_is_answered_as_wagtail_does(rives, home):
    people = {role: person(f"p-{role}", member_of=rives, role=role) for role in Role}
    stranger, gone = person("stranger"), editor(member_of=rives)
    gone.is_active = False
    administrator = User.objects.create_superuser("root", "root@example.org", "a long secret")
    pages = [
        make(home, author, "Une leçon")
        for author in (people[Role.CONTRIBUTOR], people[Role.EDITOR])
        for make in (draft, published)
    ]
    allowed = set()

    for page in pages:
        page = Page.objects.get(pk=page.pk).specific
        for user in [*people.values(), stranger, gone, administrator]:
            answer = page.permissions_for_user(user).can_delete()
            assert answer == PagePermissionTester(user, page).can_delete(), (page, user)
            if answer:
                allowed.add((page.pk, user))

    assert (pages[0].pk, people[Role.CONTRIBUTOR]) in allowed
    assert (pages[2].pk, people[Role.CONTRIBUTOR]) not in allowed
    assert (pages[1].pk, people[Role.EDITOR]) not in allowed
