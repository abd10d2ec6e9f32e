"""What readers put aside, without an account and without JavaScript."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from exchange.selection import COOKIE, MOST
from tests.organizations.factories import organization, person
from tests.practices.factories import LessonFactory, PracticeSheetFactory, term

pytestmark = pytest.mark.django_db

SELECTION, CHANGE = "/fr/ma-selection/", "/fr/ma-selection/modifier/"


def titles(answer):
    soup = BeautifulSoup(answer.content, "html5lib")
    return [each.get_text(strip=True) for each in soup.select(".selection__title")]


@pytest.fixture
def pages():
    return [LessonFactory(title=f"Leçon {name}") for name in "abc"]


def test_a_reader_without_account_puts_pages_aside_orders_and_empties(pages, search_index):
    search_index()
    client = Client()
    found = client.get("/fr/recherche/")
    assert not found.cookies  # reading sets none
    soup = BeautifulSoup(found.content, "html5lib")
    assert not soup.select("form form")
    buttons = soup.select("button[name=add]")
    assert len(buttons) == 3
    form = soup.find("form", id=buttons[0]["form"])
    assert form["action"] == CHANGE

    for page in pages:
        back = "http://testserver/fr/recherche/?q=lecon"
        answer = client.post(CHANGE, {"add": page.pk}, headers={"referer": back})
        assert answer["Location"] == back
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert titles(client.get(SELECTION)) == ["Leçon a", "Leçon b", "Leçon c"]

    client.post(CHANGE, {"up": pages[2].persistent_id})
    client.post(CHANGE, {"down": pages[0].persistent_id})
    client.post(CHANGE, {"remove": pages[1].persistent_id})
    assert titles(client.get(SELECTION)) == ["Leçon c", "Leçon a"]
    client.post(CHANGE, {"empty": "1"})
    answer = client.get(SELECTION)
    assert titles(answer) == []
    assert "Votre sélection est vide" in answer.content.decode()
    assert "sessionid" not in client.cookies
    assert "csrftoken" not in client.cookies


def test_a_shared_selection_shows_each_reader_what_they_may_see(pages):
    home = organization("essai")
    pages[1].sharing_level = "organization"
    pages[1].save()
    member = Client()
    member.force_login(person(member_of=home, role="reader"))
    for page in pages:
        member.post(CHANGE, {"add": page.pk})
    soup = BeautifulSoup(member.get(SELECTION).content, "html5lib")
    link = soup.find("input", id="selection-link")["value"].removeprefix("http://testserver")
    assert str(pages[1].persistent_id) in link

    other = Client()
    seen = other.get(link)
    assert titles(seen) == ["Leçon a", "Leçon c"]
    assert not seen.cookies
    assert titles(other.get(SELECTION)) == []  # looking takes nothing over
    answers = set()
    for name in (str(pages[1].persistent_id), "11111111-1111-1111-1111-111111111111"):
        answers.add(other.get(f"{SELECTION}?p={name}").content.decode().replace(name, "name"))
    assert len(answers) == 1  # a hidden page and none are one and the same

    other.post(CHANGE, {"keep": "1", "p": [str(pages[2].persistent_id), "nonsense"]})
    assert titles(other.get(SELECTION)) == ["Leçon c"]
    assert other.post(CHANGE, {"add": pages[1].pk}).status_code == 404
    assert other.post(CHANGE, {"add": "x" * 50}).status_code == 404
    assert other.post(CHANGE, {"add": "99999"}).status_code == 404


def test_pages_stand_side_by_side_and_can_be_exported():
    low = term("cost_class", "low", label_fr="Faible")
    first = PracticeSheetFactory(
        title="Première", cost_class=low, original_context="<p>Un cégep de région.</p>"
    )
    second = PracticeSheetFactory(title="Seconde")
    link = f"{SELECTION}?p={first.persistent_id}&p={second.persistent_id}&p=rien"
    soup = BeautifulSoup(Client().get(link).content, "html5lib")
    rows = {
        row.th.get_text(strip=True): [list(cell.stripped_strings) for cell in row.find_all("td")]
        for row in soup.select(".comparison tbody tr")
    }
    # Each cell names its page, for screens too narrow for columns.
    assert rows["Coût"] == [["Première", "Faible"], ["Seconde", "non précisé"]]
    assert rows["Contexte"] == [["Première", "Un cégep de région."], ["Seconde", "non précisé"]]
    export = soup.select_one(".selection__tools a")["href"]
    answer = Client().get(f"{export}&format=ris")
    text = b"".join(answer.streaming_content).decode()
    assert text.index("TI  - Première") < text.index("TI  - Seconde")


def test_a_script_is_told_in_words_and_stays_where_it_is(pages):
    client = Client()
    answer = client.post(CHANGE, {"add": pages[0].pk}, headers={"accept": "text/plain"})
    assert answer.status_code == 200
    assert answer.content.decode() == "«\u202fLeçon a\u202f» est dans votre sélection."
    assert list(client.cookies) == [COOKIE]  # nothing is left to be said again


def test_no_other_site_changes_a_selection(pages):
    client = Client(enforce_csrf_checks=True)

    def post(**headers):
        return client.post(CHANGE, {"add": pages[0].pk}, headers=headers).status_code

    assert post() == 403
    assert post(**{"sec-fetch-site": "cross-site"}) == 403
    assert post(**{"sec-fetch-site": "same-site"}) == 403
    assert post(origin="https://evil.example") == 403
    assert post(origin="null") == 403
    assert post(**{"sec-fetch-site": "same-origin"}) == 302
    assert post(origin="http://testserver") == 302
    assert post(referer="http://testserver/fr/recherche/") == 302
    away = client.post(
        CHANGE,
        {"add": pages[0].pk},
        headers={"sec-fetch-site": "same-origin", "referer": "https://evil.example/"},
    )
    assert away["Location"] == SELECTION
    assert client.get(CHANGE).status_code == 405


def test_a_selection_has_an_end_and_a_cookie_of_another_maker_is_none(pages):
    client = Client()
    client.cookies[COOKIE] = "AAAA:forged"
    assert titles(client.get(SELECTION)) == []
    made = LessonFactory.create_batch(2)
    names = "&".join(f"p={i:032x}" for i in range(1, MOST + 20))
    assert client.get(f"{SELECTION}?{names}").status_code == 200
    client.post(CHANGE, {"keep": "1", "p": [f"{i:032x}" for i in range(1, MOST + 20)]})
    client.post(CHANGE, {"add": made[0].pk})
    assert len(client.cookies[COOKIE].value) < 4000
    assert titles(client.get(SELECTION)) == [made[0].title]
