"""The public page of decisions, for everyone and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from wagtail.models import Site

from organizations.models import RegisterSettings
from organizations.services import approve, submit_for_moderation
from tests.browser.test_search_page import RULES
from tests.organizations.factories import contributor, moderator, organization
from tests.organizations.world import draft
from tests.pairs import ONCE

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]


def test_no_rule_of_accessibility_is_broken_by_decisions(page: Page, live_server):
    rives = organization("rives")
    author = contributor(member_of=rives)
    text = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(text, user=author)
    approve(text, user=moderator(member_of=rives))
    chosen = RegisterSettings.for_site(Site.objects.get(is_default_site=True))
    chosen.published_kinds = ["approved"]
    chosen.save()
    for path in ("/fr/decisions/", "/en/decisions/"):
        page.goto(live_server.url + path)
        assert "Une leçon" in page.content()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})

            found = Axe().run(page, options={"runOnly": RULES})

            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") == width
