"""An author's appeal: who may, to whom, and what a panel decides."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from organizations.models import (
    Appeal,
    AppealSettings,
    AppealState,
    CommunityRole,
    ConflictOfInterest,
    Decision,
    DecisionLetter,
    Membership,
)
from organizations.moderation.appeals import decide_appeal, file_appeal
from organizations.moderation.refusals import DecisionRefused, NotForYou, TextChanged
from organizations.moderation.register import verify_register
from organizations.moderation.selectors import panel_of, tasks_for
from organizations.services import approve, reject, submit_for_moderation
from practices.models import LessonPage
from tests.organizations.factories import (
    contributor,
    editor,
    lead,
    moderator,
    organization,
    person,
    validator,
)
from tests.organizations.world import ask, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives():
    return organization("rives")


@pytest.fixture
def judge(rives):
    return moderator(member_of=rives)


@pytest.fixture
def refused_page(rives, judge):
    """A text that the judge refused."""
    author = contributor(member_of=rives)
    found = draft(rives.pages.get(locale__language_code="fr"), author, "Une leçon")
    submit_for_moderation(found, user=author)
    reject(found, user=judge, comment="Hors sujet.")
    return again(found)


def again(refused_page):
    return LessonPage.objects.get(pk=refused_page.pk)


def mediator():
    return validator(role=CommunityRole.MEDIATOR)


def filed(refused_page):
    return file_appeal(
        DecisionLetter.objects.get(), user=refused_page.owner, statement="C’est le sujet."
    )


def decide(appeal, outcome, *, user=None, words="Nous avons relu.", revision=None):
    return decide_appeal(
        appeal,
        user=user or mediator(),
        outcome=outcome,
        words=words,
        revision=revision or appeal.decision.revision_number,
    )


# Who may appeal


def test_the_author_appeals_once(refused_page):
    appeal = filed(refused_page)

    assert appeal.state == AppealState.OPEN
    assert Decision.objects.first().kind == "appealed"
    with pytest.raises(NotForYou):
        filed(refused_page)


def test_nobody_else_appeals(refused_page, rives, judge):
    for other in (judge, editor(member_of=rives), lead(member_of=rives), mediator()):
        with pytest.raises(NotForYou):
            file_appeal(DecisionLetter.objects.get(), user=other, statement="Moi.")


def test_an_appeal_says_why(refused_page):
    with pytest.raises(ValidationError):
        file_appeal(DecisionLetter.objects.get(), user=refused_page.owner, statement="  ")


def test_an_appeal_comes_within_the_time_that_the_community_set(refused_page):
    settings = AppealSettings.current()
    settings.days = 3
    settings.save()
    assert AppealSettings.current().last_moment(timezone.now()) < timezone.now() + timedelta(days=4)
    settings.days = 0
    settings.save()

    with pytest.raises(NotForYou):
        filed(refused_page)


def test_what_was_submitted_again_is_not_appealed_against(refused_page):
    submit_for_moderation(refused_page, user=refused_page.owner)

    with pytest.raises(NotForYou):
        filed(refused_page)


def test_who_submits_again_drops_the_appeal(refused_page):
    appeal = filed(refused_page)
    submit_for_moderation(again(refused_page), user=refused_page.owner)

    appeal.refresh_from_db()
    assert appeal.state == AppealState.DROPPED
    with pytest.raises(DecisionRefused):
        decide(appeal, "overturned")


# Who decides


def test_nobody_of_the_refusing_organization_sits_on_the_panel(refused_page, rives):
    one, two = mediator(), validator()
    member = mediator()
    Membership.objects.create(user=member, organization=rives, role="reader")
    barred = mediator()
    facilitator = validator(role=CommunityRole.FACILITATOR)
    appeal = filed(refused_page)
    ConflictOfInterest.objects.create(person=barred, translation_key=refused_page.translation_key)

    assert set(panel_of(appeal)) == {one, two}
    for other in (member, barred, facilitator, refused_page.owner, appeal.refused_by, person()):
        with pytest.raises(NotForYou):
            decide(appeal, "overturned", user=other)
    assert not again(refused_page).live


def test_a_panel_that_upholds_leaves_the_text_with_its_author(refused_page):
    appeal = filed(refused_page)
    decide(appeal, "upheld")

    assert Decision.objects.first().kind == "appeal_upheld"
    assert not again(refused_page).live
    submit_for_moderation(again(refused_page), user=refused_page.owner)


def test_a_panel_that_overturns_publishes_exactly_what_was_refused(refused_page):
    appeal = filed(refused_page)
    decide(appeal, "overturned")

    found = again(refused_page)
    assert found.live
    assert found.live_revision_id == appeal.decision.revision_number
    assert found.current_workflow_state is None
    kinds = list(Decision.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["changes_requested", "appealed", "appeal_overturned"]
    assert verify_register().fault == ""


def test_what_the_author_changed_since_is_not_published_on_appeal(refused_page):
    appeal = filed(refused_page)
    refused_page.summary = "Autre chose."
    refused_page.save_revision(user=refused_page.owner)

    with pytest.raises(DecisionRefused):
        decide(appeal, "overturned")
    with pytest.raises(TextChanged):
        decide(appeal, "upheld", revision=again(refused_page).latest_revision_id)
    assert not again(refused_page).live
    decide(appeal, "upheld")


def test_a_panel_that_returns_asks_other_moderators(refused_page, rives, judge):
    decide(filed(refused_page), "returned", words="Relisez la partie 2.")

    assert again(refused_page).workflow_in_progress
    assert not tasks_for(judge).exists()
    for refused in (approve, reject):
        with pytest.raises(NotForYou):
            refused(again(refused_page), user=judge, comment="Encore.")
    other = moderator(member_of=rives)
    assert tasks_for(other).exists()
    approve(again(refused_page), user=other)
    assert again(refused_page).live


def test_who_refused_decides_again_on_the_next_submission(refused_page, rives, judge):
    decide(filed(refused_page), "returned")
    again(refused_page).current_workflow_state.cancel()
    submit_for_moderation(again(refused_page), user=refused_page.owner)

    approve(again(refused_page), user=judge)


def test_a_panel_decides_once(refused_page):
    appeal = filed(refused_page)
    decide(appeal, "upheld")

    with pytest.raises(NotForYou):
        decide(appeal, "overturned")
    assert not again(refused_page).live


def test_a_panel_says_why_and_what(refused_page):
    appeal = filed(refused_page)
    with pytest.raises(ValidationError):
        decide(appeal, "overturned", words=" ")
    for outcome in ("", "open", "dropped", "nothing"):
        with pytest.raises(ValidationError):
            decide(appeal, outcome)


def test_as_many_sign_for_the_same_as_the_community_asks(refused_page):
    settings = AppealSettings.current()
    settings.signatures = 2
    settings.save()
    appeal, one, two, three = filed(refused_page), mediator(), mediator(), mediator()

    assert not decide(appeal, "overturned", user=one)
    assert not decide(appeal, "overturned", user=one)
    assert not decide(appeal, "upheld", user=two)
    assert not again(refused_page).live
    assert decide(appeal, "overturned", user=three)
    assert again(refused_page).live


# Who is told, and the pages


def test_the_people_concerned_are_told(refused_page, rives, judge):
    one, chief = mediator(), lead(member_of=rives)
    appeal = filed(refused_page)

    def told(kind):
        return {each.recipient for each in Notice.objects.filter(kind=kind)}

    assert told("appealed") == {one, chief, judge}
    assert Notice.objects.shown_to(one).filter(kind="appealed").exists()
    decide(appeal, "upheld", user=one, words="Elle a raison.")
    assert told("appeal_decided") == {refused_page.owner, chief, judge}
    notice = Notice.objects.get(recipient=refused_page.owner, kind="appeal_decided")
    assert "Elle a raison." in notice.text
    assert notice.path == reverse("moderation:appeal", args=[appeal.pk])


def test_the_author_appeals_from_the_letter_and_the_panel_decides_in_the_admin(
    refused_page, client
):
    one = mediator()
    letter = DecisionLetter.objects.get()
    client.force_login(refused_page.owner)
    form = reverse("moderation:file_appeal", args=[letter.pk])
    assert form in client.get(reverse("moderation:letter", args=[letter.pk])).content.decode()
    assert client.get(form).status_code == 200
    assert client.post(form, {"statement": ""}).status_code == 409
    assert client.post(form, {"statement": "C’est le sujet."}).status_code == 302
    appeal = Appeal.objects.get()
    path = reverse("moderation:appeal", args=[appeal.pk])
    assert 'name="outcome"' not in client.get(path).content.decode()

    client.force_login(one)
    assert path in client.get(reverse("moderation:appeals")).content.decode()
    read_by_the_panel = reverse("moderation:letter", args=[letter.pk])
    assert read_by_the_panel in client.get(path).content.decode()
    assert client.get(read_by_the_panel).status_code == 200
    assert "C’est le sujet." in client.get(path).content.decode()
    review = reverse("moderation:review", args=[refused_page.pk])
    assert client.get(review).status_code == 200
    read = reverse("moderation:read", args=[refused_page.pk, refused_page.latest_revision_id])
    assert ask(client, read).status_code == 200
    data = {"revision": appeal.decision.revision_number, "words": "Oui."}
    assert client.post(path, data).status_code == 409
    assert client.post(path, {**data, "outcome": "overturned"}).status_code == 302
    assert again(refused_page).live


def test_strangers_know_nothing_of_an_appeal(refused_page, rives, client):
    appeal = filed(refused_page)
    strangers = [
        editor(member_of=rives),
        moderator(member_of=organization("ailleurs")),
        validator(role=CommunityRole.FACILITATOR),
    ]
    for stranger in strangers:
        client.force_login(stranger)
        assert ask(client, reverse("moderation:appeal", args=[appeal.pk])).status_code == 404
        form = reverse("moderation:file_appeal", args=[DecisionLetter.objects.get().pk])
        assert ask(client, form).status_code == 404
        assert "Une leçon" not in client.get(reverse("moderation:appeals")).content.decode()


def test_a_member_of_the_panel_reads_no_more_than_open_appeals(refused_page, client):
    one = mediator()
    client.force_login(one)
    review = reverse("moderation:review", args=[refused_page.pk])
    assert ask(client, review).status_code == 404
    appeal = filed(refused_page)
    assert client.get(review).status_code == 200
    decide(appeal, "upheld")
    assert ask(client, review).status_code == 404
