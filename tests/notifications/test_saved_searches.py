"""Searches that people keep: what they find anew comes by mail, once, to who may still see it."""

import datetime
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from wagtail.users.models import UserProfile

from notifications import delivery
from notifications.kinds import Frequency
from notifications.models import FoundPage, Mail, MailState, SavedSearch
from notifications.saved_searches import choose_frequency, save_search
from organizations.services import add_member
from search import fallback, service
from search.answers import known_facets
from search.models import IndexRecord
from search.params import SearchParams
from tests.organizations.factories import organization, person
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db

LIST = "/fr/mon-espace/recherches/"


def saved(user: Any, frequency: str = Frequency.IMMEDIATE, text: str = "tutorat") -> SavedSearch:
    params = SearchParams("fr", tuple(facet.name for facet in known_facets()), text=text)
    return save_search(user, name=f"Le {text}", params=params, frequency=frequency)


def later(**by: float) -> None:
    """Let time pass for every saved search."""
    for each in SavedSearch.objects.all():
        each.looked_at -= datetime.timedelta(**by)
        each.save()


def publish(page: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def subjects(mail_server: Any) -> list[str]:
    """What the mails are about, with plain spaces; a folded header begins with one."""
    return [
        subject.replace("\xa0", " ").replace("\u202f", " ").strip()
        for _to, subject in mail_server.letters
    ]


@pytest.fixture
def reader(search_index: Any) -> Any:
    return person("lectrice", member_of=organization("essai"), role="reader")


def test_a_mail_named_by_the_search_tells_what_is_new_and_what_changed_once(
    reader, search_index, mail_server
):
    old = LessonFactory(title="Le tutorat d’hier", last_published_at=timezone.now())
    LessonFactory(title="Autre chose")
    search_index()
    saved(reader)
    later(minutes=2)
    delivery.deliver()
    assert mail_server.letters == []  # what was there is known

    LessonFactory(title="Le tutorat <nouveau>", sharing_level="organization")
    publish(old, summary="Le tutorat, revu.")
    search_index()
    later(minutes=2)
    delivery.deliver()
    assert subjects(mail_server) == ["« Le tutorat » : 2 pages nouvelles ou modifiées"]
    assert mail_server.received[0]["To"] == "lectrice@example.org"
    plain, html = (part.get_content() for part in mail_server.received[0].iter_parts())
    assert "- Le tutorat <nouveau> (nouvelle)" in plain
    assert "- Le tutorat d’hier (modifiée)" in plain
    assert "Mes recherches enregistrées\u00a0: http" in plain
    assert "Le tutorat &lt;nouveau&gt;" in html
    assert 'class="letter"' in html  # it looks like the other letters of the site
    assert "Autre chose" not in plain

    for _ in range(2):
        later(minutes=10)
        delivery.deliver()
    assert len(mail_server.received) == 1  # each version once

    old.refresh_from_db()
    old.unpublish()
    search_index()
    later(minutes=2)
    delivery.deliver()
    old.refresh_from_db()
    old.live = True
    old.save()
    search_index()
    later(minutes=2)
    delivery.deliver()
    assert len(mail_server.received) == 1  # it came back as it was


def test_nothing_is_told_that_the_reader_may_not_see_when_the_mail_leaves(
    reader, search_index, mail_server
):
    saved(reader)
    hidden = LessonFactory(title="Le tutorat interne", sharing_level="organization")
    search_index()
    later(minutes=2)
    delivery.gather()
    assert Mail.objects.get().state == MailState.WAITING
    reader.memberships.all().delete()

    delivery.deliver()

    assert mail_server.letters == []
    assert Mail.objects.get().state == MailState.WITHHELD
    publish(hidden, summary="Encore du tutorat.")
    search_index()
    later(minutes=2)
    delivery.deliver()
    assert mail_server.letters == []


def test_a_mail_counts_and_names_what_its_reader_may_still_see_and_no_more(
    reader, search_index, mail_server
):
    saved(reader)
    LessonFactory(title="Le tutorat interne", sharing_level="organization")
    LessonFactory(title="Le tutorat ouvert")
    search_index()
    later(minutes=2)
    delivery.gather()
    assert Mail.objects.get().found_pages.count() == 2
    reader.memberships.all().delete()

    delivery.deliver()

    assert subjects(mail_server) == ["« Le tutorat » : 1 page nouvelle ou modifiée"]
    [message] = mail_server.received
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert "ouvert" in body
        assert "interne" not in body


def test_a_right_that_is_gained_brings_what_it_opens(search_index, mail_server):
    reader = person("lectrice")
    LessonFactory(title="Le tutorat interne", sharing_level="organization")
    search_index()
    saved(reader)
    IndexRecord.objects.update(version=1)  # nothing has changed in the index for long
    later(minutes=2)
    delivery.deliver()
    assert mail_server.letters == []

    add_member(organization("essai"), user=reader, role="reader")
    later(minutes=2)
    delivery.deliver()
    assert subjects(mail_server) == ["« Le tutorat » : 1 page nouvelle ou modifiée"]


def test_daily_and_weekly_searches_wait_for_their_morning(reader, search_index, mail_server):
    daily = saved(reader, Frequency.DAILY)
    params = SearchParams("fr", tuple(facet.name for facet in known_facets()), text="tutorat")
    save_search(reader, name="Sans courriel", params=params, frequency=Frequency.NEVER)
    LessonFactory(title="Le tutorat")
    search_index()
    delivery.deliver()
    assert mail_server.letters == []
    later(days=1)
    delivery.deliver()
    assert len(mail_server.letters) == 1
    choose_frequency(daily, frequency=Frequency.WEEKLY)
    LessonFactory(title="Encore le tutorat")
    search_index()
    daily.refresh_from_db()
    later(days=7)
    delivery.deliver()
    assert len(mail_server.letters) == 2


def test_one_click_in_the_mail_program_stops_the_mails_without_signing_in(
    reader, search_index, mail_server
):
    UserProfile.objects.create(user=reader, preferred_language="en")
    search = saved(reader)
    LessonFactory(title="Le tutorat")
    search_index()
    later(minutes=2)
    delivery.deliver()
    [mail] = mail_server.received
    assert subjects(mail_server) == ["“Le tutorat”: 1 page is new or has changed"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.sub(r"\s", "", str(mail["List-Unsubscribe"])).strip("<>")
    path = address.partition("localhost:8000")[2]
    assert path.startswith("/en/stop-mails/")

    anyone = Client(enforce_csrf_checks=True)
    shown = anyone.get(path)
    assert shown.status_code == 200
    assert "Le tutorat" in shown.content.decode()
    search.refresh_from_db()
    assert search.frequency == Frequency.IMMEDIATE  # reading does nothing
    done = anyone.post(path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert done.status_code == 200
    assert not done.cookies
    search.refresh_from_db()
    assert search.frequency == Frequency.NEVER
    search.delete()
    assert anyone.post(path).status_code == 200  # it is done already
    assert anyone.post(path.replace("stop-mails/", "stop-mails/x")).status_code == 404


def test_a_signed_in_reader_saves_the_present_search_and_looks_after_it(reader, search_index):
    LessonFactory(title="Le tutorat")
    search_index()
    client = Client()
    html = client.get("/fr/recherche/?q=tutorat&type=lesson").content
    link = BeautifulSoup(html, "html5lib").find("a", string="Enregistrer cette recherche")["href"]
    assert "/fr/compte/connexion/" in client.get(link)["Location"]
    client.force_login(reader)
    form = BeautifulSoup(client.get(link).content, "html5lib")
    assert form.find("input", id="id_name")["value"] == "tutorat, Leçon apprise"
    answer = client.post(link, {"name": "Tutorat", "frequency": "daily"})
    assert answer["Location"] == LIST
    twice = client.post(link, {"name": "Tutorat", "frequency": "daily"})
    assert "déjà une recherche enregistrée de ce nom" in twice.content.decode()

    kept = SavedSearch.objects.get()
    assert (kept.query, kept.language, kept.frequency) == ("q=tutorat&type=lesson", "fr", "daily")
    assert FoundPage.objects.filter(saved_search=kept, mail=None).count() == 1
    rows = BeautifulSoup(client.get(LIST).content, "html5lib").select(".saved-search")
    assert rows[0].a["href"] == "/fr/recherche/?q=tutorat&type=lesson"
    change = f"{LIST}{kept.pk}/"
    client.post(change, {f"s{kept.pk}-frequency": "never"})
    kept.refresh_from_db()
    assert kept.frequency == Frequency.NEVER
    other = Client()
    other.force_login(person("autre"))
    assert other.post(change, {"delete": "1"}).status_code == 404
    client.post(change, {"delete": "1"})
    assert not SavedSearch.objects.exists()


def test_a_value_that_no_longer_exists_finds_nothing_rather_than_everything(
    reader, search_index, mail_server
):
    params = SearchParams(
        "fr",
        tuple(facet.name for facet in known_facets()),
        selections={"theme": frozenset({"disparu"})},
    )
    with override("fr"):
        save_search(reader, name="Disparu", params=params, frequency=Frequency.IMMEDIATE)
    LessonFactory(title="Le tutorat")
    search_index()
    later(minutes=2)
    delivery.deliver()
    assert mail_server.letters == []


def test_a_stand_in_makes_no_news(reader, search_index, mail_server, monkeypatch):
    saved(reader)
    LessonFactory(title="Le tutorat")
    search_index()
    later(minutes=2)
    with monkeypatch.context() as outage:
        outage.setattr(service, "search", lambda query: fallback.search(query).degraded_copy())
        delivery.deliver()
        with pytest.raises(ValidationError, match=r"reduced mode|mode réduit"):
            saved(reader, text="mentorat")
    assert SavedSearch.objects.count() == 1
    assert mail_server.letters == []
    delivery.deliver()
    assert len(mail_server.letters) == 1
