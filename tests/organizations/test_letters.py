"""The letter that an author gets, and the comments in the text from which it is made."""

import pytest
from django.urls import reverse
from wagtail.models import Comment
from wagtail.users.models import UserProfile

from notifications.models import Notice
from organizations.models import DecisionLetter
from organizations.moderation.selectors import authors_of_submission, tasks_for
from organizations.services import approve, reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import contributor, editor, moderator, organization, validator
from tests.organizations.world import ask, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives():
    return organization("rives")


@pytest.fixture
def refused_page(rives):
    author = contributor("autrice", member_of=rives)
    found = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    found.lesson = '<p data-block-key="abc">Trois mots choisis ici.</p>'
    found.save_revision(user=author)
    submit_for_moderation(found, user=author)
    return LessonPage.objects.get(pk=found.pk)


def comment(refused_page, user, text, **fields):
    return Comment.objects.create(
        page=refused_page, user=user, text=text, **{"contentpath": "summary", **fields}
    )


def test_the_letter_quotes_each_comment_with_the_field_that_it_is_about(rives, refused_page):
    judge = moderator(member_of=rives)
    comment(refused_page, judge, "Trop bref.")
    selected = comment(refused_page, judge, "Lesquels ?", contentpath="lesson")
    Comment.objects.filter(pk=selected.pk).update(
        position='[{"key": "abc", "start": 6, "end": 18}]'
    )

    reject(refused_page, user=judge, comment="Deux choses à revoir.")

    letter = DecisionLetter.objects.get()
    assert letter.author == refused_page.owner
    assert [(each["quote"], each["comment"]) for each in letter.remarks] == [
        ("Ce que c’est.", "Trop bref."),
        ("mots choisis", "Lesquels ?"),
    ]
    assert letter.remarks[0]["field"] == "Résumé"


def test_resolved_comments_and_those_of_who_writes_are_left_out(rives, refused_page):
    judge = moderator(member_of=rives)
    comment(refused_page, refused_page.owner, "Note pour moi.")
    comment(refused_page, editor(member_of=rives), "Entre nous.")
    done = comment(refused_page, judge, "C’est réglé.")
    done.resolved_at = refused_page.latest_revision_created_at
    done.save()

    reject(refused_page, user=judge, comment="Non.")
    assert DecisionLetter.objects.get().remarks == []


def test_the_letter_stays_as_it_was_sent(rives, refused_page, client):
    judge = moderator(member_of=rives)
    made = comment(refused_page, judge, "Trop bref.")
    reject(refused_page, user=judge, comment="À compléter.")
    made.delete()
    refused_page.title = "Un autre titre"
    refused_page.save_revision(user=refused_page.owner)
    client.force_login(refused_page.owner)

    text = client.get(reverse("moderation:letter", args=[DecisionLetter.objects.get().pk]))
    for words in ("Trop bref.", "À compléter.", "Une leçon", str(judge)):
        assert words in text.content.decode()


def test_the_letter_is_in_the_language_of_its_author(rives, refused_page, client):
    UserProfile.objects.create(user=refused_page.owner, preferred_language="en")
    judge = moderator(member_of=rives)
    comment(refused_page, judge, "Trop bref.")
    reject(refused_page, user=judge, comment="À compléter.")
    client.force_login(judge)

    text = client.get(reverse("moderation:letter", args=[DecisionLetter.objects.get().pk]))
    assert '<html lang="en">' in text.content.decode()
    assert "Summary" in text.content.decode()
    assert "In the text" in text.content.decode()


def test_the_author_and_the_moderators_read_it_and_nobody_else(rives, refused_page, client):
    reject(refused_page, user=(judge := moderator(member_of=rives)), comment="À compléter.")
    path = reverse("moderation:letter", args=[DecisionLetter.objects.get().pk])

    for reader in (refused_page.owner, judge, moderator(member_of=rives)):
        client.force_login(reader)
        assert client.get(path).status_code == 200
    strangers = [editor(member_of=rives), moderator(member_of=organization("ailleurs"))]
    for stranger in (*strangers, validator()):
        client.force_login(stranger)
        assert ask(client, path).status_code == 404


def test_the_notice_leads_to_the_letter(rives, refused_page):
    reject(refused_page, user=moderator(member_of=rives), comment="À compléter.")

    notice = Notice.objects.get(recipient=refused_page.owner, kind="changes_requested")
    assert notice.path == reverse("moderation:letter", args=[DecisionLetter.objects.get().pk])


def test_a_comment_cannot_write_into_the_letter(rives, refused_page, client):
    judge = moderator(member_of=rives)
    comment(refused_page, judge, "<script>alert(1)</script>")
    reject(refused_page, user=judge, comment="<b>Non</b>")
    client.force_login(refused_page.owner)

    text = client.get(
        reverse("moderation:letter", args=[DecisionLetter.objects.get().pk])
    ).content.decode()
    assert "<script>" not in text
    assert "<b>Non" not in text


def test_an_approval_makes_no_letter(rives, refused_page):
    approve(refused_page, user=moderator(member_of=rives), comment="Bien.")
    assert not DecisionLetter.objects.exists()


@pytest.mark.parametrize("position", ["", "x", "{}", "[1]", '[{"key": "zzz"}]', "null"])
def test_a_comment_whose_place_is_gone_quotes_the_beginning(rives, refused_page, position):
    judge = moderator(member_of=rives)
    made = comment(refused_page, judge, "Où ?", contentpath="lesson")
    Comment.objects.filter(pk=made.pk).update(position=position)
    comment(refused_page, judge, "Champ parti.", contentpath="nothing.abc.def")

    reject(refused_page, user=judge, comment="Non.")
    first, second = DecisionLetter.objects.get().remarks
    assert first["quote"] == "Trois mots choisis ici."
    assert second["quote"] == ""


# Who only comments has not written


def test_a_moderator_who_comments_in_the_text_may_still_decide_on_it(rives, refused_page):
    judge = moderator(member_of=rives)
    fresh = refused_page.get_latest_revision_as_object()
    fresh.save_revision(user=judge)

    assert judge.pk not in authors_of_submission(refused_page)
    assert tasks_for(judge).exists()
    approve(LessonPage.objects.get(pk=refused_page.pk), user=judge)


def test_a_moderator_who_changes_a_word_as_well_may_not(rives, refused_page):
    judge = moderator(member_of=rives)
    fresh = refused_page.get_latest_revision_as_object()
    fresh.summary = "Autre chose."
    fresh.save_revision(user=judge)

    assert judge.pk in authors_of_submission(refused_page)
    assert not tasks_for(judge).exists()
