"""A contributor proposes on a phone, with and without JavaScript, until others find it.

With PASSERELLE_SCREENSHOTS=folder each step is kept as an image, on a phone and on a desktop.
"""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Page, expect
from wagtail.images import get_image_model

from organizations.services import approve, reject
from practices.models import KnowledgePage, PracticeSheetPage
from tests.browser.looking import keep
from tests.browser.test_search_page import RULES
from tests.organizations.factories import contributor, moderator, organization
from tests.practices.factories import PracticeSheetFactory, term

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
TITLE, ALIKE = "Le carnet de bord partagé", "Un carnet de bord partagé en stage"
SUMMARY = "Chaque équipe écrit une ligne par jour."


class Story:
    """A window on a phone, with or without script."""

    def __init__(self, page: Page, scripted: bool) -> None:
        self.page, self.scripted = page, scripted

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def shows(self, name: str) -> None:
        """Nothing sticks out of a phone, and no rule of accessibility is broken."""
        if not self.scripted:
            return
        for size in (DESKTOP, PHONE):
            self.page.set_viewport_size(size)
            width = self.page.evaluate("document.documentElement.scrollWidth")
            assert width == size["width"], name
            keep(self.page, f"proposal-{name}-{size['width']}")
        found = Axe().run(self.page, options={"runOnly": RULES})
        assert found.violations_count == 0, (name, found.generate_report())


def photo(folder: Path) -> Path:
    """A photo in which the camera wrote its name."""
    exif = PillowImage.Exif()
    exif[0x010F] = "Zorglub"
    PillowImage.new("RGB", (800, 600), "teal").save(folder / "plage.jpg", exif=exif)
    return folder / "plage.jpg"


def proposal() -> Any:
    return KnowledgePage.objects.get(draft_title=TITLE).specific


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_a_proposal_from_a_phone_to_the_search(
    scripted: bool, browser: Browser, live_server: Any, search_index: Any, tmp_path: Path
):
    cache.clear()  # the attempts of other tests
    rives = organization("rives")
    home = rives.pages.get(locale__language_code="fr")
    PracticeSheetFactory(parent=home, title=ALIKE)
    for number in range(25):
        term("theme", f"theme-{number}", label_fr=f"Thème {number}")
    term("theme", "teams", label_fr="Travail d’équipe")
    term("theme", "maths", label_fr="Mathématique")
    term("setting", "college", label_fr="Collège")
    search_index()
    author, judge = contributor("ada", member_of=rives), moderator("marc", member_of=rives)
    context = browser.new_context(viewport=PHONE, locale="fr-CA", java_script_enabled=scripted)
    page = context.new_page()
    page.set_default_timeout(15_000)
    story = Story(page, scripted)
    with override("fr"):
        page.goto(live_server.url + reverse("proposing:start"))
        page.locator("#id_login").fill(author.username)
        page.locator("#id_password").fill("a long secret")
        page.locator("main form button[type=submit]").first.click()
        what_it_is(story)
        what_was_done(story)
        for_whom(story)
        with_a_photo(story, photo(tmp_path))
        checked_and_sent(story)

        assert PracticeSheetPage.objects.filter(draft_title=TITLE).count() == 1
        reject(proposal(), user=judge, comment="Dites combien d’équipes.")
        page.goto(live_server.url + reverse("my_space"))
        mended_and_sent_again(story)

        approve(proposal(), user=judge)
        search_index()
        page.goto(live_server.url + reverse("search:page") + "?theme=teams")
        page.get_by_role("link", name=TITLE).click()
        expect(page.get_by_text("Six équipes écrivent").first).to_be_visible()
        expect(page.get_by_role("main").get_by_text("ada").first).to_be_visible()
    context.close()


def what_it_is(story: Story) -> None:
    page = story.page
    story.press("Continuer")
    expect(page.get_by_role("alert")).to_be_focused()
    story.shows("start")
    page.get_by_label("Fiche de pratique").check()
    story.press("Continuer")

    page.get_by_label("Titre").press_sequentially(TITLE)
    if story.scripted:
        # Nothing is sent yet: what exists appears while one types, and the draft is kept.
        expect(page.locator("#similar").get_by_role("link", name=ALIKE)).to_be_visible()
        expect(page.locator("#draft-status")).to_contain_text("Brouillon gardé")
        assert "/2/" in page.url
        page.reload()
        expect(page.get_by_label("Titre")).to_have_value(TITLE)
    story.press("Continuer")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#similar").get_by_role("link", name=ALIKE)).to_be_visible()
    page.get_by_role("link", name="En bref").click()
    page.keyboard.type(SUMMARY)
    page.get_by_label("Quel problème").fill("Personne ne sait où en est le projet.")
    story.shows("essentials")
    story.press("Continuer")


def what_was_done(story: Story) -> None:
    page = story.page
    # What exists is at hand, folded.
    page.get_by_text("Est-ce que cela existe déjà").click()
    expect(page.get_by_role("link", name=ALIKE)).to_be_visible()
    steps = page.get_by_label("Comment faites-vous")
    steps.fill("Ouvrir le carnet\nÉcrire une ligne")
    story.press("Revenir")
    expect(page.get_by_label("En bref")).to_have_value(SUMMARY)
    story.press("Continuer")
    expect(steps).to_have_value("Ouvrir le carnet\nÉcrire une ligne")
    story.shows("done")
    story.press("Continuer")
    page.get_by_label("Qu’est-ce que cela a changé").fill("Les réunions durent moitié moins.")
    story.shows("result")
    story.press("Continuer")


def for_whom(story: Story) -> None:
    page = story.page
    # A word of the text is a word of this theme.
    page.get_by_label("Travail d’équipe").check()
    themes = page.get_by_role("group", name="De quoi est-il question")
    if story.scripted:
        narrow = page.get_by_label("Chercher une réponse")
        narrow.fill("mathematique")
        expect(themes.get_by_label("Mathématique")).to_be_visible()
        expect(themes.get_by_label("Thème 3", exact=True)).to_be_hidden()
        story.shows("readers-narrowed")
        narrow.fill("zzz")
        expect(themes.get_by_role("status")).to_contain_text("Aucune réponse")
        narrow.fill("")
    else:
        themes.get_by_text("Mathématique").first.click()
    expect(page.get_by_label("Me nommer comme auteur")).to_be_checked()
    page.get_by_label("Collège").check()
    story.shows("readers")
    story.press("Continuer")


def with_a_photo(story: Story, file: Path) -> None:
    page = story.page
    page.locator("#id_photo-file").set_input_files(file)
    story.press("Ajouter cette photo")
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("#id_photo-file").set_input_files(file)
    page.get_by_label("Que montre-t-elle").fill("Une plage au soleil")
    story.press("Ajouter cette photo")
    expect(page.get_by_role("img", name="Une plage au soleil")).to_be_visible()
    image = get_image_model().objects.get()
    with image.file.open() as kept:
        assert b"Zorglub" not in kept.read()
    story.shows("files")
    story.press("Continuer")


def checked_and_sent(story: Story) -> None:
    page = story.page
    for words in (SUMMARY, "Écrire une ligne", "Travail d’équipe", "Collège", "Une plage"):
        expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()
    story.shows("check")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Voir la page comme le lectorat").click()
    expect(opened.value.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(opened.value.get_by_role("main")).to_contain_text("Travail d’équipe")
    opened.value.close()
    story.press("Envoyer")
    expect(page.get_by_text("C’est envoyé, merci")).to_be_visible()
    story.shows("sent")
    page.get_by_role("main").get_by_role("link", name="Mon espace").click()
    expect(page.get_by_role("main").get_by_text("en attente d’une décision")).to_be_visible()


def mended_and_sent_again(story: Story) -> None:
    page = story.page
    page.get_by_role("link", name=TITLE, exact=True).first.click()
    expect(page.get_by_text("Dites combien d’équipes.")).to_be_visible()
    story.shows("changes")
    # Nothing is missing: one comes to the last step, from which each answer can be changed.
    page.get_by_role("link", name="La reprendre").click()
    page.get_by_role("link", name="Modifier En bref").click()
    summary = page.get_by_label("En bref")
    expect(summary).to_be_focused()
    summary.fill("Six équipes écrivent une ligne par jour.")
    for _step in range(5):
        story.press("Continuer")
    story.press("Envoyer de nouveau")
    expect(page.get_by_text("C’est envoyé, merci")).to_be_visible()
