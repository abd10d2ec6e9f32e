"""In the admin, what another organization has does not exist."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.urls import get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from wagtail.models import Page

from tests.organizations.browser_forms import form_data, rich_text
from tests.organizations.world import HIDDEN, SOUGHT, World, add_appeal, ask, build_world, draft
from tests.routes import ARGUMENTS, KEYS, TEXTS, named_views

pytestmark = pytest.mark.django_db

# What the objects of the sweep are called in this world.
NAMES = {"page": "draft", "owner": "rives"}


def admin_views() -> Iterator[tuple[str, frozenset[str]]]:
    """The name of every view of the admin, with the names of its arguments."""
    for name, text, arguments in named_views(get_resolver()):
        if text.startswith("admin/"):
            yield name, arguments


def key_of(name: str) -> str | None:
    """What “pk” names in the address of the view `name`, if it is of an organization."""
    return next((named for start, named in KEYS.items() if name.startswith(start)), None)


def address(name: str, arguments: frozenset[str], world: World) -> str:
    """The address of a view with everything in it that belongs to the organization."""
    kwargs: dict[str, Any] = {}
    for argument in arguments:
        named = key_of(name) if argument == "pk" else ARGUMENTS.get(argument)
        if named:
            kwargs[argument] = world.ids[NAMES.get(named, named)]
        else:
            kwargs[argument] = 1 if argument == "pk" else TEXTS[argument]
    return reverse(name, kwargs=kwargs)


def is_refusal(answer: Any) -> bool:
    """Whether the admin sent the person back to its own door."""
    return answer.status_code == 302 and answer["Location"] == "/admin/"


def test_no_view_of_the_admin_tells_a_stranger_about_another_organization():
    world = build_world()
    add_appeal(world)
    client = world.client("stranger")
    tells: list[str] = []
    opens: list[str] = []
    for name, arguments in admin_views():
        if name in {"wagtailadmin_logout", "wagtailadmin_error_test"}:
            continue
        try:
            path = address(name, arguments, world)
        except NoReverseMatch as error:
            raise AssertionError(f"{name}: say what {arguments} name in this test") from error
        for query in ("", f"?q={SOUGHT}") if arguments <= {"parent_page_id"} else ("",):
            answer = ask(client, path + query)
            if HIDDEN in body(answer):
                at = body(answer).index(HIDDEN)
                tells.append(f"{path}{query}: {body(answer)[at - 80 : at + 40]!r}")
            named = arguments & {*ARGUMENTS, "pk"}
            # The chooser leads to what the organization has published for all.
            if name == "wagtailadmin_choose_page_child":
                continue
            if named and not query and answer.status_code not in (404, 405):
                ours = set(arguments) <= {"pk"} and key_of(name) is None
                if not ours and not is_refusal(answer):
                    opens.append(
                        f"{name} {path} {answer.status_code} {answer.headers.get('Location')}"
                    )
    assert tells == []
    assert "\n".join(opens) == ""
    assert client.get("/admin/").status_code == 200, "the stranger is still signed in"


def test_the_first_page_of_the_admin_counts_nothing_of_other_organizations(world):
    def counted(role: str) -> list[str]:
        page = BeautifulSoup(world.client(role).get("/admin/").content, "html5lib")
        return [each.get_text(" ", strip=True) for each in page.select(".w-summary li")]

    parent = Page.objects.get(pk=world.ids["draft"]).get_parent()
    before = counted("stranger")
    assert before, "images and documents are counted"

    draft(parent, world.people["contributor"], "Encore une")

    assert counted("stranger") == before
    assert not any("page" in each.lower() for each in before)
    assert any("page" in each.lower() for each in counted("superuser"))


def body(answer: Any) -> str:
    """What an answer says, in lower case."""
    if getattr(answer, "streaming", False):
        return ""
    return str(answer.content.decode(errors="replace").lower())


NAMING: list[Callable[[dict[str, Any]], str]] = [
    lambda ids: f"/admin/choose-page/chosen-multiple/?id={ids['draft']}",
    lambda ids: f"/admin/images/chooser/chosen-multiple/?id={ids['image']}",
    lambda ids: f"/admin/documents/chooser/chosen-multiple/?id={ids['document']}",
    lambda ids: f"/admin/bulk/wagtailcore/page/delete/?id={ids['draft']}",
    lambda ids: "/admin/bulk/wagtailcore/page/delete/?id=all",
    lambda ids: "/admin/bulk/wagtailcore/page/unpublish/?id=all&childOf=1",
    lambda ids: f"/admin/bulk/wagtailcore/page/unpublish/?id=all&childOf={ids['home']}",
    lambda ids: f"/admin/bulk/wagtailimages/image/delete/?id={ids['image']}",
    lambda ids: "/admin/bulk/wagtailimages/image/delete/?id=all",
    lambda ids: f"/admin/bulk/wagtaildocs/document/delete/?id={ids['document']}",
    lambda ids: f"/admin/bulk/practices/knowledgepage/verify/?id={ids['draft']}",
    lambda ids: "/admin/bulk/practices/knowledgepage/verify/?id=all",
    lambda ids: f"/admin/life-cycle/{ids['draft']}/status/",
    lambda ids: f"/admin/life-cycle/{ids['community']}/verify/",
    lambda ids: f"/admin/pages/{ids['foreign']}/revisions/{ids['revision']}/view/",
    lambda ids: f"/admin/pages/{ids['foreign']}/workflow_history/detail/{ids['workflow_state']}/",
    lambda ids: f"/admin/pages/workflow/preview/{ids['foreign']}/{ids['task']}/",
    lambda ids: f"/admin/pages/workflow/action/{ids['foreign']}/approve/{ids['task_state']}/",
    lambda ids: f"/admin/api/main/pages/?child_of={ids['home']}",
    lambda ids: f"/admin/api/main/pages/?search={SOUGHT}",
    lambda ids: f"/admin/choose-page/{ids['home']}/?page_type=practices.lessonpage",
]


def test_naming_what_belongs_to_another_organization_finds_nothing(world):
    client = world.client("stranger")
    for address_of in NAMING:
        answer = ask(client, path := address_of(world.ids))

        assert HIDDEN not in body(answer), path
        assert answer.status_code in (200, 302, 400, 404), path


@pytest.fixture
def world() -> World:
    return build_world()


def test_a_request_made_by_hand_takes_along_nothing_of_another_organization(world):
    client = world.client("stranger")
    page = world.pages["foreign"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = form_data(client, path)
    before = page.revisions.count()
    for change in (
        {"image": world.ids["image"]},
        {"lesson": rich_text("annexe", "DOCUMENT", world.ids["document"])},
        {"lesson": rich_text("annexe", "LINK", world.ids["draft"])},
        {"lesson": rich_text("annexe", "LINK", world.ids["organization"])},
    ):
        assert client.post(path, {**data, **change}).status_code == 200, change
        assert page.revisions.count() == before, change

    allowed = {"lesson": rich_text("annexe", "LINK", world.ids["community"])}
    assert client.post(path, {**data, **allowed}).status_code == 302
    assert page.revisions.count() == before + 1
