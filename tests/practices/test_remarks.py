"""Remarks by agreement: who writes them, who reads and answers them, and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Page, PageLogEntry

from core.models import User
from notifications.delivery import deliver
from notifications.models import Notice
from notifications.selectors import kinds_for, notices_for
from organizations.agreements.services import end_agreement, suspend_agreement
from organizations.models import Membership, Organization
from organizations.models.agreements import today
from organizations.services import add_member, remove_member
from practices.models import KnowledgePage, LessonPage, PracticeSheetPage, Remark
from practices.models.remarks import MOST_CHARACTERS
from practices.remark_views import REMARKS_ON_A_PAGE
from practices.remarks import answer_remark, write_remark
from practices.services import move_to_status
from tests.organizations.agreements import leader_of, signed
from tests.organizations.factories import (
    contributor,
    editor,
    moderator,
    organization,
    person,
    reviewer,
)
from tests.practices.factories import PracticeSheetFactory, term
from tests.test_budgets import QUERIES

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def havre() -> Organization:
    return organization("havre")


def sheet_of(whose: Organization, **fields: Any) -> PracticeSheetPage:
    return PracticeSheetFactory(parent=whose.pages.get(locale__language_code="fr"), **fields)


def door(name: str, page: Any, language: str = "fr") -> str:
    with override(language):
        return reverse(name, args=[getattr(page, "persistent_id", page)])


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fresh(user: Any) -> User:
    """The person as a next request knows them."""
    return User.objects.get(pk=user.pk)


def words(answer: Any) -> str:
    main = BeautifulSoup(answer.content, "html5lib").select_one("main")
    return " ".join(main.get_text(" ").split())


def written(page: Any, *, user: Any, text: str = "Et à distance ?") -> Remark:
    """A remark, for the one organization of the person."""
    owner = Membership.objects.get(user=user).organization
    return write_remark(page, user=fresh(user), organization=owner, text=text)


def test_a_partner_writes_the_page_says_so_to_its_people_and_they_answer(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = sheet_of(rives, title="Tutorat", sharing_level="partners", owner=ada)
    partner, owner = signed_in(mia), signed_in(ada)
    assert door("remark", sheet).startswith("/fr/remarque/")
    assert door("remarks", sheet, "en").startswith("/en/remarks/")
    shown = partner.get(sheet.get_url())
    assert "Écrire une remarque aux auteurs et autrices" in words(shown)
    assert door("remarks", sheet) not in shown.content.decode()
    assert door("remarks", sheet) not in owner.get(sheet.get_url()).content.decode()

    form = BeautifulSoup(partner.get(door("remark", sheet)).content, "html5lib")
    label = form.select_one("main textarea")["id"]
    assert form.select_one(f'label[for="{label}"]')
    sent = {"organization": havre.pk, "text": "Essayé <b>ici</b> :\nétape 2 à revoir."}
    answer = partner.post(door("remark", sheet), sent)
    assert answer["Location"] == door("remarks", sheet)
    partner.post(door("remark", sheet), sent)  # sent twice

    remark = Remark.objects.get()
    assert (remark.page_id, remark.author, remark.organization) == (sheet.pk, mia, havre)
    assert "1 remarque" in words(owner.get(sheet.get_url()))
    listed = owner.get(door("remarks", sheet))
    assert "mia, Havre (fr)" in words(listed)
    assert "Essayé &lt;b&gt;ici&lt;/b&gt; :<br>étape 2" in listed.content.decode()
    answer = owner.post(f"{door('remarks', sheet)}?page=1", {"remark": remark.pk, "text": "Merci."})
    assert answer["Location"].endswith(f"#remark-{remark.pk}")
    told = words(partner.get(door("remarks", sheet)))
    assert "Réponse de ada" in told
    assert "Merci." in told
    assert "Les remarques de votre organisation" in words(partner.get(sheet.get_url()))
    actions = PageLogEntry.objects.filter(page=sheet.pk, action__startswith="practices.")
    assert set(actions.values_list("action", "user")) == {
        ("practices.remark", mia.pk),
        ("practices.answer", ada.pk),
    }


def test_who_may_not_write_finds_no_door(rives, havre):
    third, uncovered = organization("tiers"), organization("loin")
    agreement = signed(rives, havre, may_comment=True)
    signed(rives, third, may_adapt=True)  # without the right
    signed(havre, uncovered, may_comment=True)  # with others than the owner
    sheet = sheet_of(rives)
    both = editor("both", member_of=havre)
    add_member(rives, user=both, role="reader")
    gone = editor("gone", member_of=havre)
    gone.is_active = False
    gone.save()
    admin = User.objects.create_superuser("root", "root@example.org", "a long secret")
    for someone in (
        person("reader", member_of=havre, role="reader"),
        both,
        editor(member_of=third),
        editor(member_of=uncovered),
        editor(member_of=rives),
        leader_of(rives),
        person("nobody"),
        admin,
    ):
        client = signed_in(someone)
        assert door("remark", sheet) not in client.get(sheet.get_url()).content.decode()
        assert client.get(door("remark", sheet)).status_code == 404
        assert client.post(door("remark", sheet), {"text": "Non"}).status_code == 404
        with pytest.raises(PermissionDenied):
            write_remark(sheet, user=fresh(someone), organization=havre, text="Non")
    with pytest.raises(PermissionDenied):
        write_remark(sheet, user=fresh(gone), organization=havre, text="Non")
    # Nobody writes for an organization that is not theirs.
    mia = signed_in(editor("mia", member_of=havre))
    answer = mia.post(door("remark", sheet), {"organization": third.pk, "text": "Pour eux"})
    assert answer.status_code == 200
    assert "Pour eux" in answer.content.decode()
    assert not Remark.objects.exists()
    for someone in (contributor(member_of=havre), reviewer(member_of=havre)):
        written(sheet, user=someone)
    assert Remark.objects.count() == 2
    suspend_agreement(agreement, user=leader_of(rives), reason="Le temps de relire.")
    assert mia.get(door("remark", sheet)).status_code == 404


@pytest.mark.parametrize(
    "terms",
    [
        {"themes": "partage"},
        {"content_types": "lesson"},
        {"covered_organizations": "havre"},
        {"starts_on": 3},
    ],
)
def test_an_agreement_speaks_of_the_pages_that_it_covers(rives, havre, terms):
    found = {
        "themes": lambda: [term("theme", "partage")],
        "content_types": lambda: [ContentType.objects.get_for_model(LessonPage)],
        "covered_organizations": lambda: [havre],
        "starts_on": lambda: today() + timedelta(days=3),
    }
    [name] = terms
    signed(rives, havre, may_comment=True, **{name: found[name]()})
    mia = editor(member_of=havre)
    sheet = sheet_of(rives)
    assert signed_in(mia).get(door("remark", sheet)).status_code == 404
    if name == "themes":
        covered = sheet_of(rives, themes=[term("theme", "partage")])
        assert signed_in(mia).get(door("remark", covered)).status_code == 200


def test_the_end_of_an_agreement_takes_effect_at_the_next_request_and_the_text_is_kept(
    rives, havre
):
    agreement = signed(rives, havre, may_comment=True)
    mia = editor("mia", member_of=havre)
    shown, hidden = sheet_of(rives), sheet_of(rives, sharing_level="partners")
    remark = written(shown, user=mia)
    client = signed_in(mia)
    for sheet in (shown, hidden):
        assert client.get(door("remark", sheet)).status_code == 200
    end_agreement(agreement, user=leader_of(rives), reason="Fini.", on=today())

    sent = {"organization": havre.pk, "text": "Une longue <remarque>"}
    answers = [client.post(door("remark", each), sent) for each in (shown, hidden, NOWHERE)]
    for answer in answers:
        assert answer.status_code == 404
        assert "Rien n’a été envoyé" in words(answer)
        area = BeautifulSoup(answer.content, "html5lib").select_one("main textarea")
        assert area.text == "Une longue <remarque>"
    # It tells no more than that there is nothing.
    texts = {
        answer.content.replace(str(getattr(each, "persistent_id", each)).encode(), b"#")
        for each, answer in zip((shown, hidden, NOWHERE), answers, strict=True)
    }
    assert len({BeautifulSoup(text, "html5lib").select_one("main").text for text in texts}) == 1
    assert Remark.objects.get() == remark
    # What was written stays theirs to read, on a page that they still read.
    assert client.get(door("remarks", shown)).status_code == 200
    assert door("remark", shown) + '"' not in client.get(shown.get_url()).content.decode()


def test_what_was_typed_when_the_session_had_ended_is_there_after_signing_in(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = sheet_of(rives, sharing_level="partners")
    remark = written(sheet, user=mia)
    for user, name, data in (
        (mia, "remark", {"organization": havre.pk, "text": "Tapée longtemps"}),
        (ada, "remarks", {"remark": remark.pk, "text": "Tapée longtemps"}),
    ):
        client = Client()
        answer = client.post(door(name, sheet), data)
        assert "connexion" in answer["Location"]
        client.force_login(user)
        shown = client.get(door(name, sheet))
        areas = BeautifulSoup(shown.content, "html5lib").select("main textarea")
        assert [area.text.strip() for area in areas] == ["Tapée longtemps"]
        assert "Vous n’étiez plus en session" in shown.content.decode()
    assert Remark.objects.get().answered_at is None
    # Whatever page it names, who has not signed in is asked to.
    for page in (sheet, NOWHERE):
        for name in ("remark", "remarks"):
            assert "connexion" in Client().get(door(name, page))["Location"]


def test_the_organization_that_was_chosen_is_kept_too(rives, havre):
    third = organization("tiers")
    signed(rives, havre, third, may_comment=True)
    mia = editor("mia", member_of=havre)
    add_member(third, user=mia, role="editor")
    sheet = sheet_of(rives)
    for chosen in (havre, third):
        client = Client()
        client.post(door("remark", sheet), {"organization": chosen.pk, "text": "Tapée longtemps"})
        client.force_login(mia)
        shown = BeautifulSoup(client.get(door("remark", sheet)).content, "html5lib")
        [option] = shown.select("main option[selected]")
        assert option["value"] == str(chosen.pk)


def test_a_text_is_as_long_here_as_in_the_browser_that_counts_it(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = sheet_of(rives)
    typed = "une ligne\n" * (MOST_CHARACTERS // 10)
    # A browser counts the end of a line as one character, and sends two.
    sent = typed.rstrip("\n").ljust(MOST_CHARACTERS, "x").replace("\n", "\r\n")
    answer = signed_in(mia).post(door("remark", sheet), {"organization": havre.pk, "text": sent})
    assert answer.status_code == 302
    remark = Remark.objects.get()
    assert len(remark.text) == MOST_CHARACTERS
    signed_in(ada).post(door("remarks", sheet), {"remark": remark.pk, "text": sent})
    remark.refresh_from_db()
    assert remark.answer == remark.text


def test_the_longest_names_are_kept(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    for user in (mia, ada):
        user.first_name, user.last_name = "É" * 150, "R" * 150
        user.save()
    remark = written(sheet_of(rives), user=mia)
    answer_remark(remark, user=fresh(ada), text="Merci.")
    Remark.objects.get().clean_fields()  # what SQLite takes and PostgreSQL refuses


def test_a_text_that_is_empty_or_too_long_is_refused_and_kept(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = sheet_of(rives)
    long = "x" * (MOST_CHARACTERS + 1)
    partner, owner = signed_in(mia), signed_in(ada)
    answer = partner.post(door("remark", sheet), {"organization": havre.pk, "text": long})
    assert answer.status_code == 200
    assert (
        BeautifulSoup(answer.content, "html5lib").select_one("main textarea").text.strip() == long
    )
    for text in ("", " \n", long):
        with pytest.raises(ValidationError):
            written(sheet, user=mia, text=text)
    remark = written(sheet, user=mia, text="Une \x07cloche")
    assert remark.text == "Une cloche"
    answer = owner.post(door("remarks", sheet), {"remark": remark.pk, "text": long})
    shown = BeautifulSoup(answer.content, "html5lib")
    assert shown.select_one("main details[open] textarea").text.strip() == long
    with pytest.raises(ValidationError):
        answer_remark(remark, user=ada, text=" ")
    # Of two who answer the second learns that the first has, and keeps their text.
    answer_remark(remark, user=ada, text="La première.")
    answer = owner.post(door("remarks", sheet), {"remark": remark.pk, "text": "La seconde."})
    assert "La première." in words(answer)
    shown = BeautifulSoup(answer.content, "html5lib")
    assert shown.select_one("main details[open] textarea").text.strip() == "La seconde."
    remark.refresh_from_db()
    assert remark.answer == "La première."


def test_who_works_on_the_page_reads_all_and_partners_their_own(rives, havre):
    third = organization("tiers")
    signed(rives, havre, third, may_comment=True)
    sheet = sheet_of(rives, owner=contributor("cora", member_of=rives))
    mia, tom = editor("mia", member_of=havre), editor("tom", member_of=third)
    written(sheet, user=mia, text="De havre")
    remark = written(sheet, user=tom, text="Du tiers")
    admin = User.objects.create_superuser("root", "root@example.org", "a long secret")
    for someone in (sheet.owner, editor(member_of=rives), moderator(member_of=rives), admin):
        seen = words(signed_in(someone).get(door("remarks", sheet)))
        assert "De havre" in seen
        assert "Du tiers" in seen
    seen = words(signed_in(reviewer(member_of=havre)).get(door("remarks", sheet)))
    assert "De havre" in seen
    assert "Du tiers" not in seen
    assert "Pas encore de réponse." in seen
    for someone in (
        contributor("other", member_of=rives),
        reviewer(member_of=rives),
        person("reads", member_of=rives, role="reader"),
        person("reads-too", member_of=havre, role="reader"),
        editor(member_of=organization("loin")),
        person("nobody"),
    ):
        client = signed_in(someone)
        page = client.get(sheet.get_url()).content.decode()
        assert door("remarks", sheet) not in page
        assert client.get(door("remarks", sheet)).status_code == 404
    # Only who works on the page answers, and only what is on it.
    for someone in (mia, tom):
        answer = signed_in(someone).post(
            door("remarks", sheet), {"remark": remark.pk, "text": "Moi"}
        )
        assert answer.status_code == 404
        with pytest.raises(PermissionDenied):
            answer_remark(remark, user=fresh(someone), text="Moi")
    other = sheet_of(rives)
    for number in (remark.pk, "x", "9" * 30, ""):
        answer = signed_in(admin).post(door("remarks", other), {"remark": number, "text": "?"})
        assert answer.status_code == 404
    remark.refresh_from_db()
    assert not remark.answer
    signed_in(admin).post(door("remarks", sheet), {"remark": remark.pk, "text": "Noté."})
    remark.refresh_from_db()
    assert remark.answered_by == admin


def test_a_page_that_is_withdrawn_or_retired_or_deleted(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, judge = editor("mia", member_of=havre), moderator(member_of=rives)
    term("status", "retired")
    retired, withdrawn, deleted = sheet_of(rives), sheet_of(rives), sheet_of(rives)
    for sheet in (retired, withdrawn, deleted):
        written(sheet, user=mia, text=f"Sur {sheet.pk}")
    move_to_status(retired, user=judge, status="retired", reason="Remplacée.")
    withdrawn.unpublish()
    Page.objects.get(pk=deleted.pk).delete()

    client, owner = signed_in(mia), signed_in(judge)
    for sheet in (retired, withdrawn, deleted):
        assert client.get(door("remark", sheet)).status_code == 404
    assert client.get(door("remarks", retired)).status_code == 200
    assert client.get(door("remarks", withdrawn)).status_code == 404
    # Who works on it reads what made them withdraw it.
    shown = owner.get(door("remarks", withdrawn))
    assert reverse("wagtailadmin_pages:edit", args=[withdrawn.pk]) in shown.content.decode()
    assert owner.get(door("remarks", deleted)).status_code == 404
    assert Remark.objects.count() == 2


def test_remarks_stay_with_their_page_and_in_no_copy_of_it(rives, havre):
    signed(rives, havre, may_comment=True)
    sheet = sheet_of(rives)
    written(sheet, user=editor("mia", member_of=havre), text="Un mot rare")
    sheet.save_revision()
    assert "Un mot rare" not in str(sheet.revisions.latest("pk").content)
    copy = sheet.copy(update_attrs={"slug": "copie"})
    english = rives.pages.get(locale__language_code="en").locale
    translated = sheet.copy_for_translation(english, copy_parents=True)
    for page in (copy, translated):
        assert not Remark.objects.filter(page=page.pk).exists()


def test_names_stay_when_the_people_go(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = sheet_of(rives)
    answer_remark(written(sheet, user=mia), user=ada, text="Oui.")
    mia.delete()
    ada.delete()
    seen = words(signed_in(moderator(member_of=rives)).get(door("remarks", sheet)))
    assert "mia, Havre (fr)" in seen
    assert "Réponse de ada" in seen


def test_many_remarks_come_by_pages(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    sheet = sheet_of(rives)
    Remark.objects.bulk_create(
        Remark(page=sheet, author=mia, author_name="mia", organization=havre, text=f"N{n}.",
               written_at=timezone.now() - timedelta(days=n))
        for n in range(REMARKS_ON_A_PAGE + 2)
    )  # fmt: skip
    client = signed_in(ada)
    client.get(door("remarks", sheet))
    with CaptureQueriesContext(connection) as first:
        seen = words(client.get(door("remarks", sheet)))
    assert "N0." in seen
    assert f"N{REMARKS_ON_A_PAGE}." not in seen
    with CaptureQueriesContext(connection) as last:
        seen = words(client.get(door("remarks", sheet) + "?page=2"))
    assert f"N{REMARKS_ON_A_PAGE + 1}." in seen
    assert len(first) == len(last)
    assert "22 remarques" in words(client.get(sheet.get_url()))


def test_each_is_told_once_and_only_while_they_may_read_it(rives, havre):
    signed(rives, havre, may_comment=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    judge, head = moderator("judge", member_of=rives), leader_of(rives)
    bystander = editor("bystander", member_of=rives)
    sheet = sheet_of(rives, title="Tutorat", sharing_level="partners", owner=ada)
    remark = written(sheet, user=mia, text="Un mot rare")
    written(sheet, user=mia, text="Un mot rare")

    told = Notice.objects.filter(kind="remark")
    assert {notice.recipient for notice in told} == {ada, judge, head}
    assert told.count() == 3
    notice = notices_for(ada).get(kind="remark")
    assert notice.text == "mia, Havre (fr), a écrit une remarque sur «\u202fTutorat\u202f»."
    with override("en"):
        assert notice.text == "mia, havre (en), wrote a remark on “Tutorat”."
        assert notice.path == door("remarks", sheet, "en")
    assert {"remark", "answer"} <= {kind.name for kind in kinds_for(bystander)}
    assert "remark" not in {kind.name for kind in kinds_for(reviewer(member_of=havre))}
    # Who has no part in the page any more gets no mail about it; nobody gets the words.
    Membership.objects.filter(user=judge).delete()
    add_member(rives, user=judge, role="reader")
    deliver()
    assert {each.to[0] for each in mail.outbox if "Tutorat" in each.body} == {ada.email, head.email}
    assert "Un mot rare" not in "".join(each.body for each in mail.outbox)
    assert not notices_for(fresh(judge)).filter(kind="remark").exists()

    answer_remark(remark, user=ada, text="Oui.")
    with pytest.raises(ValidationError):
        answer_remark(remark, user=head, text="Oui !")
    assert [each.recipient for each in Notice.objects.filter(kind="answer")] == [mia]
    answered = notices_for(mia).get(kind="answer")
    assert answered.text == "ada a répondu à votre remarque sur «\u202fTutorat\u202f»."
    KnowledgePage.objects.filter(pk=sheet.pk).update(sharing_level="organization")
    assert not notices_for(fresh(mia)).filter(kind="answer").exists()
    KnowledgePage.objects.filter(pk=sheet.pk).update(sharing_level="public")
    # Who only reads by now would be led to what is not theirs to read any more.
    for role, is_told in (("reader", False), ("reviewer", True)):
        Membership.objects.filter(user=mia).update(role=role)
        assert notices_for(fresh(mia)).filter(kind="answer").exists() == is_told
        listed = signed_in(mia).get(door("remarks", sheet))
        assert listed.status_code == (200 if is_told else 404)
    remove_member(havre, user=mia)
    assert not notices_for(fresh(mia)).filter(kind="answer").exists()


def test_a_partners_sheet_with_remarks_asks_as_little_of_the_database(rives, havre):
    signed(rives, havre, may_comment=True, may_adapt=True)
    mia, ada = editor("mia", member_of=havre), editor("ada", member_of=rives)
    shown, closed = sheet_of(rives), sheet_of(rives, licence="all-rights-reserved")
    for sheet in (shown, closed):
        for number in range(3):
            written(sheet, user=mia, text=f"Numéro {number}")
        for someone in (mia, ada):
            client = signed_in(someone)
            client.get(sheet.get_url())
            with CaptureQueriesContext(connection) as queries:
                seen = words(client.get(sheet.get_url()))
            assert "Adapter pour mon organisation" in seen or someone == ada
            assert ("3 remarques" in seen) == (someone == ada)
            asked = "\n".join(each["sql"][:150] for each in queries)
            assert len(queries) <= QUERIES, asked
