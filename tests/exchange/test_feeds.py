"""Searches as feeds, as a feed reader takes them."""

from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.organizations.factories import organization, person
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_search_is_followed_by_whoever_knows_its_address(search_index):
    home = organization("essai")
    LessonFactory(title="Une leçon <b>& demie</b>", summary="Du <i>fond</i> & des formes")
    LessonFactory(title="Une autre leçon", sharing_level="community")
    LessonFactory(title="Autre chose")
    search_index()
    client = Client()
    html = client.get("/fr/recherche/?q=leçon").content.decode()
    address = "/fr/recherche/flux/?q=le%C3%A7on"
    [found] = BeautifulSoup(html, "html5lib").find_all("link", type="application/atom+xml")
    assert found["href"] == address

    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert not answer.cookies
    feed = ElementTree.fromstring(answer.content)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "http://testserver/fr/recherche/?q=le%C3%A7on",
        "self": f"http://testserver{address}",
    }
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Une leçon <b>& demie</b>"
    # Atom's summary is HTML: the words of the page stay words.
    assert entry.find(f"{ATOM}summary").text == "Du &lt;i&gt;fond&lt;/i&gt; &amp; des formes"
    assert entry.find(f"{ATOM}id").text.startswith("urn:uuid:")

    assert answer["Last-Modified"]
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304

    member = Client()
    member.force_login(person(member_of=home, role="reader"))
    titles = [
        each.find(f"{ATOM}title").text
        for each in ElementTree.fromstring(member.get(address).content).findall(f"{ATOM}entry")
    ]
    assert sorted(titles) == ["Une autre leçon", "Une leçon <b>& demie</b>"]


def test_a_feed_without_results_does_not_change_by_itself(search_index):
    answers = [Client().get("/en/search/feed/?q=nothing") for _ in range(2)]
    assert answers[0]["ETag"] == answers[1]["ETag"]
    assert "Last-Modified" not in answers[0]
    ElementTree.fromstring(answers[0].content)


def test_a_feed_of_a_value_that_is_gone_is_gone_rather_than_a_feed_of_everything(search_index):
    LessonFactory(title="Une leçon", tags=["mentorat"])
    LessonFactory(title="Cachée", tags=["secret"], sharing_level="organization")
    search_index()
    client = Client()
    assert client.get("/fr/recherche/flux/?tag=mentorat").status_code == 200
    for gone in ("tag=ancien", "tag=secret", "theme=nulle-part"):
        assert client.get(f"/fr/recherche/flux/?{gone}").status_code == 404
    # What a program adds to an address is no part of the search.
    assert client.get("/fr/recherche/flux/?tag=mentorat&_=1").status_code == 200
