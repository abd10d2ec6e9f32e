"""How a page of knowledge is moved from one status to another, and said to still hold."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from organizations.services import remove_member, submit_for_moderation
from practices.life_cycle import TRANSITIONS
from practices.models import (
    Contribution,
    KnowledgePage,
    PracticeApplication,
    PracticeSheetPage,
    ReviewPeriods,
    StatusChange,
    Verification,
)
from practices.selectors import pages_to_review
from practices.services import move_to_status, take_over_life_cycle, verify
from search.core.query import SearchQuery
from search.models import OutboxEntry
from search.service import search
from tests.organizations.factories import (
    contributor,
    editor,
    lead,
    moderator,
    organization,
    person,
)
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    term,
    translation,
)

pytestmark = pytest.mark.django_db

STATES = ["promising", "validated", "exemplary", "under-revision", "discouraged", "retired"]
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def statuses():
    return {slug: term("status", slug, label_fr=slug.capitalize()) for slug in STATES}


@pytest.fixture
def own():
    return organization("rives")


def home(owner, language="fr"):
    return owner.pages.get(locale__language_code=language)


def sheet_of(organization, /, status="promising", **fields):
    sheet = PracticeSheetFactory(parent=home(organization), status=term("status", status), **fields)
    sheet.save_revision().publish()
    return PracticeSheetPage.objects.get(pk=sheet.pk)


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def read(client, page):
    answer = client.get(page.get_url())
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html5lib")


# States as data


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


# Drafts, languages, index


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


@pytest.mark.parametrize("factory", [PracticeSheetFactory, CaseStudyFactory, LessonFactory])
def test_what_is_retired_leaves_search_and_comes_back(own, factory, search_index):
    page, decider = factory(parent=home(own), title="Étoile polaire"), lead(member_of=own)

    def found():
        search_index()
        return search(SearchQuery("fr", frozenset({"public"}), "polaire")).total

    assert found() == 1
    move_to_status(page, user=decider, status="retired", reason="Dépassée.")
    assert found() == 0
    back = type(page).first_state
    move_to_status(fresh(page), user=decider, status=back, reason="Retirée par erreur.")
    assert found() == 1


# What readers see


def test_a_retired_page_says_why_since_when_and_what_replaces_it(own, client):
    old, new = sheet_of(own, title="L’ancienne"), sheet_of(own, title="La nouvelle")
    move_to_status(
        old,
        user=moderator(member_of=own),
        status="retired",
        reason={"fr": "La fibre est arrivée.", "en": "Fibre arrived."},
        successor=new,
    )
    page = read(client, old)
    notice = page.select_one(".notice--error")
    assert "La fibre est arrivée." in notice.get_text()
    assert str(TODAY().year) in notice.get_text()
    assert notice.select_one("a")["href"] == new.get_url()
    assert page.select_one('meta[name="robots"][content="noindex"]')
    assert client.get(f"/id/{old.persistent_id}/").url == old.get_url()
    listed = client.get(home(own).get_url()).content.decode()
    assert "La nouvelle" in listed
    assert "L’ancienne" not in listed
    assert not read(client, new).select_one('meta[name="robots"]')


def test_a_successor_that_the_reader_may_not_see_is_not_named(own, client):
    old = sheet_of(own)
    new = sheet_of(own, title="Fiche interne", sharing_level="organization")
    decider = moderator(member_of=own)
    move_to_status(old, user=decider, status="retired", reason="Dépassée.", successor=new)
    notice = read(client, old).select_one(".notice--error")
    assert "Fiche interne" not in notice.get_text()
    assert not notice.select_one("a")
    client.force_login(decider)
    assert "Fiche interne" in read(client, old).select_one(".notice--error").get_text()


def test_the_successor_is_named_in_the_language_of_the_reader(own, client):
    old, new = sheet_of(own), sheet_of(own, title="La nouvelle")
    english_old, _new = translation(old, "en"), translation(new, "en", title="The new one")
    move_to_status(
        old, user=lead(member_of=own), status="retired", reason="Dépassée.", successor=new
    )
    notice = read(client, english_old).select_one(".notice--error")
    assert notice.select_one("a").get_text() == "The new one"
    assert notice.select_one("[lang=fr]").get_text().strip() == "Dépassée."


def test_a_successor_is_a_page_in_use_that_one_may_read_and_another_one(own):
    old, decider = sheet_of(own), moderator(member_of=own)
    other = organization("ailleurs")
    gone = sheet_of(own)
    move_to_status(gone, user=decider, status="retired", reason="Dépassée.")
    for wrong in (
        old,
        fresh(gone),
        sheet_of(other, sharing_level="organization"),
        PracticeSheetFactory(parent=home(own), live=False),
    ):
        with pytest.raises(ValidationError) as refusal:
            move_to_status(old, user=decider, status="retired", reason="Dépassée.", successor=wrong)
        assert list(refusal.value.message_dict) == ["successor"]


def test_retired_cases_and_lessons_leave_the_pages_that_list_them(own, client):
    sheet = sheet_of(own)
    case = CaseStudyFactory(
        parent=home(own), applications=[PracticeApplication(practice=sheet, verdict="worked")]
    )
    assert read(client, sheet).select_one("#cases")
    move_to_status(case, user=lead(member_of=own), status="retired", reason="Dépassé.")
    assert not read(client, sheet).select_one("#cases")


def test_an_overdue_page_stays_and_says_so(own, client):
    due = sheet_of(own, review_by=TODAY() - datetime.timedelta(days=1))
    later = sheet_of(own, review_by=TODAY() + datetime.timedelta(days=1))
    assert read(client, due).select_one(".notice--warning")
    assert not read(client, later).select_one(".notice--warning")


# Reviews


def test_the_next_review_follows_from_the_period_of_the_type(own):
    periods = ReviewPeriods.load()
    assert periods.after(datetime.date(2024, 1, 31), "lesson") == datetime.date(2027, 1, 31)
    periods.practice_sheet = 13
    assert periods.after(datetime.date(2024, 1, 31), "practice-sheet") == datetime.date(2025, 2, 28)
    assert periods.after(datetime.date(2024, 1, 31), "case-study") is None


def test_publishing_sets_the_next_review_where_nobody_did(own):
    draft = PracticeSheetFactory(parent=home(own), live=False)
    assert draft.review_by is None
    draft.save_revision().publish()
    assert fresh(draft).review_by == ReviewPeriods.load().after(TODAY(), "practice-sheet")
    assert CaseStudyFactory(parent=home(own)).review_by is None
    given = datetime.date(2030, 5, 1)
    assert PracticeSheetFactory(parent=home(own), review_by=given).review_by == given


def test_a_verification_sets_both_dates_and_is_kept(own):
    author = contributor(member_of=own)
    sheet = sheet_of(own, owner=author, review_by=datetime.date(2020, 1, 1))
    verify(sheet, user=author, note="Relue avec l’équipe.")
    verify(sheet, user=author, review_by=TODAY() + datetime.timedelta(days=9))
    page = fresh(sheet)
    assert page.last_verified_on == TODAY()
    assert page.review_by == TODAY() + datetime.timedelta(days=9)
    assert [each.text for each in Verification.objects.all()] == ["", "Relue avec l’équipe."]
    with pytest.raises(ValidationError):
        verify(sheet, user=author, review_by=TODAY())


def test_who_does_not_own_or_edit_a_page_does_not_verify_it(own):
    former = contributor(member_of=own)
    sheet = sheet_of(own, owner=former)
    remove_member(own, user=former)
    for user in (
        former,
        contributor(member_of=own),
        editor(member_of=organization("ailleurs")),
        AnonymousUser(),
    ):
        with pytest.raises(PermissionDenied):
            verify(sheet, user=user)
    assert not Verification.objects.exists()


def test_what_is_retired_is_not_verified(own):
    sheet, decider = sheet_of(own), moderator(member_of=own)
    move_to_status(sheet, user=decider, status="retired", reason="Dépassée.")
    with pytest.raises(ValidationError):
        verify(sheet, user=decider)


def test_pages_to_review_are_those_one_may_verify_the_longest_due_first_and_once(own):
    def due(days, **fields):
        return sheet_of(own, review_by=TODAY() + datetime.timedelta(days=days), **fields)

    author = contributor(member_of=own)
    soon, late, mine = due(5), due(-5), due(1, owner=author)
    due(90)
    translation(late, "en")
    gone = due(-1)
    move_to_status(gone, user=lead(member_of=own), status="retired", reason="Dépassée.")

    def asked(subject):
        return [page.pk for page in pages_to_review(subject)]

    everything = [late.pk, mine.pk, soon.pk]
    assert asked(own) == asked(editor(member_of=own)) == everything
    assert asked(author) == [mine.pk]
    assert asked(person()) == asked(AnonymousUser()) == []
    assert asked(lead(member_of=organization("ailleurs"))) == []
    assert late.pk not in [page.pk for page in pages_to_review(own, within_days=-10)]


def test_what_another_system_says_is_taken_over_and_nobody_is_named(own, statuses):
    sheet = sheet_of(own)
    take_over_life_cycle(
        sheet,
        {"status": statuses["validated"], "last_verified_on": datetime.date(2024, 2, 1)},
    )
    page = fresh(sheet)
    assert page.state == "validated"
    assert page.review_by == datetime.date(2026, 2, 1)
    assert StatusChange.objects.get().user is None


# The pages on which it is done


def test_a_page_is_verified_in_one_click_or_after_asking(own, client):
    sheet, user = sheet_of(own), editor(member_of=own)
    address = reverse("still-valid", args=[sheet.persistent_id])
    assert not read(client, sheet).select_one("#verified")
    assert client.get(address).url.startswith(reverse("account_login"))
    client.force_login(user)
    form = read(client, sheet).select_one("#verified form")
    assert form["action"] == address
    assert form.select_one('[name="csrfmiddlewaretoken"]')

    assert client.post(address).url == sheet.get_url()
    assert fresh(sheet).last_verified_on == TODAY()
    assert client.get(address).status_code == 200
    client.post(address, {"note": "Relue <b>hier</b>."})
    shown = read(client, sheet).select_one("#verified").get_text()
    assert "Relue <b>hier</b>." in shown
    assert str(user) in shown
    assert own.name in shown


def test_a_lesson_told_by_proxy_does_not_name_who_verified_it(own, client):
    lesson, user = LessonFactory(parent=home(own), anonymous_by_proxy=True), lead(member_of=own)
    verify(lesson, user=user)
    shown = read(client, lesson).select_one("#verified").get_text()
    assert str(user) not in shown
    assert own.name in shown


def test_the_admin_moves_a_page_with_the_reasons_of_the_service_beside_the_fields(own, client):
    sheet = sheet_of(own)
    client.force_login(moderator(member_of=own))
    address = reverse("life-cycle:status", args=[sheet.pk])
    offered = BeautifulSoup(client.get(address).content, "html5lib").select("[name=status]")
    assert [each["value"] for each in offered] == [
        "validated",
        "under-revision",
        "discouraged",
        "retired",
    ]
    answer = client.post(address, {"status": "retired", "successor": sheet.pk})
    assert set(answer.context["form"].errors) == {"reason_fr", "successor"}
    data = {"status": "retired", "reason_en": "Out of date."}
    assert client.post(address, data).status_code == 302
    assert fresh(sheet).is_retired
    back = BeautifulSoup(client.get(address).content, "html5lib")
    assert "Out of date." in back.get_text()


def test_a_case_is_retired_and_brought_back_in_the_admin(own, client):
    case = CaseStudyFactory(parent=home(own))
    client.force_login(lead(member_of=own))
    address = reverse("life-cycle:status", args=[case.pk])
    for status, retired in (("retired", True), ("in-use", False)):
        client.post(address, {"status": status, "reason_fr": "Voilà."})
        assert fresh(case).is_retired is retired


def test_the_form_of_a_page_shows_its_status_and_leads_to_the_page_that_changes_it(own, client):
    sheet = sheet_of(own, "validated")
    client.force_login(moderator(member_of=own))
    form = BeautifulSoup(
        client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content, "html5lib"
    )
    panel = form.select_one(".life-cycle")
    assert "Validated" in panel.get_text()
    assert panel.select_one(f'a[href="{reverse("life-cycle:status", args=[sheet.pk])}"]')
    assert not form.select('[name="status"], [name="last_verified_on"], [name="review_by"]')


def test_the_admin_lists_what_is_due_and_verifies_several_pages_with_one_note(own, client):
    past = TODAY() - datetime.timedelta(days=3)
    pages = [sheet_of(own, title=f"Due {n}", review_by=past) for n in range(3)]
    foreign = sheet_of(organization("ailleurs"), title="Chez eux", review_by=past)
    client.force_login(editor(member_of=own))

    listed = client.get(reverse("life-cycle:index")).content.decode()
    assert all(page.title in listed for page in pages)
    assert foreign.title not in listed
    summary = BeautifulSoup(client.get("/admin/").content, "html5lib").select_one(".w-summary")
    assert summary.select(f'a[href="{reverse("life-cycle:index")}"]')

    bulk = reverse("wagtail_bulk_action", args=["practices", "knowledgepage", "verify"])
    both = f"{bulk}?id={pages[0].pk}&id={foreign.pk}"
    assert client.post(both, follow=True).status_code == 404
    query = "&".join(f"id={page.pk}" for page in pages[:2])
    assert client.get(f"{bulk}?{query}").status_code == 200
    refused = client.post(f"{bulk}?{query}", {"review_by": "2020-01-01"})
    assert refused.status_code == 200
    assert not Verification.objects.exists()
    client.post(f"{bulk}?{query}", {"note": "Relues ensemble."})
    assert [each.text for each in Verification.objects.all()] == ["Relues ensemble."] * 2
    one = reverse("life-cycle:verify", args=[pages[2].pk])
    listed = BeautifulSoup(client.get(reverse("life-cycle:index")).content, "html.parser")
    token = listed.select_one(f'form[action="{one}"] [name=csrfmiddlewaretoken]')["value"]
    client.handler.enforce_csrf_checks = True
    sent = {"next": reverse("life-cycle:index"), "csrfmiddlewaretoken": token}
    answer = client.post(one, sent)
    client.handler.enforce_csrf_checks = False
    assert answer.url == reverse("life-cycle:index")
    assert "Due" not in client.get(reverse("life-cycle:index_results")).content.decode()
    summary = BeautifulSoup(client.get("/admin/").content, "html5lib").select_one(".w-summary")
    assert not summary.select(f'a[href="{reverse("life-cycle:index")}"]')


def test_the_list_of_what_is_due_takes_a_constant_number_of_queries(
    own, client, django_assert_max_num_queries
):
    past = TODAY() - datetime.timedelta(days=3)
    client.force_login(editor(member_of=own))
    address = reverse("life-cycle:index")
    sheet_of(own, review_by=past)
    client.get(address)
    with CaptureQueriesContext(connection) as used:
        client.get(address)
    for _ in range(8):
        sheet_of(own, review_by=past)
    with django_assert_max_num_queries(len(used)):
        client.get(address)
