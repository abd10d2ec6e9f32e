"""A person's notices on the site, their choices, and the log of mails in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from notifications.models import Mail, MailState
from notifications.selectors import frequencies_of, notices_for
from notifications.services import tell
from tests.organizations.factories import contributor, lead, organization, person

pytestmark = pytest.mark.django_db

WORDS = {"title": "Le <i>tutorat</i>", "person": "Ana", "comment": ""}


@pytest.fixture
def reader() -> User:
    return person("lectrice")


@pytest.fixture
def client(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def happen(*people: User, event: str = "e") -> Any:
    tell(people, kind="approved", event=event, words=WORDS)
    return notices_for(people[0]).first()


def test_a_person_reads_their_own_notices_and_no_others(client, reader):
    happen(reader)
    tell([person("autre")], kind="approved", event="x", words={**WORDS, "title": "Secret"})

    answer = client.get("/fr/mon-espace/avis/").content.decode()

    assert "Le &lt;i&gt;tutorat&lt;/i&gt;" in answer
    assert "Secret" not in answer


def test_a_notice_leads_where_it_says_and_is_read_then(client, reader):
    notice = happen(reader)

    answer = client.post(reverse("notifications:follow", args=[notice.pk]))

    assert answer.status_code == 302
    assert not notices_for(reader).unread().exists()


def test_the_notice_of_somebody_else_does_not_exist(client, reader):
    notice = happen(person("autre"))

    assert client.post(reverse("notifications:follow", args=[notice.pk])).status_code == 404
    assert client.get(reverse("notifications:follow", args=[notice.pk])).status_code == 405


def test_all_can_be_marked_as_read(client, reader):
    for number in range(3):
        happen(reader, event=str(number))

    client.post(reverse("notifications:read_all"))

    assert not notices_for(reader).unread().exists()


def test_a_long_list_has_pages_and_few_queries(client, reader, django_assert_max_num_queries):
    for number in range(65):
        happen(reader, event=str(number))

    with django_assert_max_num_queries(10):
        answer = client.get("/fr/mon-espace/avis/?page=2")

    assert "Page 2 sur 3" in answer.content.decode()


def test_choices_are_kept_and_offered_by_role(client):
    path = reverse("notifications:choices")
    rives = organization("rives")
    reader = contributor("redactrice", member_of=rives)
    client.force_login(lead("responsable", member_of=rives))
    shown = set(client.get(path).context["form"].fields)
    assert {"agreement_sent", "submitted", "approved"} <= shown
    client.force_login(reader)
    shown = set(client.get(path).context["form"].fields)
    assert {"approved", "published"} <= shown
    assert not shown & {"agreement_sent", "submitted", "late"}
    choices = {**frequencies_of(reader), "approved": "weekly"}

    assert client.post(path, choices).status_code == 302
    assert frequencies_of(reader)["approved"] == "weekly"
    assert client.post(path, {**choices, "approved": "hourly"}).status_code == 200
    assert frequencies_of(reader)["approved"] == "weekly"


@pytest.mark.parametrize("name", ["inbox", "choices"])
def test_who_has_not_signed_in_is_sent_to_the_door(name):
    answer = Client().get(reverse(f"notifications:{name}"))

    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def test_the_log_of_mails_is_for_those_who_run_the_site(client, reader):
    Mail.objects.create(recipient=reader, frequency="daily", state=MailState.FAILED, error="550")
    for path in (reverse("mail_log"), reverse("mail_log_results")):
        assert client.get(path).status_code in (302, 403, 404)
    assert client.post(reverse("mail_log_retry")).status_code in (302, 403, 404)
    assert Mail.objects.get().state == MailState.FAILED

    client.force_login(User.objects.create_superuser("root", "root@example.org", "a long secret"))
    answer = client.get(reverse("mail_log")).content.decode()
    assert "550" in answer
    assert "lectrice" in answer
    assert "1 courriel a été abandonné" in answer
    assert b"lectrice" in b"".join(client.get(reverse("mail_log"), {"export": "csv"}))
    assert client.post(reverse("mail_log_retry")).status_code == 302
    assert Mail.objects.get().state == MailState.WAITING
