"""The register of decisions: one only adds to it, and whatever else was done to it shows."""

import contextlib
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.models import User
from organizations.models import Decision, DecisionKind, RegisterHead
from organizations.models.decisions import RegisterIsAppendOnly
from organizations.moderation.differences import in_words
from organizations.moderation.register import record_decision, verify_register
from organizations.services import approve, reject, remove_member, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import contributor, moderator, organization, person
from tests.organizations.world import World, build_world, draft

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def tampering() -> Iterator[object]:
    """A way into the table past the model and the trigger, as somebody with the database has."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("ALTER TABLE organizations_decision DISABLE TRIGGER USER")
        yield cursor
        if postgresql:
            cursor.execute("ALTER TABLE organizations_decision ENABLE TRIGGER USER")


def entries(count: int) -> list[Decision]:
    """Some decisions about nothing in particular."""
    return [
        record_decision(
            kind=DecisionKind.APPROVED, person=None, organization=None, subject=f"n° {number}"
        )
        for number in range(count)
    ]


def test_a_decision_keeps_who_in_what_role_on_what_why_and_what_it_changed():
    rives = organization("rives")
    author, judge = contributor(member_of=rives), moderator("juge", member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author)
    reject(page, user=judge, comment="Trop court.")
    submit_for_moderation(LessonPage.objects.get(pk=page.pk), user=author)
    approve(LessonPage.objects.get(pk=page.pk), user=judge)
    page = LessonPage.objects.get(pk=page.pk)
    page.title, page.summary = "Une autre leçon", "Ce que c’est vraiment."
    page.save_revision(user=author)
    submit_for_moderation(page, user=author)
    approve(page, user=judge, comment="Bien.")

    refused, first, second = Decision.objects.order_by("number")
    assert refused.kind == DecisionKind.CHANGES_REQUESTED
    assert refused.reason == "Trop court."
    assert refused.step == "organization"
    assert (first.person, first.person_name, first.role) == (judge, "juge", "moderator")
    assert (first.organization, first.organization_name) == (rives, "Rives (fr)")
    assert first.subject == "Une leçon"
    assert first.reference == str(page.persistent_id)
    assert in_words(first.difference) in ("première version", "first version")
    assert second.revision_number == page.latest_revision_id
    assert {each["field"] for each in second.difference} == {"title", "summary"}
    assert {"field": "title", "added": 1, "removed": 0} in second.difference


def test_an_entry_keeps_the_name_of_who_left_and_of_what_is_gone():
    rives = organization("rives")
    author, judge = contributor(member_of=rives), moderator("juge", member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author)
    approve(page, user=judge)

    remove_member(rives, user=judge)
    User.objects.filter(pk=judge.pk).delete()
    LessonPage.objects.get(pk=page.pk).delete()

    entry = Decision.objects.get(kind=DecisionKind.APPROVED)
    assert (entry.person_name, entry.subject) == ("juge", "Une leçon")
    assert not verify_register().fault


def test_what_is_withdrawn_or_published_alone_is_in_the_register():
    world: World = build_world()
    page = world.pages["public"]

    world.client("moderator").post(f"/admin/pages/{page.pk}/unpublish/")
    LessonPage.objects.get(pk=page.pk).get_latest_revision().publish(user=world.people["superuser"])

    kinds = (
        Decision.objects.filter(page=page)
        .order_by("number")
        .values_list("kind", "person__username")
    )
    assert list(kinds) == [("withdrawn", "moderator"), ("published_directly", "root")]


def test_who_takes_out_of_moderation_what_others_submitted_is_in_the_register():
    rives = organization("rives")
    author, judge = contributor(member_of=rives), moderator("juge", member_of=rives)
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(page, user=author).cancel(user=author)
    assert not Decision.objects.exists()

    submit_for_moderation(LessonPage.objects.get(pk=page.pk), user=author).cancel(user=judge)

    assert Decision.objects.get().kind == DecisionKind.CANCELLED


def test_nobody_changes_or_deletes_an_entry():
    entry, _other = entries(2)

    for forbidden in (
        entry.save,
        entry.delete,
        lambda: Decision.objects.update(reason="x"),
        lambda: Decision.objects.all().delete(),
        lambda: Decision._base_manager.filter(pk=entry.pk).delete(),
        lambda: Decision.objects.bulk_update([entry], ["reason"]),
        lambda: Decision.objects.bulk_create([Decision(number=3)]),
    ):
        with pytest.raises(RegisterIsAppendOnly):
            forbidden()
    assert Decision.objects.count() == 2


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such trigger")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE organizations_decision SET reason = 'x'", "DELETE FROM organizations_decision"],
)
def test_the_database_itself_refuses_too(statement):
    entries(2)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_an_untouched_register_is_whole_and_its_head_is_printed():
    head = entries(3)[-1].hash
    output = StringIO()

    call_command("verify_decisions", stdout=output)

    assert head in output.getvalue()
    call_command("verify_decisions", expect=head, stdout=output)


FAULTS = [
    ("UPDATE organizations_decision SET reason = 'x' WHERE number = 2", 2),
    ("UPDATE organizations_decision SET subject = 'x' WHERE number = 1", 1),
    ("UPDATE organizations_decision SET person_name = 'x' WHERE number = 3", 3),
    ("DELETE FROM organizations_decision WHERE number = 2", 2),
    ("DELETE FROM organizations_decision WHERE number = 1", 1),
    ("DELETE FROM organizations_decision WHERE number = 3", 2),
    ("DELETE FROM organizations_decision", 0),
]


@pytest.mark.parametrize(("statement", "number"), FAULTS)
def test_the_first_broken_entry_is_named(statement, number):
    entries(3)
    with tampering() as cursor:
        cursor.execute(statement)

    with pytest.raises(CommandError, match=str(number)):
        call_command("verify_decisions")


def test_a_cut_that_took_the_head_along_shows_against_a_head_that_was_kept():
    kept = entries(3)[-1].hash
    with tampering() as cursor:
        cursor.execute("DELETE FROM organizations_decision WHERE number = 3")
    last = Decision.objects.get(number=2)
    RegisterHead.objects.update(number=2, hash=last.hash)

    call_command("verify_decisions", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("verify_decisions", expect=kept)


WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


class ChainOfAnyTexts(TestCase):
    """Whatever is written in it, the register verifies; whatever is changed in it, it does not."""

    @settings(max_examples=25, deadline=None)
    @given(
        texts=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6),
        place=st.integers(0, 5),
        column=st.sampled_from(["reason", "subject", "role", "step", "made_at"]),
    )
    def test_any_change_shows(self, texts, place, column):
        for subject, reason in texts:
            record_decision(
                kind="approved",
                person=None,
                organization=None,
                subject=subject,
                reason=reason,
                difference=[{"field": "title", "added": len(reason), "removed": 0}],
            )
        assert verify_register().fault == ""
        number = place % len(texts) + 1
        value = timezone.now() if column == "made_at" else "autre chose que ce qui fut écrit"
        with tampering() as cursor:
            cursor.execute(
                f"UPDATE organizations_decision SET {column} = %s WHERE number = %s",
                [value, number],
            )
        found = verify_register()
        assert (found.fault, found.number) == ("content", number)


def test_who_only_passes_by_has_no_role_in_an_entry():
    entry = record_decision(kind="approved", person=person("x"), organization=None, subject="s")
    assert (entry.person_name, entry.role) == ("x", "")
