"""The admin page that shows what could not be indexed."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.users.models import UserProfile

from core.models import User
from search import service
from search.core.engine import Health
from search.models import OutboxEntry
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(search_index):
    page = LessonFactory(title="Une leçon refusée")
    search_index()
    return OutboxEntry.objects.create(
        key=f"page:{page.pk}", is_dead=True, attempts=8, error="mapping conflict"
    )


def test_what_was_given_up_is_shown_with_its_page_and_reason(admin_client, letter):
    text = admin_client.get(reverse("search_index")).content.decode()
    assert "Une leçon refusée" in text
    assert "mapping conflict" in text


def test_a_page_that_is_gone_is_shown_by_its_key(admin_client, search_index):
    OutboxEntry.objects.create(key="page:999999", is_dead=True)
    assert "page:999999" in admin_client.get(reverse("search_index")).content.decode()


@pytest.mark.parametrize("chosen", ["one", "all"])
def test_trying_again_indexes_the_page(admin_client, search_index, letter, chosen):
    data = {"entry": letter.pk} if chosen == "one" else {}
    response = admin_client.post(reverse("search_index_retry"), data)
    assert response.status_code == 302
    assert search_index().written == 1
    assert not OutboxEntry.objects.exists()


def test_trying_one_again_leaves_the_others(admin_client, letter):
    other = OutboxEntry.objects.create(key="page:999999", is_dead=True)
    admin_client.post(reverse("search_index_retry"), {"entry": letter.pk})
    assert list(OutboxEntry.objects.dead()) == [other]


@pytest.mark.parametrize(("language", "number"), [("fr", "1\xa0763"), ("en", "1,763")])
def test_numbers_are_written_as_the_language_writes_them(
    admin_client, admin_user, search_index, monkeypatch, language, number
):
    UserProfile.objects.create(user=admin_user, preferred_language=language)
    health = Health(available=True, documents=1763)
    monkeypatch.setattr(type(service.engine()), "health", lambda engine: health)
    text = admin_client.get(reverse("search_index")).content.decode()
    assert number in text


def test_only_those_who_may_see_it_do(client, letter):
    user = User.objects.create_user("editor", "editor@example.org")
    client.force_login(user)
    assert client.get(reverse("search_index")).status_code == 403
    assert client.post(reverse("search_index_retry")).status_code == 403
    assert OutboxEntry.objects.dead().exists()

    permissions = ["access_admin", "change_outboxentry"]
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get(reverse("search_index")).status_code == 200


def test_a_reader_cannot_try_again_by_a_link(admin_client, letter):
    assert admin_client.get(reverse("search_index_retry")).status_code == 405
