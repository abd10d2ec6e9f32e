"""Every route × every kind of person × every state: what one may not know of does not exist.

Two rules are asked of every answer. It holds no word of a thing that the person may not know of;
and where the address names such a thing, it is the answer that a thing that does not exist gets.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from practices.models import KnowledgePage
from tests.permissions.routes import ABSENT_PK, Route, routes, subjects
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


class Answer:
    """What came back, as it is compared: without what differs each time."""

    def __init__(self, client: Client, method: str, path: str, **manner: Any) -> None:
        # What a request does is undone: the next one meets the same world.
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
                text = re.sub(rf"(?<=[/=F]){re.escape(str(number))}(?=[/&%\"'\s]|$)", "#", text)
            texts.append(text)
        return self.status, texts[0], texts[1]


def hidden_words(role: str, world: World) -> list[str]:
    """The markers of all that this person may not know of."""
    return [each.marker for each in world.objects.values() if not each.known_to(role)]


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
                if "persistent_id" in route.arguments:
                    pk = KnowledgePage.objects.get(pk=pk).persistent_id
                yield route, name, pk


@pytest.mark.parametrize("role", ROLES)
def test_no_route_tells_of_what_a_person_may_not_know(role, search_index, record_property):
    world = build()
    search_index()
    client = world.client(role)
    words = hidden_words(role, world)
    asked, wrong = 0, []
    absent: dict[tuple[Any, ...], tuple[int, str, str]] = {}
    for route, name, pk in questions(role, world):
        known = not name or world.objects[name].known_to(role)
        path = route.path(world, pk)
        for method in METHODS:
            # What a page in another state is asked as a reader asks will do.
            asks_all = method == "get" and name in (
                "",
                "draft",
                "organization",
                "image",
                "document",
            )
            for manner in MANNERS if asks_all else MANNERS[:1]:
                answer = Answer(client, method, path, **manner)
                asked += 1
                about = f"{method.upper()} {route.name} {path} {manner or ''}"
                if answer.status >= 500:
                    wrong.append(f"{about}: {answer.status}")
                wrong += [f"{about}: tells {word}" for word in words if word in answer.everything]
                if known:
                    continue
                key = (route, method, *manner)
                if key not in absent:
                    none = route.path(world, ABSENT_PK, absent=True)
                    absent[key] = Answer(client, method, none, **manner).without(
                        ABSENT_PK, "00000000-0000-4000-8000-000000000000"
                    )
                    asked += 1
                if answer.without(pk) != absent[key]:
                    got, wanted = answer.without(pk)[:2], absent[key][:2]
                    wrong.append(f"{about}: {name} answers {got}, what does not exist {wanted}")
    print(f"{role}: {asked} questions to {len(routes())} routes, {len(STATES)} states")
    record_property("questions", asked)
    if role != "anonymous":
        assert client.session.get("_auth_user_id") == str(world.people[role].pk), "signed out"
    assert "\n".join(wrong) == ""


def test_the_sweep_is_as_large_as_it_says(search_index):
    """A route that names something unknown fails above; here, that nothing is left out."""
    world = build()

    named = {route.subject for route in routes()} - {None, "page"}
    assert named <= set(world.objects)
    assert {"image", "document", "membership", "owner", "notice"} <= named
    print(f"{len(routes())} routes × {len(ROLES)} people × {len(STATES)} states")
    assert len(ROLES) == 16
