"""The moderator's inbox: what waits, in which order, and several decisions at once."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import Decision, Membership, Role, TaskHandling
from organizations.moderation.handling import claim, handling_of, set_priority
from organizations.moderation.plans import configure_steps
from organizations.services import approve, submit_for_moderation
from practices.models import LessonPage, PracticeSheetPage
from tests.organizations.factories import (
    contributor,
    lead,
    moderator,
    organization,
    reviewer,
    validator,
)
from tests.organizations.world import ask, draft

pytestmark = pytest.mark.django_db

INBOX = "/admin/moderation/"


@pytest.fixture
def rives():
    return organization("rives")


def submitted(owner, title="Une leçon", author=None, model=None):
    author = author or contributor(member_of=owner)
    home = owner.pages.get(locale__language_code="fr")
    if model is None:
        page = draft(home, author, title)
    else:
        page = model(title=title, summary="Brève.", problem="<p>Un.</p>", live=False, owner=author)
        home.add_child(instance=page)
        page.save_revision(user=author)
    submit_for_moderation(page, user=author)
    return type(page).objects.get(pk=page.pk)


def rows(answer):
    """The titles in the inbox, from top to bottom."""
    soup = BeautifulSoup(answer.content, "html5lib")
    return [each.get_text(strip=True) for each in soup.select("table td.title a")]


def chosen(*pages, **data):
    """What the form of the inbox sends for these pages as they were shown."""
    handlings = {page: handling_of(page) for page in pages}
    return {
        "task": [each.task_state_id for each in handlings.values()],
        **{f"revision_{each.pk}": page.latest_revision_id for page, each in handlings.items()},
        **data,
    }


def live(page) -> bool:
    return type(page).objects.get(pk=page.pk).live


def test_each_sees_only_what_they_may_decide_or_recommend_on(rives, client):
    other = organization("ailleurs")
    judge = moderator(member_of=rives)
    submitted(rives, "À lire")
    submitted(other, "Chez eux")
    submitted(rives, "De moi", author=judge)
    touched = submitted(rives, "Corrigée par moi")
    touched.summary = "Mieux dit."
    touched.save_revision(user=judge)
    client.force_login(judge)

    answer = client.get(INBOX)
    assert rows(answer) == ["À lire"]
    assert "aujourd’hui" in answer.content.decode()
    client.force_login(validator())
    assert rows(client.get(INBOX)) == []


@pytest.mark.parametrize("make", [contributor, lead])
def test_who_decides_nothing_has_no_inbox(rives, client, make):
    client.force_login(make(member_of=rives))

    assert ask(client, INBOX).status_code == 404
    assert ask(client, reverse("moderation:absence")).status_code == 404
    assert INBOX not in client.get("/admin/").content.decode()


def test_the_menu_says_how_many_texts_are_free(rives, client):
    one, other = moderator(member_of=rives), moderator(member_of=rives)
    pages = [submitted(rives, f"Numéro {n}") for n in range(3)]
    claim(pages[0].current_workflow_task_state, user=other)
    client.force_login(one)

    text = client.get("/admin/").content.decode()
    assert "(2)" in text
    assert INBOX in text


def test_urgent_and_late_texts_come_first(rives, client):
    judge = moderator(member_of=rives)
    _, late, urgent = (submitted(rives, title) for title in ("Une", "Tardive", "Pressante"))
    TaskHandling.objects.filter(page=late).update(due_on=timezone.localdate() - timedelta(days=1))
    set_priority(urgent.current_workflow_task_state, user=judge, priority=1)
    client.force_login(judge)

    answer = client.get(INBOX)
    assert rows(answer) == ["Pressante", "Tardive", "Une"]
    assert answer.content.decode().count("moderation-overdue") == 1
    assert rows(client.get(f"{INBOX}?sort=title")) == ["Pressante", "Tardive", "Une"]
    assert rows(client.get(f"{INBOX}?sort=-title")) == ["Une", "Tardive", "Pressante"]
    assert rows(client.get(f"{INBOX}?sort=nothing")) == ["Pressante", "Tardive", "Une"]
    assert rows(client.get(f"{INBOX}?due=overdue")) == ["Tardive"]


def test_filters_narrow_the_list(rives, client):
    judge = moderator(member_of=rives)
    other = organization("ailleurs")
    Membership.objects.create(user=judge, organization=other, role=Role.MODERATOR)
    lesson = submitted(rives, "Une leçon")
    sheet = submitted(rives, "Une fiche", model=PracticeSheetPage)
    submitted(other, "Chez eux")
    claim(lesson.current_workflow_task_state, user=judge)
    client.force_login(judge)

    def found(query):
        return set(rows(client.get(f"{INBOX}?{query}")))

    assert found("q=fiche") == {"Une fiche"}
    assert found(f"type={sheet.content_type_id}") == {"Une fiche"}
    assert found(f"author={lesson.owner_id}") == {"Une leçon"}
    assert found(f"organization={other.pk}") == {"Chez eux"}
    assert found("held=me") == {"Une leçon"}
    assert found("held=nobody") == {"Une fiche", "Chez eux"}
    # People of whom nothing waits are no choices.
    stranger = contributor(member_of=rives)
    assert f'value="{stranger.pk}"' not in client.get(INBOX).content.decode()


def test_a_longer_list_asks_no_more_of_the_database(rives, client):
    judge = moderator(member_of=rives)
    client.force_login(judge)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(INBOX)
        return len(queries)

    submitted(rives)
    client.get(INBOX)
    few = asked()
    for number in range(6):
        page = submitted(rives, f"Numéro {number}")
        if number % 2:
            claim(page.current_workflow_task_state, user=judge)
    assert asked() == few
    assert few <= 23


# Several at once


def test_several_texts_are_approved_at_once(rives, client):
    judge = moderator(member_of=rives)
    pages = [submitted(rives, f"Numéro {n}") for n in range(3)]
    client.force_login(judge)

    client.post(INBOX, chosen(*pages, action="approve", comment="Bien."))

    assert all(live(page) for page in pages)
    assert set(Decision.objects.values_list("kind", "reason")) == {("approved", "Bien.")}


def test_what_is_refused_keeps_nothing_of_the_others_back(rives, client):
    judge, other = moderator(member_of=rives), moderator(member_of=rives)
    titles = ["Bonne", "Changée", "Prise", "Décidée", "De moi"]
    good, changed, taken, decided = (submitted(rives, title) for title in titles[:4])
    own = submitted(rives, "De moi", author=judge)
    foreign = submitted(organization("ailleurs"), "Chez eux")
    claim(taken.current_workflow_task_state, user=other)
    client.force_login(judge)
    data = chosen(good, changed, taken, decided, own, foreign, action="approve")
    changed.summary = "Autre chose."
    changed.save_revision(user=changed.owner)
    approve(decided, user=other)

    text = client.post(INBOX, data, follow=True).content.decode()

    assert live(good)
    assert not any(live(each) for each in (changed, taken, own, foreign))
    for title in titles[1:]:
        assert title in text
    assert "Chez eux" not in text
    assert Decision.objects.filter(person=judge).count() == 1


def test_changes_are_requested_with_a_reason_or_not_at_all(rives, client):
    pages = [submitted(rives, f"Numéro {n}") for n in range(2)]
    client.force_login(moderator(member_of=rives))

    client.post(INBOX, chosen(*pages, action="reject", comment=" "))
    assert not Decision.objects.exists()
    client.post(INBOX, chosen(*pages, action="reject", comment="Dites où."))
    assert [each.reason for each in Decision.objects.all()] == ["Dites où."] * 2


def test_a_row_that_does_not_say_which_text_was_read_decides_nothing(rives, client):
    page = submitted(rives)
    client.force_login(moderator(member_of=rives))

    client.post(INBOX, {"task": [handling_of(page).task_state_id], "action": "approve"})
    client.post(INBOX, {"action": "approve"})
    client.post(INBOX, chosen(page, action="nothing"))
    client.post(INBOX, {"task": ["x", "9" * 30], "action": "approve"})
    assert not live(page)


def test_reviewers_recommend_and_advise_in_their_inbox(rives, client):
    configure_steps(rives, steps=[("internal_review", 1), ("organization", 1)])
    one, two = submitted(rives, "Une"), submitted(rives, "Deux")
    client.force_login(reviewer(member_of=rives))

    client.post(INBOX, chosen(one, action="approve"))
    client.post(INBOX, chosen(two, action="reject", comment="Plus court."))

    assert set(Decision.objects.values_list("subject", "kind")) == {
        ("Une", "recommended"),
        ("Deux", "changes_advised"),
    }


def test_several_texts_are_claimed_released_and_made_urgent(rives, client):
    judge = moderator(member_of=rives)
    pages = [submitted(rives, f"Numéro {n}") for n in range(2)]
    client.force_login(judge)

    for action in ("claim", "high"):
        client.post(INBOX, chosen(*pages, action=action))
    assert {(handling_of(p).claimed_by, handling_of(p).priority) for p in pages} == {(judge, 1)}
    for action in ("release", "normal"):
        client.post(INBOX, chosen(*pages, action=action))
    assert {(handling_of(p).claimed_by, handling_of(p).priority) for p in pages} == {(None, 0)}


def test_after_a_decision_the_next_text_is_there_until_none_is_left(rives, client):
    """Ten texts cost ten decisions, and no way back to a list between them."""
    pages = [submitted(rives, f"Numéro {n}") for n in range(3)]
    client.force_login(moderator(member_of=rives))
    path = BeautifulSoup(client.get(INBOX).content, "html5lib").select_one("td.title a")["href"]
    for number in range(3):
        soup = BeautifulSoup(client.get(path).content, "html5lib").select_one("form#decision")
        data = {each["name"]: each["value"] for each in soup.select("input[type=hidden]")}
        assert data["revision"] == str(pages[number].latest_revision_id)
        answer = client.post(soup["action"], {**data, "action": "approve"})
        path = answer["Location"]

    assert path == INBOX
    assert LessonPage.objects.live().count() == 3


def test_the_first_page_of_the_admin_leads_to_the_inbox(rives, client):
    for number in range(7):
        submitted(rives, f"Numéro {number}")
    client.force_login(moderator(member_of=rives))

    main = BeautifulSoup(client.get("/admin/").content, "html5lib").select_one("main")
    assert main.select_one(f'a[href="{INBOX}"]')
    assert "Numéro 0" in main.get_text()
    assert "Numéro 6" not in main.get_text()
