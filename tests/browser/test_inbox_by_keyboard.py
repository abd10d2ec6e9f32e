"""A moderator who uses no mouse decides on ten texts that wait, one after the other."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from core.languages import choose_language
from organizations.models import Decision
from organizations.services import submit_for_moderation
from tests.organizations.factories import contributor, moderator, organization
from tests.practices.factories import LessonFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TEXTS = 10
# To the text, past the menu, to the decision, a word for the author, and the button.
MOST_KEYS = 12
# What the link or button says that has the focus.
SAID = """() => {
    const one = document.activeElement;
    return one.matches("a, button") ? one.textContent.trim() : one.tagName;
}"""


class Keyboard:
    """The keyboard of a page, which counts how often a key is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def reach(self, words: str) -> None:
        """Tab until what has the focus says `words`."""
        met = []
        for _turn in range(40):
            self.press("Tab")
            met.append(self.page.evaluate(SAID))
            if words in met[-1]:
                return
        raise AssertionError(f"{words!r} is not among {met}")


@pytest.fixture
def waiting(live_server) -> str:
    """The address of a site where ten texts wait for the moderator « marc »."""
    cache.clear()
    rives = organization("rives")
    author = contributor(member_of=rives)
    home = rives.pages.get(locale__language_code="fr")
    for number in range(TEXTS):
        lesson = LessonFactory(parent=home, title=f"Leçon {number}", live=False, owner=author)
        lesson.save_revision(user=author)
        submit_for_moderation(lesson, user=author)
    choose_language(moderator("marc", member_of=rives), "fr")
    return str(live_server.url)


def test_ten_texts_are_decided_on_with_few_keys(waiting, page: Page):
    with override("fr"):
        page.goto(waiting + reverse("account_login"))
        page.locator("#id_login").fill("marc")
        page.locator("#id_password").fill("a long secret")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"**{reverse('my_space')}")
    page.goto(waiting + reverse("moderation:inbox"))
    keys = Keyboard(page)
    keys.reach("contenu principal")
    keys.press("Enter")
    keys.reach("Leçon 0")
    keys.press("Enter")

    for number in range(TEXTS):
        decision = page.get_by_role("link", name="Aller à votre décision")
        expect(decision).to_be_visible()
        before = keys.presses
        keys.reach("contenu principal")
        keys.press("Enter")
        keys.reach("Aller à votre décision")
        keys.press("Enter")
        expect(page.locator("#comment")).to_be_focused()
        page.keyboard.type("Merci !")
        keys.reach("Approuver")
        keys.press("Enter")
        expect(page.get_by_text(f"Votre décision sur « Leçon {number} »")).to_be_visible()
        assert keys.presses - before <= MOST_KEYS

    expect(page).to_have_url(waiting + reverse("moderation:inbox"))
    assert Decision.objects.filter(person__username="marc", reason="Merci !").count() == TEXTS
