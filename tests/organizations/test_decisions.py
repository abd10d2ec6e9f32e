"""The rules of a decision, whatever the door."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale, Revision

from organizations.models import ConflictOfInterest, Decision, DecisionKind
from organizations.moderation.deciding import declare_conflict
from organizations.moderation.refusals import (
    AlreadyDecided,
    DecisionRefused,
    NotForYou,
    TextChanged,
)
from organizations.moderation.selectors import tasks_for
from organizations.services import approve, decide, reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.browser_forms import form_data
from tests.organizations.factories import contributor, editor, lead, moderator, organization
from tests.organizations.world import World, ask, build_world, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def rives():
    return organization("rives")


@pytest.fixture
def submitted(rives):
    """A text that a contributor submitted."""
    author = contributor("autrice", member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author)
    return page


def again(page):
    """The page as another process reads it."""
    return LessonPage.objects.get(pk=page.pk)


# The text that was read


def test_what_was_read_is_what_is_published(rives, submitted):
    approve(submitted, user=moderator(member_of=rives))

    page = again(submitted)
    assert page.live_revision_id == submitted.latest_revision_id


def test_a_decision_on_a_text_that_changed_since_is_refused(rives, submitted):
    read = again(submitted)
    other = again(submitted)
    other.title = "Une autre leçon"
    other.save_revision(user=moderator(member_of=rives))

    with pytest.raises(TextChanged) as refused:
        approve(read, user=moderator(member_of=rives))

    assert refused.value.read == read.latest_revision_id
    assert again(submitted).workflow_in_progress
    assert not Decision.objects.exists()


def test_no_door_decides_without_saying_which_text_was_read(rives, submitted):
    state = submitted.current_workflow_task_state

    for read in (None, 0, "x"):
        with pytest.raises(TextChanged):
            state.task.specific.on_action(
                state, moderator(member_of=rives), "approve", revision=read
            )


def test_a_text_that_waits_is_never_written_over(rives, submitted):
    judge = moderator(member_of=rives)
    page = again(submitted)
    page.title = "Corrigée"
    first = page.save_revision(user=judge)
    page.title = "Encore corrigée"

    second = page.save_revision(user=judge, overwrite_revision=first)

    assert second.pk != first.pk
    assert Revision.objects.get(pk=first.pk).content["title"] == "Corrigée"


def test_a_text_that_was_approved_is_never_written_over(rives, submitted):
    approve(submitted, user=moderator(member_of=rives))
    page = again(submitted)
    page.title = "Changée en douce"

    page.save_revision(user=submitted.owner, overwrite_revision=page.live_revision)

    assert Revision.objects.get(pk=page.live_revision_id).content["title"] == "Une leçon"


def test_the_editor_refuses_a_decision_on_an_older_text_and_keeps_the_comment(world):
    page = world.pages["waiting"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client = world.client("moderator")
    opened = form_data(client, path)
    other = again(page)
    other.summary = "Un tout autre résumé."
    other.save_revision(user=moderator(member_of=world.organization))

    answer = client.post(
        path,
        {
            **opened,
            "action-workflow-action": "true",
            "workflow-action-name": "reject",
            "workflow-action-extra-data": '{"comment": "Il manque les coûts."}',
        },
    )

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Il manque les coûts." in text
    assert "tout autre" in text  # the difference since
    assert again(page).workflow_in_progress


def test_the_review_page_refuses_a_decision_on_an_older_text_and_keeps_the_comment(world):
    page = world.pages["waiting"]
    client = world.client("moderator")
    path = reverse("moderation:review", args=[page.pk])
    opened = form_data(client, path, form="decision")
    other = again(page)
    other.summary = "Un tout autre résumé."
    other.save_revision(user=moderator(member_of=world.organization))

    answer = client.post(path, {**opened, "action": "approve", "comment": "Bravo"})

    assert answer.status_code == 409
    assert "Bravo" in answer.content.decode()
    assert "tout autre" in answer.content.decode()
    assert not again(page).live
    # Having read it, the moderator decides.
    opened = form_data(client, path, form="decision")
    decided = client.post(path, {**opened, "action": "approve"})
    assert decided.status_code == 302
    assert decided["Location"] == reverse("moderation:inbox")
    assert again(page).live


# Twice


def test_who_comes_second_learns_who_decided_what_and_when(rives, submitted):
    first, second = moderator("premiere", member_of=rives), moderator(member_of=rives)
    first.first_name, first.last_name = "Maude", "Premier"
    first.save()
    state = submitted.current_workflow_task_state
    read = submitted.latest_revision_id
    approve(submitted, user=first)

    for language, word in (("fr", "approuvé"), ("en", "approved")):
        with override(language), pytest.raises(AlreadyDecided) as refused:
            state.task.specific.on_action(state, second, "reject", revision=read, comment="Non.")
        assert "Maude Premier" in str(refused.value)
        assert word in str(refused.value)
        assert str(state.started_at.year) in str(refused.value)


def test_who_has_no_part_in_it_does_not_learn_who_decided(rives, submitted):
    state = submitted.current_workflow_task_state
    approve(submitted, user=moderator("premiere", member_of=rives))

    with pytest.raises(NotForYou) as refused:
        state.task.specific.on_action(
            state, moderator(member_of=organization()), "approve", revision=state.revision_id
        )

    assert "premiere" not in str(refused.value)


def test_the_editor_tells_who_comes_second(world):
    page = world.pages["waiting"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client = world.client("moderator")
    opened = form_data(client, path)
    approve(again(page), user=moderator("rapide", member_of=world.organization))

    answer = client.post(
        path, {**opened, "action-workflow-action": "true", "workflow-action-name": "approve"}
    )

    assert answer.status_code == 409
    assert "rapide" in answer.content.decode()
    assert Decision.objects.filter(page=page.pk).count() == 1


def test_the_editor_does_not_take_a_decision_for_the_next_step(world):
    page = world.pages["waiting"]
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client = world.client("moderator")
    opened = form_data(client, path)
    opened.pop("task_state")

    answer = client.post(
        path, {**opened, "action-workflow-action": "true", "workflow-action-name": "approve"}
    )

    assert answer.status_code == 409
    assert not again(page).live


# One's own text


def test_who_the_text_credits_does_not_approve_it(rives, submitted):
    judge = moderator("creditee", member_of=rives)
    page = again(submitted)
    page.contributions.create(name="Une créditée", user=judge)
    page.save_revision(user=page.owner)

    with pytest.raises(NotForYou):
        approve(page, user=judge)
    approve(page, user=moderator(member_of=rives))


def test_who_is_credited_for_a_review_may_approve(rives, submitted):
    judge = moderator("relectrice", member_of=rives)
    page = again(submitted)
    page.contributions.create(name="Une relectrice", user=judge, role="review")
    page.save_revision(user=page.owner)

    approve(page, user=judge)

    assert again(page).live


def test_the_author_of_the_french_text_does_not_approve_the_english_one_submitted_with_it(rives):
    judge = moderator("autrice", member_of=rives)
    french = draft(rives.pages.get(locale__language_code="fr"), judge, "Une leçon")
    english = french.copy_for_translation(Locale.objects.get(language_code="en"))
    other = editor(member_of=rives)
    english.save_revision(user=other)
    submit_for_moderation(english, user=other)

    with pytest.raises(NotForYou):
        approve(english, user=judge)
    approve(english, user=moderator(member_of=rives))


def test_a_page_that_shows_the_text_of_another_is_not_submitted(rives, submitted):
    approve(submitted, user=moderator(member_of=rives))
    leader = lead(member_of=rives)
    alias = draft(rives.pages.get(locale__language_code="fr"), leader, "Double")
    alias.alias_of = submitted.page_ptr
    alias.save()

    with pytest.raises(ValidationError):
        submit_for_moderation(alias, user=leader)


@pytest.mark.parametrize("role", ["contributor", "editor", "moderator", "lead"])
def test_a_copy_or_an_alias_is_not_published_by_the_way(world, role):
    page = world.pages["public"]
    client = world.client(role)
    path = reverse("wagtailadmin_pages:copy", args=[page.pk])
    for alias in ("", "on"):
        client.post(
            path,
            {
                "new_title": "Copie",
                "new_slug": f"copie{alias}",
                "new_parent_page": world.ids["home"],
                "publish_copies": "on",
                "alias": alias,
            },
        )

    assert not LessonPage.objects.live().filter(slug__startswith="copie").exists()


# Conflicts of interest


def test_who_declared_a_conflict_of_interest_neither_decides_nor_sees_it_in_their_tasks(
    rives, submitted
):
    judge = moderator(member_of=rives)
    assert tasks_for(judge).count() == 1

    declare_conflict(submitted, user=judge, note="C’est ma sœur.")

    assert not tasks_for(judge).exists()
    for action in ("approve", "reject"):
        with pytest.raises(DecisionRefused):
            decide(submitted, user=judge, action=action, comment="Non.")
    entry = Decision.objects.get()
    assert (entry.kind, entry.person, entry.reason) == (
        DecisionKind.CONFLICT,
        judge,
        "C’est ma sœur.",
    )
    approve(submitted, user=moderator(member_of=rives))


def test_a_conflict_of_interest_holds_in_all_languages_and_counts_once(rives, submitted):
    judge = moderator(member_of=rives)
    declare_conflict(submitted, user=judge)
    declare_conflict(submitted, user=judge, note="Encore.")
    assert ConflictOfInterest.objects.count() == Decision.objects.count() == 1
    english = submitted.copy_for_translation(Locale.objects.get(language_code="en"))
    other = editor(member_of=rives)
    english.save_revision(user=other)
    submit_for_moderation(english, user=other)

    with pytest.raises(NotForYou):
        approve(english, user=judge)


def test_who_has_no_part_in_deciding_declares_nothing(rives, submitted):
    for stranger in (contributor(member_of=rives), moderator(member_of=organization())):
        with pytest.raises(PermissionDenied):
            declare_conflict(submitted, user=stranger)


def test_a_moderator_declares_a_conflict_of_interest_on_the_review_page(world):
    page = world.pages["waiting"]
    client = world.client("moderator")

    client.post(reverse("moderation:conflict", args=[page.pk]), {"note": "Un ami."})

    assert ConflictOfInterest.objects.get().note == "Un ami."
    assert ask(client, reverse("moderation:review", args=[page.pk])).status_code == 404
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.post(
        path,
        form_data(
            client, path, **{"action-workflow-action": "1", "workflow-action-name": "approve"}
        ),
    )
    assert not again(page).live


# What readers see meanwhile


def test_readers_keep_the_published_text_while_the_next_one_waits(world, search_index):
    client = world.client("anonymous")
    page = again(world.pages["public"])
    page.title = "Zygomatique"
    page.save_revision(user=world.people["editor"])
    submit_for_moderation(page, user=world.people["editor"])
    search_index()

    def read(word: str) -> list[bool]:
        found = client.get("/api/v1/search/", {"q": word}).json()
        shown = client.get(again(page).get_url()).content.decode()
        return [found["total"] > 0, word in shown]

    assert read("Zygomatique") == [False, False]
    reject(page, user=world.people["moderator"], comment="Pas encore.")
    search_index()
    assert read("Zygomatique") == [False, False]
    submit_for_moderation(again(page), user=world.people["editor"])
    approve(again(page), user=world.people["moderator"])
    search_index()
    assert read("Zygomatique") == [True, True]
