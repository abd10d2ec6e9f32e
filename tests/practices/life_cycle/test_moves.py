"""How a page of knowledge is moved from one status to another."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import PageLogEntry

from organizations.services import submit_for_moderation
from practices.life_cycle import TRANSITIONS
from practices.models import (
    Contribution,
    KnowledgePage,
    PracticeApplication,
    PracticeSheetPage,
    StatusChange,
)
from practices.services import move_to_status, verify
from search.models import OutboxEntry
from tests.organizations.factories import contributor, editor, lead, moderator, organization
from tests.practices.factories import CaseStudyFactory, PracticeSheetFactory, term, translation
from tests.practices.life_cycle.pages import STATES, TODAY, fresh, home, sheet_of

pytestmark = pytest.mark.django_db


def test_every_move_leads_to_a_state_that_one_can_leave_again():
    for model, moves in TRANSITIONS.items():
        reached = {to for following in moves.values() for to in following}
        assert reached | {model.first_state} == set(moves)
        assert all(moves[state] for state in moves)
    assert set(TRANSITIONS[PracticeSheetPage]) == set(STATES)


def test_a_new_sheet_is_promising_and_a_case_is_in_use(own):
    assert PracticeSheetFactory(parent=home(own)).status.slug == "promising"
    assert CaseStudyFactory(parent=home(own)).status is None


def test_a_moderator_moves_a_sheet_and_the_history_says_who_when_and_why(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)

    move_to_status(sheet, user=decider, status="discouraged", reason=" Des torts. ")

    change = StatusChange.objects.get()
    assert (change.from_status.slug, change.to_status.slug) == ("promising", "discouraged")
    assert (change.user, change.organization, change.text_fr) == (decider, own, "Des torts.")
    assert fresh(sheet).state == "discouraged"
    entry = PageLogEntry.objects.get(action="practices.status")
    assert (entry.page_id, entry.user) == (sheet.pk, decider)
    assert "Des torts." in entry.message


@pytest.mark.parametrize(
    ("who", "status", "may"),
    [
        (contributor, "under-revision", False),
        (editor, "under-revision", True),
        (editor, "validated", False),
        (editor, "retired", False),
        (moderator, "validated", True),
        (lead, "retired", True),
    ],
)
def test_each_role_makes_the_moves_that_are_its_own(own, who, status, may):
    sheet, user = sheet_of(own), who(member_of=own)
    if may:
        move_to_status(sheet, user=user, status=status, reason="Parce que.")
        assert fresh(sheet).state == status
    else:
        with pytest.raises(PermissionDenied):
            move_to_status(sheet, user=user, status=status, reason="Parce que.")
        assert fresh(sheet).state == "promising"


def test_a_moderator_of_another_organization_moves_nothing(own):
    with pytest.raises(PermissionDenied):
        move_to_status(
            sheet_of(own),
            user=moderator(member_of=organization("ailleurs")),
            status="retired",
            reason="Non.",
        )


def test_praise_comes_from_somebody_who_did_not_write_it_and_blame_from_anybody(own):
    decider = moderator(member_of=own)
    owned = sheet_of(own, owner=decider)
    credited = sheet_of(own, contributions=[Contribution(name="Ada", user=decider)])
    for sheet in (owned, credited):
        with pytest.raises(PermissionDenied):
            move_to_status(sheet, user=decider, status="validated", reason="Elle est bonne.")
        move_to_status(sheet, user=decider, status="retired", reason="Dépassée.")


def test_a_move_that_does_not_exist_is_refused_and_names_the_state_that_stands(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)
    stale = fresh(sheet)
    move_to_status(sheet, user=decider, status="retired", reason="Dépassée.")
    with pytest.raises(ValidationError, match="Retired"):
        move_to_status(stale, user=decider, status="validated", reason="Bonne.")
    with pytest.raises(ValidationError):
        move_to_status(sheet, user=decider, status="nowhere", reason="Perdue.")


def test_a_move_says_why(own):
    with pytest.raises(ValidationError) as refusal:
        move_to_status(sheet_of(own), user=moderator(member_of=own), status="retired", reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]


def test_a_draft_has_no_status_to_change(own):
    draft = PracticeSheetFactory(parent=home(own), live=False)
    with pytest.raises(ValidationError):
        move_to_status(draft, user=moderator(member_of=own), status="retired", reason="Non.")


def test_exemplary_needs_evidence_and_a_case_of_another_organization(own):
    decider = moderator(member_of=own)
    sheet = sheet_of(own, "validated", evidence_level=term("evidence_level", "evidence-2"))

    def attempt():
        move_to_status(fresh(sheet), user=decider, status="exemplary", reason="Reproduite.")

    def refused():
        with pytest.raises(ValidationError) as refusal:
            attempt()
        return list(refusal.value.message_dict)

    assert refused() == ["status"]
    PracticeSheetPage.objects.update(evidence_level=term("evidence_level", "evidence-3"))
    assert refused() == ["status"]
    applied = [PracticeApplication(practice=sheet, verdict="worked")]
    CaseStudyFactory(parent=home(own), applications=applied)
    assert refused() == ["status"]
    other = home(organization("ailleurs"))
    failed = [PracticeApplication(practice=sheet, verdict="did-not-work")]
    CaseStudyFactory(parent=other, applications=failed)
    hidden = CaseStudyFactory(
        parent=other,
        sharing_level="organization",
        applications=[PracticeApplication(practice=sheet, verdict="worked")],
    )
    assert refused() == ["status"], "a case that the decider may not read proves nothing"
    KnowledgePage.objects.filter(pk=hidden.pk).update(sharing_level="public")
    attempt()
    assert fresh(sheet).state == "exemplary"


def test_a_move_publishes_no_pending_draft_and_no_draft_undoes_it(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)
    draft = sheet.get_latest_revision_as_object()
    draft.summary = "Un résumé que personne n’a approuvé."
    revision = draft.save_revision()

    move_to_status(sheet, user=decider, status="under-revision", reason="À revoir.")
    verify(fresh(sheet), user=decider)

    after = fresh(sheet)
    assert after.summary != draft.summary
    assert after.has_unpublished_changes
    assert after.latest_revision == revision
    assert after.get_latest_revision_as_object().state == "under-revision"
    revision.publish()
    published = fresh(sheet)
    assert published.summary == draft.summary
    assert published.state == "under-revision"
    assert published.last_verified_on == TODAY()
    first = published.revisions.order_by("pk").first()
    first.publish()
    assert fresh(sheet).state == "under-revision", "an old text brings no old status back"


def test_a_move_leaves_what_waits_for_a_moderator_waiting(own):
    sheet = sheet_of(own)
    sheet.save_revision()
    submit_for_moderation(sheet, user=editor(member_of=own))
    move_to_status(sheet, user=moderator(member_of=own), status="under-revision", reason="Doute.")
    assert fresh(sheet).workflow_in_progress


def test_a_move_and_a_verification_are_for_every_language(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)
    english = translation(sheet, "en", title="The sheet")
    move_to_status(english, user=decider, status="validated", reason={"fr": "Oui.", "en": "Yes."})
    verify(sheet, user=decider)
    for page in (fresh(sheet), fresh(english)):
        assert (page.state, page.last_verified_on) == ("validated", TODAY())
    third = sheet.copy(update_attrs={"slug": "copie", "title": "Copie"})
    assert third.specific.state == "promising", "a copy is another practice"
    assert third.specific.last_verified_on is None


def test_a_translation_begins_with_the_status_of_its_original(own):
    sheet = sheet_of(own, "discouraged", review_by=datetime.date(2030, 1, 1))
    english = translation(sheet, "en")
    assert (english.state, english.review_by) == ("discouraged", datetime.date(2030, 1, 1))


def test_moves_and_verifications_write_to_the_outbox_in_their_transaction(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)
    for act in (
        lambda: verify(sheet, user=decider),
        lambda: move_to_status(sheet, user=decider, status="retired", reason="Dépassée."),
    ):
        OutboxEntry.objects.all().delete()
        act()
        assert OutboxEntry.objects.filter(key=f"page:{sheet.pk}").exists()
