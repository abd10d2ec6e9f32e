"""The life of a page of knowledge, in the admin."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices.models import Verification
from tests.organizations.factories import editor, lead, moderator, organization
from tests.practices.factories import CaseStudyFactory
from tests.practices.life_cycle.pages import TODAY, fresh, home, sheet_of

pytestmark = pytest.mark.django_db


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
