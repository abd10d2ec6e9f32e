"""Every route × every kind of person × every state: what one may not know of does not exist.

Each address is asked for by GET and by POST, with each object that it can name, as a browser, a
script and a program ask. Two rules hold for every answer. It has no word of a thing that the person
may not know of; and where the address names such a thing, it is the answer that a thing that does
not exist gets.
"""

import difflib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.views import defaults
from wagtail.models import sites

from practices.models import KnowledgePage
from tests.permissions.asking import MANNERS, METHODS, Answer, Comparable, Refusal
from tests.permissions.routes import ABSENT_ID, ABSENT_PK, Route, routes, subjects
from tests.permissions.world import ROLES, STATES, World, build

pytestmark = pytest.mark.django_db

# States in which a page is one more text to who knows of it: asked for by them on one pair, while a
# draft and what everyone reads are on both. Who may not know of it asks on both, in every state.
ALIKE = frozenset(STATES) - {"draft", "public"}


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
            if name in ALIKE and thing.known_to(role) and connection.vendor != "sqlite":
                continue
            pk = thing.pk
            if route.is_lasting:
                pk = KnowledgePage.objects.get(pk=pk).persistent_id
            yield route, name, pk


def test_no_route_tells_of_what_a_person_may_not_know(search_index, caplog, monkeypatch):
    # Thousands of refusals, each with its traceback.
    caplog.set_level(logging.CRITICAL, "django.request")
    for handler, lay_out in {
        "handler403": defaults.permission_denied,
        "handler404": defaults.page_not_found,
    }.items():
        monkeypatch.setattr(f"passerelle.urls.{handler}", Refusal(lay_out), raising=False)
    # Each request asks the database several times which site it is on, and there is one.
    monkeypatch.setattr(sites, "get_site_for_hostname", cache(sites.get_site_for_hostname))
    world = build()
    search_index()
    found = {role: _ask(role, world) for role in ROLES}
    for role, each in found.items():
        print(f"{role}: {each.asked} asked, {each.proven} proven")
    wrong = [f"{role}: {answer}" for role, each in found.items() for answer in each.wrong]
    asked, proven = (
        sum(getattr(each, name) for each in found.values()) for name in ("asked", "proven")
    )
    print(
        f"{len(routes())} routes × {len(ROLES)} people × {len(STATES)} states,"
        f" by {' and '.join(METHODS)}, {', '.join(MANNERS)}: {asked} asked,"
        f" {proven} proven equal to one of them, {len(wrong)} unexpected"
    )
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@dataclass
class Round:
    """All that one person asked."""

    asked: int = 0
    # Answers that are known to be those of another manner.
    proven: int = 0
    wrong: list[str] = field(default_factory=list)


def _ask(role: str, world: World) -> Round:
    browser, words, found = world.browser(role), hidden_words(role, world), Round()
    absent: dict[tuple[Route, str], dict[str, Comparable]] = {}

    def ask(method: str, path: str) -> dict[str, Answer]:
        answers = browser.answers(method, path)
        asked = len(set(answers.values()))
        found.asked += asked
        found.proven += len(answers) - asked
        return answers

    for (route, name, pk), method in product(questions(role, world), METHODS):
        path = route.path(world, pk)
        about = f"{method.upper()} {route.name} {path}"
        answers = ask(method, path)
        for answer in set(answers.values()):
            if answer.status >= 500:
                found.wrong.append(f"{about} ({answer.manner}): {answer.status}")
            for word in words:
                if word in answer.everything:
                    found.wrong.append(f"{about} ({answer.manner}): tells {word}")
        if not name or world.objects[name].known_to(role):
            continue
        if (route, method) not in absent:
            nothing = ask(method, route.path(world, ABSENT_PK, absent=True))
            absent[route, method] = {
                manner: answer.without(ABSENT_PK, ABSENT_ID) for manner, answer in nothing.items()
            }
        got = {answer: answer.without(pk) for answer in set(answers.values())}
        for manner, answer in answers.items():
            if got[answer] != (wanted := absent[route, method][manner]):
                difference = _difference(got[answer], wanted)
                found.wrong.append(f"{about} ({manner}): {name} {difference}")
    if role != "anonymous":
        signed_in = browser.session.get("_auth_user_id")
        assert signed_in == str(world.people[role].pk), "signed out"
    return found


def _difference(got: Comparable, wanted: Comparable) -> str:
    """What tells two answers apart: their statuses, addresses or first lines that differ."""
    for one, other in zip(got[:2], wanted[:2], strict=True):
        if one != other:
            return f"answers {one}, what does not exist {other}"
    lines = difflib.unified_diff(wanted[2].splitlines(), got[2].splitlines(), lineterm="", n=0)
    return " ".join(list(lines)[2:8])


def test_the_sweep_is_as_large_as_it_says(search_index):
    """A route that names something unknown fails above; here, that nothing is left out."""
    world = build()

    named = {route.subject for route in routes()} - {None, "page"}
    assert named <= set(world.objects)
    assert {"image", "document", "membership", "owner", "notice"} <= named
    print(f"{len(routes())} routes × {len(ROLES)} people × {len(STATES)} states")
    assert len(ROLES) == 16
