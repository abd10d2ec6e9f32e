"""What stands beside the form of the admin: the checker, the preview in both languages."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.languages import choose_language
from tests.pairs import ONCE
from tests.practices.factories import PracticeSheetFactory, organization_page, translation

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]


def test_an_editor_is_told_what_to_mend_of_the_text_and_sees_both_languages(
    page: Page, live_server
):
    admin = get_user_model().objects.create_superuser("cheffe")
    choose_language(admin, "fr")
    client = Client()
    client.force_login(admin)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    sheet = PracticeSheetFactory(title="Une fiche", summary="Court.")
    organization_page(language="en")
    translation(sheet, "en", title="A sheet")

    page.goto(live_server.url + reverse("wagtailadmin_pages:edit", args=[sheet.pk]))
    page.locator("[data-side-panel-toggle=checks]").click()
    checks = page.locator("[data-side-panel=checks]")
    expect(checks).to_contain_text("Le résumé en dit peu")
    expect(checks).to_contain_text("data-check")  # each says where it is
    # What stands around every page is not the editors' to mend.
    expect(checks).not_to_contain_text("site-footer")

    page.locator("[data-side-panel-toggle=preview]").click()
    preview = page.locator("[data-side-panel=preview]")
    heading = page.frame_locator("#w-preview-iframe").locator("h1")
    expect(heading).to_have_text("Une fiche")
    preview.get_by_role("combobox").select_option("English")
    expect(heading).to_have_text("A sheet")
