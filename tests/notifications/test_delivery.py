"""Notices come by mail: at once or gathered, in the reader's language, once, whatever breaks."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from wagtail.users.models import UserProfile

from notifications import delivery, schedule
from notifications.models import Mail, MailState, Notice
from notifications.selectors import notices_for
from notifications.services import choose, send_again, tell
from organizations.services import approve, reject, remove_member, submit_for_moderation
from tests.organizations.factories import contributor, moderator, organization, person
from tests.organizations.world import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Any:
    return person("lectrice")


def happen(*people: Any, event: str = "e", title: str = "Le tutorat", **fields: Any) -> None:
    tell(people, kind="approved", event=event, words=words(title), **fields)


def words(title: str) -> dict[str, str]:
    return {"title": title, "person": "Ana", "comment": "Bien."}


def later(**by: float) -> None:
    """Let time pass for every mail and notice."""
    gone = datetime.timedelta(**by)
    for model, names in ((Mail, ("created_at", "due_at")), (Notice, ("created_at",))):
        for each in model.objects.all():
            for name in names:
                setattr(each, name, getattr(each, name) - gone)
            each.save()


def test_a_notice_comes_at_once_and_only_once(reader, mail_server):
    happen(reader)

    delivery.deliver()
    delivery.deliver()

    assert mail_server.letters == [("lectrice@example.org", "Ana a approuvé « Le tutorat ». Bien.")]
    assert Mail.objects.get().state == MailState.SENT


def test_a_mail_says_it_as_text_and_as_html_and_where_to_choose(reader, mail_server):
    happen(reader, title="<b>100 %</b>")

    delivery.deliver()

    plain, html = (part.get_content() for part in mail_server.received[0].iter_parts())
    assert "<b>100 %</b>" in plain
    assert "&lt;b&gt;100 %&lt;/b&gt;" in html
    assert "/fr/mon-espace/avis/choix/" in plain


def test_everyone_is_told_in_their_own_language(reader, mail_server):
    other = person("reader")
    UserProfile.objects.create(user=other, preferred_language="en")
    happen(reader, other)

    delivery.deliver()

    subjects = dict(mail_server.letters)
    assert subjects["lectrice@example.org"].startswith("Ana a approuvé")
    assert subjects["reader@example.org"].startswith("Ana approved")


def test_a_person_who_wants_no_mail_gets_none_and_reads_it_in_the_site(reader, mail_server):
    choose(reader, choices={"approved": "never"})
    happen(reader)
    later(days=30)

    delivery.deliver()

    assert mail_server.letters == []
    assert notices_for(reader).count() == 1


@pytest.mark.parametrize(("frequency", "gap"), [("daily", 1), ("weekly", 7)])
def test_gathered_notices_come_together_after_the_next_morning(reader, mail_server, frequency, gap):
    other = person("reader")
    UserProfile.objects.create(user=other, preferred_language="en")
    for each in (reader, other):
        choose(each, choices={"approved": frequency})
    happen(reader, other, event="1")
    happen(reader, other, event="2")

    delivery.deliver()
    assert mail_server.letters == []

    later(days=gap)
    delivery.deliver()
    delivery.deliver()
    assert mail_server.letters == [
        ("lectrice@example.org", "Passerelle : 2 avis"),
        ("reader@example.org", "Passerelle: 2 notices"),
    ]
    french, english = (each.get_body(("plain",)).get_content() for each in mail_server.received)
    assert french.count("Ana a approuvé") == english.count("Ana approved") == 2


def test_the_last_morning_is_never_in_the_future():
    for hour in range(24):
        for day in range(1, 15):
            now = datetime.datetime(2026, 3, day, hour, 30, tzinfo=timezone.get_default_timezone())
            daily = schedule.last_morning(now)
            weekly = schedule.last_morning(now, monday=True)
            assert daily <= now < daily + datetime.timedelta(hours=25)
            assert weekly <= now < weekly + datetime.timedelta(days=7, hours=1)
            assert timezone.localtime(weekly).weekday() == 0
            assert timezone.localtime(daily).hour == schedule.HOUR


def test_a_mail_server_that_is_down_blocks_no_decision_and_loses_no_mail(mail_server):
    owner = organization("rives")
    author = contributor("autrice", member_of=owner)
    decider = moderator("moderatrice", member_of=owner)
    page = draft(owner.pages.get(locale__language_code="fr"), author, "Le tutorat")
    mail_server.stop()

    submit_for_moderation(page, user=author)
    delivery.deliver()
    approve(page, user=decider)
    delivery.deliver()
    page.refresh_from_db()

    assert page.live
    assert set(Mail.objects.values_list("state", "attempts")) == {(MailState.WAITING, 1)}

    mail_server.start()
    delivery.deliver()
    assert mail_server.letters == [], "the next attempt waits"

    later(minutes=2)
    delivery.deliver()
    assert sorted(to for to, _subject in mail_server.letters) == [
        "autrice@example.org",
        "moderatrice@example.org",
    ]


def test_a_mail_is_tried_for_a_day_and_then_given_up_for_somebody_to_look_at(reader, mail_server):
    happen(reader)
    mail_server.stop()
    tries = 0
    while Mail.objects.exclude(state=MailState.FAILED).exists() or not tries:
        delivery.deliver()
        later(hours=1)
        tries += 1

    assert 24 <= tries <= 26
    assert "refused" in Mail.objects.get().error

    mail_server.start()
    assert send_again() == 1
    delivery.deliver()
    assert len(mail_server.letters) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(reader, mail_server):
    mail_server.unknown.add("lectrice@example.org")
    happen(reader, person("autre"))

    delivery.deliver()

    assert mail_server.letters == [("autre@example.org", "Ana a approuvé « Le tutorat ». Bien.")]
    failed = Mail.objects.get(state=MailState.FAILED)
    assert failed.recipient == reader
    assert "No such person" in failed.error


def test_a_mail_that_may_have_left_before_its_sender_died_is_not_sent_twice(reader, mail_server):
    happen(reader)
    delivery.gather()
    mail = Mail.objects.get()
    assert delivery._claim(mail)
    assert not delivery._claim(mail), "another process finds it taken"
    later(hours=1)

    delivery.deliver()

    assert Mail.objects.get().state == MailState.UNCERTAIN
    assert mail_server.letters == []


def test_what_no_longer_concerns_a_person_is_not_sent_to_them(mail_server):
    owner = organization("rives")
    former = moderator("ancienne", member_of=owner)
    happen(former, organization_id=owner.pk)
    remove_member(owner, user=former)

    delivery.deliver()

    assert mail_server.letters == []
    assert Mail.objects.get().state == MailState.WITHHELD


def test_each_decision_sends_the_author_one_mail_that_leads_to_this_site(
    settings, django_capture_on_commit_callbacks
):
    settings.WAGTAILADMIN_BASE_URL = "https://savoirs.example.org:8443"
    home = organization("rives")
    author, judge = contributor("autrice", member_of=home), moderator("juge", member_of=home)
    page = draft(home.pages.get(locale__language_code="fr"), author, "Le tutorat")

    for decide, comment in ((reject, "Dites combien."), (approve, "Bien.")):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            submit_for_moderation(page, user=author)
        delivery.deliver()
        assert [each.to for each in mail.outbox] == [[judge.email]]
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            decide(page, user=judge, comment=comment)
        delivery.deliver()
        assert [each.to for each in mail.outbox] == [[author.email]]
        assert comment in mail.outbox[0].body
        assert "https://savoirs.example.org:8443/" in mail.outbox[0].body
        page.refresh_from_db()
