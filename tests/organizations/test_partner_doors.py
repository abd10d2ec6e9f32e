"""What an agreement opens is open at every door, to its parties only, while it holds."""

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model

from organizations.agreements.services import (
    change_agreement,
    end_agreement,
    resume_agreement,
    suspend_agreement,
)
from organizations.models import Membership, Organization, Role
from organizations.services import remove_member
from practices.models import PracticeApplication
from search.models import OutboxEntry
from tests.organizations.agreements import drafted, leader_of, sign, signed
from tests.organizations.factories import editor, organization, person
from tests.organizations.world import ask
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    term,
    translation,
)

pytestmark = pytest.mark.django_db

SEARCH, API = "/fr/recherche/", "/api/v1/search/"


def home(owner: Organization) -> Any:
    """The French page of the organization."""
    return owner.pages.get(locale__language_code="fr")


def browser(user: Any = None) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def une() -> Organization:
    return organization("une")


@pytest.fixture
def deux() -> Organization:
    return organization("deux")


@pytest.fixture
def trois() -> Organization:
    return organization("trois")


@pytest.fixture
def partner(deux):
    return editor("partenaire", member_of=deux)


@pytest.fixture
def stranger(trois):
    # Who edits a text is told how complete it is, by what it holds and not by what they may read.
    return person("etrangere", member_of=trois, role=Role.READER)


def test_every_door_opens_to_the_parties_and_to_nobody_else(
    une, deux, trois, partner, stranger, search_index
):
    signed(une, deux)
    document = get_document_model()(title="Annexe", collection=une.collection)
    document.file.save("annexe.txt", ContentFile(b"Des chiffres."))
    link = f'<p><a linktype="document" id="{document.pk}">annexe</a></p>'
    theme = term("theme", "mesure")
    sheet = PracticeSheetFactory(
        parent=home(une),
        title="Zorglub",
        sharing_level="partners",
        themes=[theme],
        problem=link,
    )
    english = translation(sheet, "en", title="Zorglub in English")
    case = CaseStudyFactory(
        parent=home(trois),
        title="Étude publique",
        applications=[PracticeApplication(practice=sheet, verdict="worked")],
    )
    search_index()
    member = editor("membre", member_of=une)

    def doors(client: Client) -> dict[str, bool]:
        found = client.get(API, {"lang": "fr", "q": "zorglub"}).json()
        everything = client.get(API, {"lang": "fr"}).json()
        suggested = client.get(SEARCH, {"theme": "mesure"}).content.decode()
        return {
            "page": client.get(sheet.get_url()).status_code == 200,
            "translation": client.get(english.get_url()).status_code == 200,
            "permalink": ask(client, f"/id/{sheet.persistent_id}/").status_code == 302,
            "document": ask(client, document.url).status_code == 200,
            "search": "Zorglub" in client.get(SEARCH, {"q": "zorglub"}).content.decode(),
            "api": bool(found["total"]),
            "count": everything["total"] == 2,
            "facet": "Zorglub" in suggested,
            "organization": "Zorglub" in client.get(home(une).get_url()).content.decode(),
            "related": "Zorglub" in client.get(case.get_url()).content.decode(),
        }

    open_to = {
        name: doors(browser(user))
        for name, user in {
            "partner": partner,
            "member": member,
            "stranger": stranger,
            "anonymous": None,
        }.items()
    }
    # The search repeats the words that were looked for, so that they are always on its page.
    for name in open_to:
        open_to[name].pop("search")
    assert set(open_to["partner"].values()) == {True}, open_to["partner"]
    assert set(open_to["member"].values()) == {True}, open_to["member"]
    assert set(open_to["stranger"].values()) == {False}, open_to["stranger"]
    assert set(open_to["anonymous"].values()) == {False}, open_to["anonymous"]


@pytest.mark.parametrize("act", ["role", "suspend", "end", "version"])
def test_what_is_over_is_over_with_the_next_request(act, une, deux, partner, search_index):
    agreement = signed(une, deux)
    page = LessonFactory(parent=home(une), title="Zorglub", sharing_level="partners")
    search_index()
    client = browser(partner)

    def seen() -> tuple[bool, int]:
        total = client.get(API, {"lang": "fr", "q": "zorglub"}).json()["total"]
        return client.get(page.get_url()).status_code == 200, total

    assert seen() == (True, 1)
    OutboxEntry.objects.all().delete()
    match act:
        case "role":
            remove_member(deux, user=partner)
        case "suspend":
            suspend_agreement(agreement, user=leader_of(deux), reason="Une fuite.")
        case "end":
            end_agreement(agreement, user=leader_of(une), reason="Fini.")
        case "version":
            version = change_agreement(agreement, user=leader_of(une), covered_organizations=[deux])
            OutboxEntry.objects.all().delete()
            assert seen() == (True, 1)
            sign(version, [une, deux])
    assert seen() == (False, 0)
    assert not OutboxEntry.objects.exists()
    if act == "suspend":
        resume_agreement(agreement, user=leader_of(deux))
        assert seen() == (True, 1)


def test_a_page_that_changes_its_theme_leaves_the_agreement(une, deux, partner, search_index):
    covered, other = term("theme", "mesure"), term("theme", "accueil")
    signed(une, deux, themes=[covered])
    page = LessonFactory(
        parent=home(une), title="Zorglub", sharing_level="partners", themes=[covered]
    )
    search_index()
    client = browser(partner)

    def total() -> int:
        return int(client.get(API, {"lang": "fr", "q": "zorglub"}).json()["total"])

    assert total() == 1
    page.themes.set([other])
    page.save_revision().publish()
    search_index()
    assert total() == 0
    assert client.get(page.get_url()).status_code == 404


def test_an_agreement_that_is_signed_after_the_pages_opens_them(une, deux, partner, search_index):
    page = LessonFactory(parent=home(une), title="Zorglub", sharing_level="partners")
    search_index()
    agreement = drafted(une, deux)
    search_index()
    client = browser(partner)
    assert client.get(API, {"lang": "fr", "q": "zorglub"}).json()["total"] == 0
    sign(agreement, [une, deux])
    assert client.get(API, {"lang": "fr", "q": "zorglub"}).json()["total"] == 1
    assert client.get(page.get_url()).status_code == 200


def doors_of_readers(owners: list[Organization]) -> list[tuple[str, dict[str, str]]]:
    """Every address that readers have, with questions that the hidden words answer."""
    pages = [
        page.get_url()
        for owner in owners
        for page in owner.pages.all()
        for page in (page, page.get_parent())
    ]
    return [
        ("/fr/", {}),
        ("/en/", {}),
        *((url, {}) for url in dict.fromkeys(pages)),
        *(
            (path, data)
            for path in (SEARCH, "/en/search/")
            for data in (
                {},
                {"q": "zorglub"},
                {"q": "zorglib"},
                {"theme": "secret"},
                {"theme": "mesure"},
                {"organization": "une"},
            )
        ),
        *(
            (API, {"lang": "fr", **data})
            for data in ({}, {"q": "zorglub"}, {"q": "leçon"}, {"theme": "mesure"})
        ),
        ("/api/v1/openapi.json", {}),
    ]


def test_nothing_changes_for_others_when_something_hidden_is_added(
    une, deux, trois, stranger, search_index
):
    signed(une, trois, themes=[term("theme", "mesure")])
    LessonFactory(parent=home(une), title="Leçon connue", themes=[term("theme", "mesure")])
    LessonFactory(
        parent=home(une),
        title="Leçon partagée",
        sharing_level="partners",
        themes=[term("theme", "mesure")],
    )
    hidden_theme = term("theme", "accueil")
    case = CaseStudyFactory(parent=home(trois), title="Étude")
    search_index()
    addresses = [*doors_of_readers([une, deux, trois]), (case.get_url(), {})]

    def answers() -> dict[str, bytes]:
        found = {}
        for name, user in {"anonymous": None, "stranger": stranger}.items():
            client = browser(user)
            for path, data in addresses:
                answer = client.get(path, data)
                assert answer.status_code == 200, path
                # The one thing that differs from one request to the next.
                content = re.sub(rb'"took_ms": *[\d.]+', b"", answer.content)
                content = re.sub(rb'"csrfToken[^>]*|csrfmiddlewaretoken[^>]*', b"", content)
                found[f"{name} {path} {data}"] = content
        return found

    before = answers()
    assert answers() == before, "the answers are stable by themselves"

    signed(une, deux, title_fr="Zorglub", confidentiality="parties")
    drafted(une, deux, title_fr="Zorglub")
    drafted(une, trois, title_fr="Zorglub")
    sheet = PracticeSheetFactory(
        parent=home(une),
        title="Zorglub",
        sharing_level="partners",
        themes=[hidden_theme],
        tags=["zorglub"],
    )
    CaseStudyFactory(
        parent=home(deux),
        title="Zorglub bis",
        sharing_level="partners",
        applications=[PracticeApplication(practice=sheet, verdict="worked")],
    )
    case.applications.add(PracticeApplication(practice=sheet, verdict="worked"))
    case.save()
    search_index()

    after = answers()
    assert [key for key in before if after[key] != before[key]] == []
    member = browser(editor("temoin", member_of=deux))
    assert member.get(API, {"lang": "fr", "q": "zorglub"}).json()["total"] == 2


def test_a_member_costs_the_search_page_as_few_queries_as_the_budget(
    une, deux, partner, search_index
):
    signed(une, deux)
    LessonFactory(parent=home(une), sharing_level="partners")
    search_index()
    client = browser(partner)
    client.get(SEARCH)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(SEARCH, {"q": "leçon"})
    assert answer.status_code == 200
    assert len(captured) <= 8, "\n".join(each["sql"] for each in captured)
    assert Membership.objects.filter(user=partner).exists()
