"""Leads write, read, sign, suspend and end the agreements of their organizations in the admin."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from organizations.agreements.services import send_agreement
from organizations.models import Agreement, AgreementState
from tests.organizations.agreements import drafted, leader_of, sign, signed
from tests.organizations.factories import editor, organization
from tests.organizations.world import ask
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def une():
    return organization("une", acronym="UNE")


@pytest.fixture
def deux():
    return organization("deux")


@pytest.fixture
def lead_of(client):
    def sign_in(owner):
        client.force_login(leader_of(owner))
        return client

    return sign_in


def page_of(agreement):
    return reverse("agreements:inspect", args=[agreement.pk])


def act(agreement, name):
    return reverse("agreements:act", args=[agreement.pk, name])


def text(answer):
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


TERMS = {
    "title_fr": "Entente",
    "purpose_fr": "Apprendre.",
    "text_fr": "Nous partageons.",
    "starts_on": "2026-01-01",
    "renewal_months": "0",
    "notice_days": "0",
    "may_see": "on",
    "confidentiality": "public",
}


def test_a_lead_writes_a_draft_and_reads_it(lead_of, une, deux):
    client = lead_of(une)
    assert client.get(reverse("agreements:add")).status_code == 200
    data = {**TERMS, "proposed_by": une.pk, "parties": [une.pk, deux.pk]}
    answer = client.post(reverse("agreements:add"), data)
    agreement = Agreement.objects.get()
    assert answer["Location"] == page_of(agreement)
    assert set(agreement.parties.all()) == {une, deux}
    assert "Nous partageons." in text(client.get(page_of(agreement)))
    assert "UNE" in text(client.get(reverse("agreements:index")))


def test_terms_that_contradict_each_other_are_shown_where_they_are(lead_of, une, deux):
    client = lead_of(une)
    data = {**TERMS, "proposed_by": une.pk, "parties": [une.pk], "ends_on": "2025-01-01"}
    answer = client.post(reverse("agreements:add"), data)
    assert answer.status_code == 200
    assert {"parties", "ends_on"} <= set(answer.context["form"].errors)


def test_a_lead_proposes_nothing_in_the_name_of_another_organization(lead_of, une, deux):
    data = {**TERMS, "proposed_by": deux.pk, "parties": [une.pk, deux.pk]}
    answer = lead_of(une).post(reverse("agreements:add"), data)
    assert "proposed_by" in answer.context["form"].errors


def test_a_draft_is_changed_in_place_and_what_was_signed_in_a_new_version(lead_of, une, deux):
    agreement = drafted(une, deux)
    client = lead_of(une)
    path = reverse("agreements:edit", args=[agreement.pk])

    def data(change):
        answer = client.get(path)
        form = answer.context["form"]
        initial = {
            name: value
            for name, value in form.initial.items()
            if value not in (None, []) and value is not False
        }
        parties = [each.pk for each in agreement.parties.all()]
        return {**initial, "parties": parties, "text_fr": change}

    assert client.post(path, data("Autrement.")).status_code == 302
    agreement.refresh_from_db()
    assert agreement.text_fr == "Autrement."

    sign(agreement, [une, deux])
    answer = client.post(path, data("Encore autrement."))
    version = Agreement.objects.get(version=2)
    assert answer["Location"] == page_of(version)
    agreement.refresh_from_db()
    assert (agreement.text_fr, version.text_fr) == ("Autrement.", "Encore autrement.")
    assert client.get(path)["Location"] == page_of(agreement), (
        "the next version is the one to change"
    )


def test_a_lead_sends_then_signs_and_the_other_signs(client, une, deux):
    agreement = drafted(une, deux)
    client.force_login(leader_of(deux))
    assert ask(client, page_of(agreement)).status_code == 404
    client.force_login(leader_of(une))
    client.post(act(agreement, "send"))
    for owner in (une, deux):
        client.force_login(leader_of(owner))
        path = act(agreement, "sign")
        form = client.get(path).context["form"]
        data = {"organization": owner.pk, "digest": form.initial["digest"], "has_read": "on"}
        assert client.post(path, {**data, "has_read": ""}).status_code == 200
        assert client.post(path, data)["Location"] == page_of(agreement)
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.SIGNED


def test_a_lead_suspends_resumes_and_ends_with_a_reason(lead_of, une, deux):
    agreement = signed(une, deux)
    client = lead_of(deux)
    assert client.post(act(agreement, "suspend"), {"reason": ""}).status_code == 200
    states = []
    for name, data in (
        ("suspend", {"reason": "Une fuite."}),
        ("resume", {}),
        ("end", {"reason": "Fini."}),
    ):
        assert client.get(act(agreement, name)).status_code == 200
        assert client.post(act(agreement, name), data).status_code == 302
        agreement.refresh_from_db()
        states.append(str(agreement.state))
    assert states == ["suspended", "signed", "ended"]
    history = text(client.get(reverse("agreements:history", args=[agreement.pk])))
    assert "Une fuite." in history
    assert client.post(act(agreement, "resume")).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == "ended"


def test_before_one_signs_one_sees_what_changes_and_no_title_that_one_may_not_know(
    client, une, deux
):
    home = une.pages.get(locale__language_code="fr")
    LessonFactory(parent=home, title="Titre de chez une", sharing_level="partners")
    theirs = deux.pages.get(locale__language_code="fr")
    LessonFactory(parent=theirs, title="Titre de chez deux", sharing_level="partners")
    editor(member_of=deux)
    agreement = drafted(une, deux)
    send_agreement(agreement, user=leader_of(une))
    client.force_login(leader_of(deux))
    for path in (page_of(agreement), act(agreement, "sign")):
        answer = client.get(path)
        told = answer.context["effect"].gained
        assert (told.pages, told.crowd.people, told.untold) == (2, 3, 1)
        assert "Titre de chez deux" in text(answer)
        assert "Titre de chez une" not in text(answer)


def test_an_editor_sees_who_reads_a_page_and_what_a_level_would_change(client, une, deux):
    user = editor(member_of=une)
    editor(member_of=deux)
    page = LessonFactory(
        parent=une.pages.get(locale__language_code="fr"), sharing_level="organization"
    )
    signed(une, deux)
    client.force_login(user)
    path = reverse("agreements:readers", args=[page.pk])
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert path in edit.content.decode()

    answer = client.get(path, {"level": "partners", "on": "2020-01-01"})
    assert answer.context["now"].people == 2
    assert answer.context["effect"].gained.crowd.people == 2
    assert answer.context["past"].past.is_published is False
    client.force_login(leader_of(deux))
    assert ask(client, path).status_code == 404


def test_who_runs_the_site_reads_and_ends_but_signs_for_nobody(admin_client, une, deux):
    agreement = drafted(une, deux)
    assert admin_client.get(page_of(agreement)).status_code == 200
    answer = admin_client.post(
        act(agreement, "sign"),
        {"organization": une.pk, "digest": agreement.digest(), "has_read": "on"},
    )
    assert answer.status_code == 302
    assert not agreement.signatures.exists()
    admin_client.post(act(agreement, "end"), {"reason": "Un essai."})
    agreement.refresh_from_db()
    assert agreement.state == "ended"
