"""Every route × every kind of person × every state: what one may not know of does not exist.

Two rules are asked of every answer. It holds no word of a thing that the person may not know of;
and where the address names such a thing, it is the answer that a thing that does not exist gets.
"""

import difflib
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.utils.translation import get_language
from django.views.defaults import page_not_found

from practices.models import KnowledgePage
from tests.permissions.routes import ABSENT_ID, ABSENT_PK, Route, routes, subjects
from tests.permissions.world import ROLES, STATES, World, build

pytestmark = pytest.mark.django_db

METHODS = ("get", "post")
# How a script asks, and a program.
MANNERS: tuple[dict[str, str], ...] = (
    {},
    {"HTTP_HX_REQUEST": "true", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_ACCEPT": "application/json"},
)
# What differs between two answers to the same question.
CHANGING = re.compile(r'csrfmiddlewaretoken"[^>]*value="\w+"|"took_ms": [\d.]+|csrf\w*":\s*"\w+"')

# Views of Wagtail that fail on a form without the fields that each browser sends.
WAGTAILS_OWN = {
    ("post", "wagtailadmin_pages:add"),
    ("post", "wagtailadmin_pages:edit"),
    ("post", "wagtailadmin_pages:copy"),
    ("post", "wagtailadmin_choose_page_external_link"),
    ("post", "wagtailredirects:process_import"),
}


class Answer:
    """What came back, as it is compared: without what differs each time."""

    def __init__(self, client: Client, method: str, path: str, **manner: Any) -> None:
        # What a request does is undone: the next one meets the same world.
        client.cookies.pop("messages", None)
        with transaction.atomic():
            response: Any = getattr(client, method)(path, **manner)
            if response.streaming:
                body = b"".join(response.streaming_content)
            else:
                body = response.content
            transaction.set_rollback(True)
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.text = body.decode(errors="replace")
        self.everything = f"{self.text}\n{response.headers}".lower()

    def without(self, *numbers: Any) -> tuple[int, str, str]:
        """The answer without the numbers that the address named."""
        texts = []
        for text in (self.location, CHANGING.sub("", self.text)):
            for number in numbers:
                # In an address, also in one that is a part of another one (“%2F”).
                text = re.sub(rf"(?<=[/F]){re.escape(str(number))}(?=[/&%\"'\s]|$)", "#", text)
            texts.append(text)
        return self.status, texts[0], texts[1]


def hidden_words(role: str, world: World) -> list[str]:
    """The markers of all that this person may not know of."""
    return [
        each.marker for each in world.objects.values() if each.is_secret and not each.known_to(role)
    ]


def questions(role: str, world: World) -> Iterator[tuple[Route, str, Any]]:
    """Every route, with the name and number of each object that its address can name."""
    for route in routes():
        names = subjects(route, world)
        if not names:
            yield route, "", None
        for name in names:
            thing = world.objects[name]
            # Who knows of it gets what the other tests say; one state of each will do here.
            if not thing.known_to(role) or name in ("draft", "public") or name not in STATES:
                pk = thing.pk
                if route.is_lasting:
                    pk = KnowledgePage.objects.get(pk=pk).persistent_id
                yield route, name, pk


class NotFound:
    """The site's page for what is not found, laid out once for each person.

    It is most of the answers, and takes most of the time. Whatever else it could show has it laid
    out again: the words of the error, what a view has left with the request, an address that has
    a translation.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], bytes] = {}

    def __call__(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        """The page, as Django's own view of it answers."""
        if request.path.startswith(("/fr/", "/en/")):
            return page_not_found(request, exception)
        [said, *_more] = [*exception.args, None]
        key = (
            request.user.pk,
            get_language(),
            said if isinstance(said, str) else None,
            frozenset(vars(request)),
            "csrftoken" in request.COOKIES,
        )
        if key not in self.known:
            self.known[key] = page_not_found(request, exception).content
        return HttpResponseNotFound(self.known[key])


def test_no_route_tells_of_what_a_person_may_not_know(search_index, caplog, monkeypatch):
    # Thousands of refusals, each with its traceback.
    caplog.set_level(logging.CRITICAL, "django.request")
    monkeypatch.setattr("passerelle.urls.handler404", NotFound(), raising=False)
    world = build()
    search_index()
    found = {role: _ask(role, world) for role in ROLES}
    for role, (asked, _wrong) in found.items():
        print(f"{role}: {asked} questions")
    print(f"{len(routes())} routes × {len(ROLES)} people × {len(STATES)} states")
    wrong = [f"{role}: {each}" for role, (_asked, wrong) in found.items() for each in wrong]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def _ask(role: str, world: World) -> tuple[int, list[str]]:
    """How many questions were asked as `role`, and what was wrong with the answers."""
    client = world.client(role)
    words = hidden_words(role, world)
    asked, wrong = 0, []
    absent: dict[tuple[Any, ...], tuple[int, str, str]] = {}
    for number, (route, name, pk) in enumerate(questions(role, world)):
        known = not name or world.objects[name].known_to(role)
        path = route.path(world, pk)
        for method, manner in _ways(number, name):
            answer = Answer(client, method, path, **manner)
            asked += 1
            about = f"{method.upper()} {route.name} {path} {manner or ''}"
            if answer.status >= 500 and (method, route.name) not in WAGTAILS_OWN:
                wrong.append(f"{about}: {answer.status}")
            wrong += [f"{about}: tells {word}" for word in words if word in answer.everything]
            if known:
                continue
            key = (route, method, *manner)
            if key not in absent:
                none = route.path(world, ABSENT_PK, absent=True)
                absent[key] = Answer(client, method, none, **manner).without(ABSENT_PK, ABSENT_ID)
                asked += 1
            if answer.without(pk) != absent[key]:
                wrong.append(f"{about}: {name} {_difference(answer.without(pk), absent[key])}")
    if role != "anonymous":
        signed_in = client.session.get("_auth_user_id")
        assert signed_in == str(world.people[role].pk), "signed out"
    return asked, wrong


def _difference(got: tuple[int, str, str], wanted: tuple[int, str, str]) -> str:
    """What tells two answers apart: their statuses, addresses or first lines that differ."""
    for one, other in zip(got[:2], wanted[:2], strict=True):
        if one != other:
            return f"answers {one}, what does not exist {other}"
    lines = difflib.unified_diff(wanted[2].splitlines(), got[2].splitlines(), lineterm="", n=0)
    return " ".join(list(lines)[2:8])


def _ways(number: int, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """In which ways to ask the question `number`: each route in all, each state in one of them."""
    yield "get", MANNERS[number % len(MANNERS)]
    if name in ("", "draft", "organization") or name not in STATES:
        yield "post", {}


def test_the_sweep_is_as_large_as_it_says(search_index):
    """A route that names something unknown fails above; here, that nothing is left out."""
    world = build()

    named = {route.subject for route in routes()} - {None, "page"}
    assert named <= set(world.objects)
    assert {"image", "document", "membership", "owner", "notice"} <= named
    print(f"{len(routes())} routes × {len(ROLES)} people × {len(STATES)} states")
    assert len(ROLES) == 16
