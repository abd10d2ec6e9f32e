"""The life of a case study across two organizations, in the browsers of those who take part.

With PASSERELLE_SCREENSHOTS=folder each station is kept as an image, on a phone and on a desktop.
"""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect

from core.languages import choose_language
from core.models import User
from notifications.delivery import deliver
from organizations.models import Appeal, CommunityRole, Decision, Role
from organizations.moderation.plans import configure_steps
from organizations.services import add_member, submit_for_moderation
from practices.models import CaseStudyPage, LessonPage
from tests.browser.looking import FOLDER, keep
from tests.organizations.agreements import leader_of, signed
from tests.organizations.factories import moderator, organization, person, validator
from tests.organizations.world import draft
from tests.practices.factories import CaseStudyFactory, term

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PHONE, DESKTOP = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
TITLE, SUCCESSOR = "Le tutorat du mardi", "Le tutorat du jeudi"
REASON = "Dites combien de personnes sont venues."
CONTESTED, REFUSAL = "La leçon du samedi", "Personne ne vient le samedi."
STATEMENT = "Quarante personnes viennent, et la liste est jointe."


class Story:
    """Two organizations that an agreement binds, their people, and a browser for each of them."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address, self.browser = address, browser
        self.stations = 0
        self.contested: LessonPage
        self.appeal = ""
        self.windows: dict[str, Page] = {}
        self.rives = organization("rives", acronym="RIVES")
        self.harbour = organization("harbour", acronym="HARBOUR")
        self.people = {
            "lead": leader_of(self.rives),
            "moderator": moderator("marc", member_of=self.rives),
            "partner": moderator("pat", member_of=self.harbour),
            "stranger": person("sam", member_of=organization("elsewhere"), role="reader"),
            "mediator": validator("maud", role=CommunityRole.MEDIATOR),
            # On the panels of others: this one has a role where the text was refused.
            "insider": validator("ines", role=CommunityRole.MEDIATOR),
        }
        add_member(self.rives, user=self.people["insider"], role=Role.READER)
        add_member(organization("elsewhere"), user=self.people["mediator"], role=Role.EDITOR)
        choose_language(self.people["partner"], "en")
        signed(self.rives, self.harbour, may_cross_review=True)
        configure_steps(self.rives, steps=[("cross_review", 1), ("organization", 1)])
        self.home = self.rives.pages.get(locale__language_code="fr")
        term("status", "retired", label_fr="retirée", label_en="retired")
        CaseStudyFactory(parent=self.home, title=SUCCESSOR)

    @property
    def case(self) -> CaseStudyPage:
        return CaseStudyPage.objects.get(draft_title=TITLE)

    def window(self, name: str) -> Page:
        """The browser of a person, who has signed in by the door; that of nobody in particular."""
        if name not in self.windows:
            context = self.browser.new_context(viewport=DESKTOP, locale="fr-CA")
            page = self.windows[name] = context.new_page()
            page.set_default_timeout(15_000)
            if name in self.people:
                self.go(page, reverse("account_login"))
                page.locator("#id_login").fill(self.people[name].username)
                page.locator("#id_password").fill("a long secret")
                page.locator("main form button[type=submit]").first.click()
                page.wait_for_url(f"**{reverse('my_space')}")
        return self.windows[name]

    def go(self, page: Page, path: str) -> None:
        page.goto(path if path.startswith("http") else self.address + path)

    def visit(self, name: str, path: str) -> Page:
        page = self.window(name)
        self.go(page, path)
        return page

    def shows(self, page: Page, name: str) -> None:
        """A station of the story is reached; nothing sticks out of a phone."""
        self.stations += 1
        before = page.viewport_size
        for width in (PHONE, DESKTOP):
            page.set_viewport_size(width)
            if FOLDER:
                page.wait_for_timeout(300)  # what moves has arrived
            keep(page, f"{self.stations:02d}-{name}-{width['width']}")
        if before:
            page.set_viewport_size(before)

    def decisions(self) -> list[tuple[str, str]]:
        """What the register holds about the case, the oldest first."""
        found = Decision.objects.filter(page=self.case.pk).order_by("number")
        return list(found.values_list("kind", "person__username"))

    def status(self, name: str) -> int:
        """What the case's own address answers in the browser of `name`."""
        answer = self.window(name).goto(self.address + self.case.get_url())
        assert answer is not None
        return answer.status


@pytest.fixture
def story(live_server, browser: Browser) -> Iterator[Story]:
    cache.clear()  # the attempts of other tests
    with override("fr"):
        made = Story(live_server.url, browser)
        yield made
        for page in made.windows.values():
            page.context.close()


def test_a_case_study_lives_between_two_organizations(story):
    a_lead_invites_by_mail(story)
    who_is_invited_opens_an_account(story)
    they_write_and_submit_on_a_phone(story)
    the_partner_approves(story)
    the_moderator_asks_for_changes(story)
    they_mend_and_submit_again(story)
    the_moderator_then_the_partner_approve(story)
    it_is_read_by_those_whom_its_level_names(story)
    another_text_of_the_author_is_refused(story)
    the_author_appeals(story)
    a_panel_with_nobody_of_the_organization_decides(story)
    the_lead_says_that_it_still_holds(story)
    the_moderator_retires_it(story)
    the_register_tells_it(story)
    the_author_was_told(story)


def a_lead_invites_by_mail(story):
    page = story.visit("lead", reverse("invitations:add"))
    page.locator("#id_email").fill("ada@example.org")
    page.locator("#id_role").select_option("contributor")
    story.shows(page, "invite")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"**{reverse('invitations:index')}")
    assert mail.outbox[-1].to == ["ada@example.org"]


def who_is_invited_opens_an_account(story):
    page = story.window("author")
    link = next(word for word in mail.outbox[-1].body.split() if word.startswith("http"))
    story.go(page, "/" + link.split("/", 3)[3])
    page.locator("#id_first_name").fill("Ada")
    page.locator("#id_last_name").fill("Roy")
    page.locator("#id_password").fill("quatre mots bien longs")
    story.shows(page, "invitation")
    page.get_by_role("button", name="Ouvrir mon compte").click()
    page.wait_for_url(f"**{reverse('my_space')}")
    story.shows(page, "my-space")
    story.people["author"] = User.objects.get(email="ada@example.org")


def they_write_and_submit_on_a_phone(story):
    page = story.window("author")
    page.set_viewport_size(PHONE)
    path = reverse("wagtailadmin_pages:add", args=["practices", "casestudypage", story.home.pk])
    story.go(page, path)
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_summary").fill("Des élèves en aident d’autres, chaque mardi.")
    page.locator("#id_sharing_level").select_option("partners")
    story.shows(page, "write")
    submit(page)
    assert story.case.workflow_in_progress
    story.shows(page, "submitted")


def submit(page: Page) -> None:
    """Open the menu beside “Save” and submit."""
    page.locator("footer .w-dropdown__toggle").click()
    page.get_by_role("button", name="Soumettre").click()
    expect(page.locator(".messages .success").first).to_be_visible()


def decide(page: Page, label: str, comment: str = "") -> None:
    page.locator("#comment").fill(comment)
    page.locator("#decision").get_by_role("button", name=label, exact=True).click()
    expect(page.locator(".messages .success").first).to_be_visible()


def the_partner_approves(story):
    page = story.visit("partner", "/admin/")
    story.shows(page, "partner-admin")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    text = page.frame_locator(".moderation-review iframe")
    expect(text.get_by_text("chaque mardi").first).to_be_visible()
    story.shows(page, "cross-review")
    decide(page, "Approve", "Clear for us.")
    assert story.decisions() == [("cross_approved", "pat")]
    # Nothing of the organization is theirs otherwise.
    answer = page.goto(story.address + reverse("wagtailadmin_pages:edit", args=[story.case.pk]))
    assert answer is not None
    assert TITLE not in answer.text()


def the_moderator_asks_for_changes(story):
    page = story.visit("moderator", reverse("moderation:review", args=[story.case.pk]))
    expect(page.get_by_text("Clear for us.")).to_be_visible()
    story.shows(page, "own-review")
    decide(page, "Demander des modifications", REASON)
    assert not story.case.workflow_in_progress


def they_mend_and_submit_again(story):
    page = story.visit("author", reverse("wagtailadmin_pages:edit", args=[story.case.pk]))
    expect(page.locator(".messages").get_by_text(REASON)).to_be_visible()
    story.shows(page, "changes-requested")
    page.locator("#id_summary").fill("Trente élèves en aident d’autres, chaque mardi.")
    submit(page)
    assert story.case.workflow_in_progress


def the_moderator_then_the_partner_approve(story):
    page = story.visit("moderator", reverse("moderation:review", args=[story.case.pk]))
    decide(page, "Approuver", "Merci !")
    # The partner approved another text: this one is asked of them again.
    assert not story.case.live
    page = story.visit("partner", reverse("moderation:review", args=[story.case.pk]))
    story.shows(page, "cross-review-again")
    decide(page, "Approve")
    assert story.case.live


def it_is_read_by_those_whom_its_level_names(story):
    read = {name: story.status(name) for name in ("author", "partner", "stranger", "anybody")}
    assert read == {"author": 200, "partner": 200, "stranger": 404, "anybody": 404}
    story.shows(story.window("partner"), "read")


def another_text_of_the_author_is_refused(story):
    author = story.people["author"]
    story.contested = draft(story.home, author, CONTESTED, sharing_level="partners")
    submit_for_moderation(story.contested, user=author)
    path = reverse("moderation:review", args=[story.contested.pk])
    decide(story.visit("partner", path), "Approve", "Surprising, and clear.")
    decide(story.visit("moderator", path), "Demander des modifications", REFUSAL)


def the_author_appeals(story):
    page = story.visit("author", reverse("moderation:review", args=[story.contested.pk]))
    page.locator("main a[href*='/letters/']").first.click()
    expect(page.get_by_text(REFUSAL)).to_be_visible()
    story.shows(page, "letter")
    page.get_by_role("link", name="Faire un recours").click()
    page.locator("#statement").fill(STATEMENT)
    story.shows(page, "appeal")
    page.get_by_role("button", name="Déposer le recours").click()
    expect(page.locator(".messages .success").first).to_be_visible()
    # Once: the same address leads to the appeal that was filed.
    [appeal] = Appeal.objects.all()
    story.appeal = reverse("moderation:appeal", args=[appeal.pk])
    story.visit("author", reverse("moderation:file_appeal", args=[appeal.decision.letter.pk]))
    assert page.url.endswith(story.appeal)


def a_panel_with_nobody_of_the_organization_decides(story):
    # Who belongs to the refusing organization is told of nothing, and who refused decides nothing.
    assert CONTESTED not in story.visit("insider", story.appeal).content()
    page = story.visit("moderator", story.appeal)
    expect(page.get_by_text(STATEMENT)).to_be_visible()
    expect(page.locator("input[name=outcome]")).to_have_count(0)

    page = story.visit("mediator", reverse("moderation:appeals"))
    page.get_by_role("link", name=CONTESTED).first.click()
    expect(page.get_by_text(STATEMENT)).to_be_visible()
    page.locator("#outcome-overturned").check()
    page.locator("#words").fill("La liste le montre.")
    story.shows(page, "panel")
    page.get_by_role("button", name="Décider").click()
    expect(page.locator(".messages .success").first).to_be_visible()
    story.shows(page, "panel-decided")
    story.contested.refresh_from_db()
    assert story.contested.live
    kinds = Decision.objects.filter(page=story.contested.pk).order_by("number")
    assert list(kinds.values_list("kind", "person__username")) == [
        ("cross_approved", "pat"),
        ("changes_requested", "marc"),
        ("appealed", story.people["author"].username),
        ("appeal_overturned", "maud"),
    ]
    # The author reads the words of the panel, and the partner the text.
    expect(story.visit("author", story.appeal).get_by_text("La liste le montre.")).to_be_visible()
    answer = story.window("partner").goto(story.address + story.contested.get_url())
    assert answer is not None
    assert answer.status == 200


def the_lead_says_that_it_still_holds(story):
    page = story.visit("lead", story.case.get_url())
    page.get_by_role("button", name="Toujours valable").click()
    expect(page.locator("#verified")).to_contain_text("lead-rives")
    story.shows(page, "still-valid")


def the_moderator_retires_it(story):
    page = story.visit("moderator", reverse("life-cycle:status", args=[story.case.pk]))
    page.locator("input[name=status]").first.check()
    page.locator("#id_reason_fr").fill("Le mardi, personne ne venait plus.")
    page.locator("#id_reason_en").fill("Nobody came on Tuesdays any more.")
    page.locator("#id_successor-chooser [data-chooser-action-choose]").first.click()
    page.locator(".modal a", has_text=SUCCESSOR).first.click()
    expect(page.locator("#id_successor-chooser")).to_contain_text(SUCCESSOR)
    story.shows(page, "retire")
    page.locator("main form").get_by_role("button", name="Changer le statut").click()
    expect(page.locator(".messages .success").first).to_be_visible()

    page = story.visit("partner", story.case.get_url())
    expect(page.get_by_role("main")).to_contain_text("personne ne venait plus")
    expect(page.get_by_role("link", name=SUCCESSOR).first).to_be_visible()
    story.shows(page, "retired")


def the_register_tells_it(story):
    told = StringIO()
    call_command("verify_decisions", stdout=told)
    assert told.getvalue().startswith(f"{Decision.objects.count()} "), told.getvalue()
    assert story.decisions() == [
        ("cross_approved", "pat"),
        ("changes_requested", "marc"),
        ("approved", "marc"),
        ("cross_approved", "pat"),
        ("status_changed", "marc"),
    ]
    page = story.visit("lead", reverse("decisions:index"))
    expect(page.get_by_text(REASON).first).to_be_visible()
    story.shows(page, "register")


def the_author_was_told(story):
    page = story.visit("author", reverse("notifications:inbox"))
    notices = page.locator(".notices")
    for words in (REASON, "a approuvé", "Merci !", "personne ne venait plus"):
        expect(notices.get_by_text(words).first).to_be_visible()
    story.shows(page, "notices")
    mail.outbox.clear()
    deliver()
    letters = "\n".join(str(each.body) for each in mail.outbox if each.to == ["ada@example.org"])
    assert REASON in letters
