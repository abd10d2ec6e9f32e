"""One's own space: what I write, what is asked of me, where I belong."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import IN_SIGHT, Standing
from accounts.services import invite
from organizations.models import CommunityRole, Role, StepKind
from organizations.moderation.deciding import take_action
from organizations.moderation.plans import configure_steps
from organizations.services import (
    add_member,
    approve,
    give_community_role,
    reject,
    remove_member,
    submit_for_moderation,
)
from practices.models import LessonPage
from tests.organizations.factories import lead, moderator, organization, person, validator
from tests.organizations.world import build_world, draft

pytestmark = pytest.mark.django_db
PATH = "/fr/mon-espace/"


def space(user) -> object:
    client = Client()
    client.force_login(user)
    return client.get(PATH).context["space"]


def fresh(page):
    return LessonPage.objects.get(pk=page.pk)


def decide(page, user, action: str) -> None:
    page = fresh(page)
    take_action(
        page.current_workflow_task_state, user=user, action=action, revision=page.latest_revision_id
    )


def test_each_text_says_where_it_stands():
    world = build_world()
    author, judge, home = (
        world.people["contributor"],
        world.people["moderator"],
        world.pages["home"],
    )
    back = draft(home, author, "À reprendre")
    submit_for_moderation(back, user=author)
    reject(fresh(back), user=judge, comment="Il manque les résultats.")
    planned = draft(home, author, "Bientôt")
    planned.go_live_at = timezone.now() + datetime.timedelta(days=3)
    planned.save_revision(user=author)
    submit_for_moderation(fresh(planned), user=author)
    approve(fresh(planned), user=judge)
    done = draft(home, author, "Faite")
    submit_for_moderation(done, user=author)
    approve(fresh(done), user=judge)

    found = {text.title: text for text in space(author).texts}

    assert found["À reprendre"].standing == Standing.CHANGES
    assert found["À reprendre"].comment == "Il manque les résultats."
    assert found["Bientôt"].standing == Standing.SCHEDULED
    assert found["Faite"].standing == Standing.PUBLISHED
    waiting = found[world.pages["waiting"].title]
    assert waiting.standing == Standing.WAITING
    assert waiting.since is not None
    assert found[world.pages["draft"].title].standing == Standing.DRAFT
    assert world.pages["editors_draft"].title not in found


def test_of_many_published_texts_the_last_are_in_sight_and_the_others_one_touch_away():
    world = build_world()
    editor, client = world.people["editor"], Client()
    for number in range(IN_SIGHT + 2):
        text = draft(world.pages["home"], editor, f"Texte {number}")
        text.latest_revision.publish()
    client.force_login(editor)

    page = BeautifulSoup(client.get(PATH).content, "html5lib")

    folded = [each.get_text() for each in page.select("details.more .texts h4")]
    shown = [each.get_text() for each in page.select(".texts h4")]
    assert shown[-len(folded) :] == folded
    assert {"Texte 0", "Texte 1"} <= set(folded)
    assert f"Texte {IN_SIGHT + 1}" not in folded


def test_a_published_text_that_is_being_changed_is_a_draft_again():
    world = build_world()
    editor = world.people["editor"]
    page = world.pages["public"]
    page.title = "Une leçon reprise"
    page.save_revision(user=editor)

    text = next(each for each in space(editor).texts if each.title == "Une leçon reprise")
    assert text.standing == Standing.DRAFT


def test_what_is_asked_of_a_moderator_is_in_their_organizations_and_not_their_own():
    world = build_world()
    judge, stranger = world.people["moderator"], moderator(member_of=world.other)
    own = draft(world.pages["home"], judge, "La mienne")
    submit_for_moderation(own, user=judge)

    asked = [(each.kind, each.title) for each in space(judge).asked]

    assert asked == [("decision", world.pages["waiting"].title)]
    assert space(stranger).asked == []
    assert space(world.people["editor"]).asked == []


def test_who_reviews_or_validates_is_asked_at_their_step_and_the_moderator_is_not_yet():
    world = build_world()
    own, writer = world.organization, world.people["contributor"]
    reviewer = person("relectrice", member_of=own, role=Role.REVIEWER)
    member = validator("animateur", CommunityRole.FACILITATOR)
    steps = [(StepKind.INTERNAL_REVIEW, 1), (StepKind.ORGANIZATION, 1), (StepKind.COMMUNITY, 1)]
    configure_steps(own, steps=steps)
    page = draft(world.pages["home"], writer, "À relire")
    submit_for_moderation(page, user=writer)
    everyone = {"reviewer": reviewer, "judge": world.people["moderator"], "member": member}

    def asked() -> set[str]:
        found = {name: [each.title for each in space(who).asked] for name, who in everyone.items()}
        return {name for name, titles in found.items() if "À relire" in titles}

    assert asked() == {"reviewer"}
    decide(page, reviewer, "recommend")
    assert asked() == {"judge"}
    decide(page, everyone["judge"], "approve")
    assert asked() == {"member"}


def test_changes_requested_and_invitations_are_asked_of_the_person(admin_user):
    world = build_world()
    author = world.people["contributor"]
    reject(fresh(world.pages["waiting"]), user=world.people["moderator"], comment="Encore.")
    invite(world.other, email=author.email, role=Role.EDITOR, by=admin_user)

    asked = {each.kind: each for each in space(author).asked}

    assert set(asked) == {"changes", "invitation"}
    assert asked["changes"].detail == "Encore."


def test_organizations_are_shown_with_every_role_and_leads_get_their_links():
    rives, other = organization("rives"), organization("ailleurs")
    user = lead("meneuse", member_of=rives)
    add_member(rives, user=user, role=Role.MODERATOR)
    add_member(other, user=user, role=Role.READER)

    client = Client()
    client.force_login(user)
    page = BeautifulSoup(client.get(PATH).content, "html5lib")
    links = {each["href"] for each in page.select("main a")}

    found = client.get(PATH).context["space"].belongings
    assert [(each.organization, len(each.roles), each.leads) for each in found] == [
        (rives, 2, True),
        (other, 1, False),
    ]
    assert f"{reverse('memberships:index')}?organization={rives.pk}" in links
    assert f"{reverse('invitations:index')}?organization={other.pk}" not in links
    assert rives.pages.get(locale__language_code="fr").get_url() in links


def test_who_left_an_organization_still_finds_their_texts_without_a_way_into_the_admin():
    world = build_world()
    author = world.people["contributor"]
    remove_member(world.organization, user=author)

    texts = space(author).texts

    assert texts
    assert not any(text.url.startswith("/admin/") for text in texts)


def test_community_roles_are_named(admin_user):
    user = person()
    give_community_role(user=user, role="mediator", by=admin_user)
    assert space(user).community_roles == ["médiation"]


def test_nothing_is_shown_to_a_stranger(client):
    assert client.get(PATH)["Location"] == f"{reverse('account_login')}?next={PATH}"


def test_the_number_of_queries_does_not_depend_on_what_there_is():
    world = build_world()
    author, judge = world.people["contributor"], world.people["moderator"]

    def asked(user) -> int:
        client = Client()
        client.force_login(user)
        client.get(PATH)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PATH).status_code == 200
        return len(queries)

    before = asked(author), asked(judge)
    for number in range(4):
        page = draft(world.pages["home"], author, f"Leçon {number}")
        submit_for_moderation(page, user=author)
        if number > 2:
            reject(fresh(page), user=judge, comment="Encore.")

    assert (asked(author), asked(judge)) == before
    assert max(before) <= 40


def test_the_language_one_chooses_is_that_of_the_admin_and_of_mails(client, settings):
    settings.SESSION_COOKIE_SECURE = True  # as on a server
    user = lead("meneuse", member_of=organization())
    client.force_login(user)

    answer = client.post(reverse("account_language"), {"language": "en"})

    assert answer["Location"] == "/en/my-space/"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME]["secure"]
    assert "Dashboard" in client.get("/admin/").content.decode()
    from core.languages import language_of

    user = type(user).objects.get(pk=user.pk)
    assert language_of(user) == "en"


def test_the_header_leads_to_it_and_signs_out_by_a_post(client):
    client.force_login(person("lectrice", member_of=organization(), role=Role.READER))
    page = BeautifulSoup(client.get("/fr/").content, "html5lib")

    header = page.select_one(".site-tools")
    assert header.select_one(f'a[href="{PATH}"]')
    form = header.select_one("form")
    assert (form["method"], form["action"]) == ("post", reverse("account_logout"))
    client.post(form["action"])
    assert "_auth_user_id" not in client.session
