"""What is told beyond the moderation: agreements, the life of pages, reviews that are due."""

import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from notifications.models import Notice
from notifications.reminders import remind
from notifications.selectors import notices_for
from organizations.agreements.services import end_agreement, send_agreement, suspend_agreement
from organizations.models import Decision
from organizations.services import remove_member
from practices.models import KnowledgePage
from practices.services import move_to_status
from taxonomy.services import sync_terms
from tests.organizations.agreements import drafted, leader_of, sign
from tests.organizations.factories import contributor, editor, lead, moderator, organization
from tests.organizations.world import published

pytestmark = pytest.mark.django_db


def kinds(user) -> list[str]:
    return list(notices_for(user).order_by("pk").values_list("kind", flat=True))


def test_the_leads_of_all_parties_learn_what_is_done_to_an_agreement():
    own, other = organization("rives"), organization("ailleurs")
    one, two = leader_of(own), leader_of(other)
    stranger = lead("autre", member_of=organization("loin"))
    agreement = drafted(own, other, title_fr="Partager", title_en="Sharing")
    assert kinds(two) == [], "a draft is its author's alone"

    send_agreement(agreement, user=one)
    sign(agreement, [own, other])
    suspend_agreement(agreement, user=one, reason="Le temps de relire.")
    end_agreement(agreement, user=two, reason="Nous nous séparons.")

    told = ["agreement_sent", "agreement_signed", "agreement_suspended"]
    assert kinds(two) == told
    assert kinds(one) == ["agreement_signed", "agreement_ended"]
    assert kinds(stranger) == []
    with override("en"):
        text = notices_for(two).last().text
    assert text == "Rives (fr) sent the agreement “Sharing”: it waits for signatures."
    registered = Decision.objects.order_by("number").values_list("kind", "subject")
    assert list(registered) == [
        ("agreement_signed", "Partager"),
        ("agreement_signed", "Partager"),
        ("agreement_suspended", "Partager"),
        ("agreement_ended", "Partager"),
    ]


def test_who_wrote_a_page_learns_that_it_is_retired_and_why():
    sync_terms()
    own = organization("rives")
    author, decider = editor(member_of=own), moderator(member_of=own)
    page = published(own.pages.get(locale__language_code="fr"), author, "Le tutorat")

    move_to_status(page, user=decider, status="retired", reason="Remplacée.")

    assert kinds(author) == ["moved"]
    assert "Remplacée." in notices_for(author).get().text
    assert kinds(decider) == []
    assert Decision.objects.get(kind="status_changed").reason == "Remplacée."


def test_who_looks_after_a_page_is_told_once_that_its_review_is_due():
    own = organization("rives")
    author, head = contributor(member_of=own), lead(member_of=own)
    page = published(own.pages.get(locale__language_code="fr"), author, "Le tutorat")
    due = timezone.localdate() + datetime.timedelta(days=5)
    KnowledgePage.objects.filter(pk=page.pk).update(review_by=due)

    assert remind().reviews == 1
    remind()

    assert kinds(author) == ["review_due"]
    assert kinds(head) == []

    remove_member(own, user=author)
    Notice.objects.all().delete()
    remind()
    assert kinds(head) == ["review_due"], "the author has left"
