"""A moderator who uses no mouse: one decision after the other, and ten at once with a reason."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from core.languages import choose_language
from organizations.models import Decision
from organizations.services import submit_for_moderation
from tests.organizations.factories import contributor, moderator, organization
from tests.pairs import ONCE
from tests.practices.factories import LessonFactory

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), ONCE]

# More stops than any of these pages has: nothing is out of reach of the Tab key.
MOST_STOPS = 300


@pytest.fixture
def waiting(live_server) -> str:
    """The address of a site where twelve texts wait for the moderator « marc »."""
    cache.clear()
    rives = organization("rives")
    author = contributor(member_of=rives)
    home = rives.pages.get(locale__language_code="fr")
    for number in range(12):
        lesson = LessonFactory(parent=home, title=f"Leçon {number}", live=False, owner=author)
        lesson.save_revision(user=author)
        submit_for_moderation(lesson, user=author)
    choose_language(moderator("marc", member_of=rives), "fr")
    return str(live_server.url)


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what `wanted` selects has the focus."""
    expect(page.locator(wanted).first).to_be_visible()
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"the Tab key never reaches {wanted!r} of {page.url}")


def sign_in(page: Page, address: str) -> None:
    with override("fr"):
        page.goto(address + reverse("account_login"))
        my_space = reverse("my_space")
    tab_to(page, "#id_login")
    page.keyboard.type("marc")
    tab_to(page, "#id_password")
    page.keyboard.type("a long secret")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + my_space)


def test_texts_are_decided_on_one_by_one_and_many_at_once_by_the_keyboard_alone(
    waiting, page: Page
):
    inbox = waiting + reverse("moderation:inbox")
    sign_in(page, waiting)
    page.goto(inbox)

    # The first text leads to the second one, without a way back to the list.
    tab_to(page, "td.title a")
    page.keyboard.press("Enter")
    for number, answer in enumerate(["approve", "reject"]):
        expect(page.locator("form#decision")).to_be_visible()
        tab_to(page, "a[href='#comment']")
        page.keyboard.press("Enter")
        expect(page.locator("#comment")).to_be_focused()
        page.keyboard.type(f"Raison {number}")
        tab_to(page, f"form#decision button[value={answer}]")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"Votre décision sur « Leçon {number} »")).to_be_visible()
    expect(page).to_have_url(re.compile(r"queue=1"))
    decided = Decision.objects.order_by("pk").values_list("subject", "kind", "reason")
    assert list(decided) == [
        ("Leçon 0", "approved", "Raison 0"),
        ("Leçon 1", "changes_requested", "Raison 1"),
    ]

    # The ten that are left, with one reason for all.
    page.goto(inbox)
    tab_to(page, "th input[type=checkbox]")
    page.keyboard.press("Space")
    expect(page.locator("td input[name=task]:checked")).to_have_count(10)
    tab_to(page, "td input[name=task]")
    page.keyboard.press("Space")
    expect(page.locator("td input[name=task]:checked")).to_have_count(9)
    page.keyboard.press("Space")
    tab_to(page, "form#texts #comment")
    page.keyboard.type("Merci à vous !")
    tab_to(page, "form#texts button[value=approve]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("C’est fait pour 10 textes.")).to_be_visible()
    assert Decision.objects.filter(kind="approved", reason="Merci à vous !").count() == 10
