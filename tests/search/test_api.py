"""The search as programs use it."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search import answers, audience
from tests.search.catalogue import Catalogue

pytestmark = pytest.mark.django_db
PATH = "/api/v1/search/"
# Each example asks the same site again: there is nothing to set up anew between two of them.
SAME_SITE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    made = Catalogue()
    with made.installed():
        yield made


def get(client: Client, query: str = "", status: int = 200) -> dict:
    response = client.get(f"{PATH}?{query}")
    assert response.status_code == status, response.content
    return response.json()


def test_an_answer_has_the_documented_shape(client, catalogue):
    catalogue.add("Tutorat", type="lesson", summary="Du tutorat", cost="cost-1", theme="success")

    answer = get(client, "q=tutorat&type=lesson&lang=fr")

    assert answer.pop("took_ms") >= 0
    facets = {facet["name"]: facet for facet in answer.pop("facets")}
    assert answer == {
        "total": 1,
        "page": 1,
        "page_size": 10,
        "results": [
            {
                "id": 1,
                "type": "lesson",
                "title": "Tutorat",
                "url": "http://testserver/fr/page-1/",
                "language": "fr",
                "organization": {"slug": "uq", "name": "Université"},
                "summary": "Du tutorat",
                "highlights": {
                    "title": [{"text": "Tutorat", "spans": [{"start": 0, "end": 7}]}],
                    "summary": [{"text": "Du tutorat", "spans": [{"start": 3, "end": 10}]}],
                },
                "published_at": "2025-03-04T10:00:00-05:00",
            }
        ],
        "suggestion": "",
        "degraded": False,
        "engine": "brute-force",
    }
    assert facets["type"] == {
        "name": "type",
        "label": "Type",
        "values": [{"value": "lesson", "label": "Lesson", "count": 1, "selected": True}],
    }


def test_a_repeated_parameter_chooses_several_values(client, catalogue):
    for kind in ("lesson", "case-study", "practice-sheet"):
        catalogue.add(f"A {kind}", type=kind)

    assert get(client, "type=lesson&type=case-study")["total"] == 2


def test_pages_have_the_size_that_was_asked_for(client, catalogue):
    for number in range(7):
        catalogue.add(f"Numéro {number}")

    answer = get(client, "page=2&page_size=5")

    assert (answer["total"], answer["page"], answer["page_size"]) == (7, 2, 5)
    assert len(answer["results"]) == 2
    assert get(client, "page=9")["results"] == []


def test_an_unknown_facet_is_refused_with_the_list_of_known_ones(client, catalogue):
    catalogue.add("A")

    answer = get(client, "secteur=x&lang=en", status=400)

    assert answer["detail"] == (
        "No facet “secteur”. Known facets: type, theme, cost, tag, year, place, language."
    )
    [error] = answer["errors"]
    assert error["known"] == ["type", "theme", "cost", "tag", "year", "place", "language"]


def test_an_unknown_value_is_refused_with_the_list_of_known_ones(client, catalogue):
    catalogue.add("A", tag="stem")

    [closed] = get(client, "cost=free", status=400)["errors"]
    [open_] = get(client, "tag=nothing", status=400)["errors"]

    assert (closed["parameter"], closed["known"]) == ("cost", ["cost-1", "cost-2"])
    assert (open_["value"], open_["known"]) == ("nothing", ["stem"])


@pytest.mark.parametrize(
    ("query", "parameter", "known"),
    [
        ("page=0", "page", ["1", "1000"]),
        ("page=two", "page", ["1", "1000"]),
        ("page=99999999999999999999", "page", ["1", "1000"]),
        ("page_size=101", "page_size", ["1", "100"]),
        ("page_size=-1", "page_size", ["1", "100"]),
        ("sort=random", "sort", ["relevance", "newest", "oldest", "verified", "title"]),
        ("lang=de", "lang", ["fr", "en"]),
        ("q=" + "a" * 201, "q", ["200"]),
    ],
)
def test_a_malformed_parameter_is_refused_and_explained(client, catalogue, query, parameter, known):
    answer = get(client, query, status=400)

    [error] = answer["errors"]
    assert (error["parameter"], error["known"]) == (parameter, known)
    assert error["message"] == answer["detail"] != ""


def test_suggestions_come_in_groups_with_an_address_each(client, catalogue):
    catalogue.add("Success at college", locale="en", theme="success")
    catalogue.add("Sucre", locale="fr", theme="success")

    response = client.get("/api/v1/suggest/?q=SUC&lang=en")

    path = "http://testserver/en"
    assert response.json() == {
        "message": "2 suggestions",
        "groups": [
            {
                "kind": "title",
                "label": "Pages",
                "suggestions": [
                    {"text": "Success at college", "url": f"{path}/page-1/", "count": 1}
                ],
            },
            {
                "kind": "theme",
                "label": "Theme",
                "suggestions": [
                    {"text": "Success", "url": f"{path}/search/?theme=success", "count": 1}
                ],
            },
        ],
    }
    assert response["Cache-Control"] == "private, max-age=60"
    assert {"Cookie", "Accept-Language"} <= set(response["Vary"].split(", "))


def test_at_most_eight_suggestions_leave_room_for_each_kind(client, catalogue, monkeypatch):
    for number in range(12):
        catalogue.add(f"Digital {number}", locale="en", theme="digital")

    def kinds(query: str) -> dict[str, int]:
        answer = client.get(f"/api/v1/suggest/?{query}").json()
        return {each["kind"]: len(each["suggestions"]) for each in answer["groups"]}

    assert kinds("q=dig&lang=en") == {"title": 7, "theme": 1}
    assert kinds("q=&lang=en") == kinds("q=nothing&lang=en") == kinds("lang=en") == {}
    refused = client.get(f"/api/v1/suggest/?q={'a' * 201}&lang=de")
    assert refused.status_code == 400
    assert [each["parameter"] for each in refused.json()["errors"]] == ["lang", "q"]


def test_a_hidden_page_changes_no_suggestion(client, catalogue, monkeypatch):
    catalogue.add("Digital at school", locale="en", theme="digital")
    monkeypatch.setattr(audience, "_resolver", None)
    before = client.get("/api/v1/suggest/?q=di&lang=en").json()

    hidden = frozenset({"org:1"})
    catalogue.add("Dismissal", locale="en", theme="digital", audience=hidden)
    catalogue.add("Other", locale="en", theme="success", audience=hidden)

    assert client.get("/api/v1/suggest/?q=di&lang=en").json() == before
    assert client.get("/api/v1/suggest/?q=suc&lang=en").json()["groups"] == []
    audience.register(lambda user: frozenset({"public", "org:1"}))
    assert client.get("/api/v1/suggest/?q=suc&lang=en").json()["groups"] != []


def test_what_a_caller_may_not_see_does_not_exist_for_them(client, catalogue, monkeypatch):
    catalogue.add("Ouvert", tag="stem")
    catalogue.add("Fermé", tag="secret", audience=frozenset({"org:1"}))
    monkeypatch.setattr(audience, "_resolver", None)

    anonymous = get(client)
    assert anonymous["total"] == 1
    assert "secret" not in str(anonymous)
    assert "secret" not in get(client, "tag=nothing", status=400)["errors"][0]["known"]

    audience.register(lambda user: frozenset({"public", "org:1"}))
    assert get(client, "tag=secret")["total"] == 1


def test_no_shared_cache_may_keep_an_answer(client, catalogue):
    for query in ("", "page=0"):
        response = client.get(f"{PATH}?{query}")

        assert "private" in response["Cache-Control"]
        assert "Cookie" in response["Vary"]


def test_labels_come_in_the_language_that_was_asked_for(client, catalogue):
    catalogue.add("Tutoring", locale="en")
    catalogue.add("Tutorat", locale="fr")

    assert [each["title"] for each in get(client, "lang=en")["results"]] == ["Tutoring"]
    assert [each["title"] for each in get(client, "lang=fr")["results"]] == ["Tutorat"]
    assert get(client, "lang=fr&language=fr&language=en")["total"] == 2


def test_the_documentation_page_asks_no_other_host(client):
    html = client.get("/api/v1/docs").content.decode()

    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html)
    assert '"validatorUrl": null' in html


def test_every_facet_that_the_rooms_declare_is_documented(client):
    operation = client.get("/api/v1/openapi.json").json()["paths"][PATH]["get"]

    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {
        *("q", "lang", "sort", "page", "page_size"),
        *(facet.name for facet in answers.known_facets()),
        *("year_from", "year_to"),
    }
    assert {"200", "400"} <= operation["responses"].keys()


@given(text=st.text(max_size=60), name=st.text(min_size=1, max_size=12), page=st.text(max_size=8))
@SAME_SITE
def test_no_text_whatever_breaks_it(client, catalogue, text, name, page):
    def encoded(value: str) -> str:
        return quote(value.encode("utf-8", "surrogatepass"))

    query = f"q={encoded(text)}&{encoded(name)}={encoded(text)}&page={encoded(page)}"

    assert client.get(f"{PATH}?{query}").status_code in {200, 400}


@given(query=st.binary(max_size=60))
@SAME_SITE
def test_no_bytes_whatever_break_it(client, catalogue, query):
    response = client.get(PATH, QUERY_STRING=query.decode("latin-1"))

    assert response.status_code in {200, 400}


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@schema.include(path=PATH).parametrize()
@SAME_SITE
def test_it_keeps_to_its_own_documentation(case, catalogue):
    case.call_and_validate(
        # Its caller of WSGI applications does not unpack what comes compressed.
        headers={"Accept-Encoding": "identity"},
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
