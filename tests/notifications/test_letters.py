"""Letters about accounts leave when the mail server is back, and no page waits for it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from core.languages import choose_language
from notifications import delivery
from notifications.models import Mail, MailState
from tests.organizations.factories import lead, organization

pytestmark = pytest.mark.django_db

PASSWORD = "a long secret"


@pytest.fixture(autouse=True)
def in_french():
    """Attempts are counted in the cache, which no transaction undoes."""
    cache.clear()
    with translation.override("fr"):
        yield


@pytest.fixture
def leader() -> Any:
    return lead("meneuse", member_of=organization("rives"))


def links(message: Any) -> list[str]:
    text = message.get_body(("plain",)).get_content()
    return [word.removeprefix("http://testserver") for word in text.split() if "://" in word]


def deliver_later() -> None:
    Mail.objects.update(due_at=timezone.now())
    delivery.deliver()


def test_a_lost_password_is_answered_alike_and_its_letter_leaves_once(client, leader, mail_server):
    choose_language(leader, "en")
    path = reverse("account_reset_password")
    mail_server.stop()

    known = client.post(path, {"email": leader.email}, follow=True)
    unknown = client.post(path, {"email": "inconnue@example.org"}, follow=True)

    assert (
        known.redirect_chain
        == unknown.redirect_chain
        == [(reverse("account_reset_password_done"), 302)]
    )
    waiting = Mail.objects.get()
    assert (waiting.recipient, waiting.state) == (leader, MailState.WAITING)
    # Who reads the tables finds no link that opens an account.
    assert "http" not in waiting.letter

    deliver_later()
    mail_server.start()
    deliver_later()
    deliver_later()

    message = mail_server.received[0]
    assert len(mail_server.received) == 1
    assert message["To"] == leader.email
    assert message.get_body(("html",)) is not None
    link = next(each for each in links(message) if "/password/lost/" in each)
    form = client.get(link, follow=True)
    new = {"password1": "another long secret", "password2": "another long secret"}
    client.post(form.redirect_chain[-1][0], new)
    leader.refresh_from_db()
    assert leader.check_password("another long secret")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.letter) == (MailState.SENT, "")


def test_a_new_address_and_a_new_password_need_no_mail_server(client, leader, mail_server):
    client.post(reverse("account_login"), {"login": "meneuse", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    mail_server.stop()

    typed = {"email": "nouvelle@example.org", "action_add": ""}
    assert client.post(reverse("account_email"), typed).status_code == 302
    new = {"password1": "another long secret", "password2": "another long secret"}
    answer = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})
    assert answer.status_code == 302

    mail_server.start()
    deliver_later()
    # To the address that must be confirmed, and to the one that is told.
    assert {message["To"] for message in mail_server.received} == {
        "nouvelle@example.org",
        leader.email,
    }


def test_a_letter_that_was_given_up_is_not_kept(client, leader, mail_server):
    mail_server.unknown.add(leader.email)
    mail_server.stop()
    client.post(reverse("account_reset_password"), {"email": leader.email})
    mail_server.start()

    deliver_later()

    given_up = Mail.objects.get()
    assert (given_up.state, given_up.letter) == (MailState.FAILED, "")


def test_who_left_before_the_server_was_back_gets_no_letter(client, leader, mail_server):
    mail_server.stop()
    client.post(reverse("account_reset_password"), {"email": leader.email})
    mail_server.start()
    leader.is_active = False
    leader.save()

    deliver_later()

    assert mail_server.received == []
    assert Mail.objects.get().state == MailState.WITHHELD
