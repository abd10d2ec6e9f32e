"""Two people who decide at the same moment, in two threads with a connection of their own."""

import threading

import pytest
from django.db import connection

from organizations.models import Decision
from organizations.moderation.refusals import AlreadyDecided
from organizations.moderation.register import record_decision, verify_register
from organizations.services import submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import contributor, moderator, organization
from tests.organizations.world import draft

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*tasks):
    """Run all at the same moment; what each returned or raised."""
    start, outcomes = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(place, task):
        try:
            start.wait()
            outcomes[place] = task()
        except Exception as error:  # the outcome is what the test is about
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_two_moderators_at_once_give_exactly_one_decision():
    rives = organization("rives")
    author = contributor(member_of=rives)
    judges = [moderator("une", member_of=rives), moderator("autre", member_of=rives)]
    for round_number in range(3):
        page = draft(rives.pages.get(locale__language_code="fr"), author, f"Tour {round_number}")
        submit_for_moderation(page, user=author)
        state = page.current_workflow_task_state
        before = Decision.objects.count()

        def decide(user, action, state=state):
            state = type(state).objects.get(pk=state.pk)
            state.task.specific.on_action(
                state, user, action, revision=state.revision_id, comment="Voilà."
            )
            return action

        outcomes = at_once(
            lambda decide=decide: decide(judges[0], "approve"),
            lambda decide=decide: decide(judges[1], "reject"),
        )

        assert Decision.objects.count() == before + 1
        refused = [each for each in outcomes if isinstance(each, AlreadyDecided)]
        assert len(refused) == 1, outcomes
        winner = judges[0] if outcomes[0] == "approve" else judges[1]
        assert str(winner) in str(refused[0])
        assert LessonPage.objects.get(pk=page.pk).live == (outcomes[0] == "approve")


def test_entries_written_at_once_make_one_chain():
    def write(number):
        return record_decision(
            kind="approved", person=None, organization=None, subject=f"n° {number}"
        ).number

    numbers = at_once(*(lambda number=number: write(number) for number in range(6)))

    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert verify_register().fault == ""
