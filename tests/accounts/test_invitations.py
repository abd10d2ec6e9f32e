"""The way of an invitation: sent by a lead, opened by its receiver, and by nobody else."""

import datetime
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from accounts.services import BETWEEN_MAILS, SENT_PER_HOUR, accept_invitation, invite
from core.dates import date_format
from core.models import User
from organizations.models import Organization, Role
from tests.organizations.factories import lead, organization, person
from tests.organizations.world import ask

pytestmark = pytest.mark.django_db
ACCOUNT = {"first_name": "Ada", "last_name": "Roy", "password": "quatre mots bien longs"}


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def leader(rives):
    user = lead("meneuse", member_of=rives)
    user.first_name, user.last_name = "Line", "Bérubé"
    user.save()
    return user


@pytest.fixture
def leads(leader) -> Client:
    """The browser of the lead."""
    client = Client()
    client.force_login(leader)
    return client


def send(client, rives, email="ada@example.org", role=Role.EDITOR, language="fr"):
    data = {"email": email, "organization": rives.pk, "role": role, "language": language}
    return client.post(reverse("invitations:add"), data)


def link(message=None) -> str:
    """The address in the latest mail, on this site."""
    body = (message or mail.outbox[-1]).body
    found = next(word for word in body.split() if word.startswith("http"))
    return found.removeprefix("http://localhost:8000")


def test_a_new_person_is_invited_opens_an_account_and_is_in(client, leads, rives):
    assert send(leads, rives, "Ada@Example.org").status_code == 302
    message = mail.outbox[0]
    assert message.to == ["ada@example.org"]
    assert "Line Bérubé" in message.body
    assert rives.name_fr in message.subject
    path = link()
    assert path.startswith("/fr/compte/invitation/")
    letter, kind = message.alternatives[0]
    assert (kind, path in letter, "letter__name" in letter) == ("text/html", True, True)

    assert "Ada" not in client.get(path).content.decode()
    assert not User.objects.filter(email="ada@example.org").exists(), "reading does nothing"
    answer = client.post(path, ACCOUNT)

    assert answer["Location"] == reverse("my_space")
    user = User.objects.get(email="ada@example.org")
    assert str(user) == "Ada Roy"
    assert user.emailaddress_set.get().verified
    assert user.memberships.get().role == Role.EDITOR
    assert client.get("/admin/").status_code == 200
    assert Invitation.objects.get().accepted_by == user


def test_who_has_an_account_signs_in_and_accepts(client, leads, rives):
    user = person("ada")
    send(leads, rives)
    path = link()

    page = client.get(path).content.decode()
    door = f"{reverse('account_login')}?{urlencode({'next': path}, safe='/')}"
    assert door in page
    answer = client.post(door, {"login": "ada", "password": "a long secret"})
    assert answer["Location"] == path
    assert not user.memberships.exists()
    client.post(path)

    assert user.memberships.get().role == Role.EDITOR


def test_it_can_be_accepted_from_ones_own_space(client, leads, rives):
    user, stranger = person("ada"), person("autre")
    send(leads, rives)
    accept = reverse("invitation_accept", args=[Invitation.objects.get().pk])

    client.force_login(stranger)
    assert client.post(accept).status_code == 404
    client.force_login(user)
    assert accept in client.get(reverse("my_space")).content.decode()
    client.post(accept)

    assert user.memberships.get().role == Role.EDITOR
    assert client.post(accept).status_code == 404


def test_who_invited_learns_that_it_was_accepted(client, leads, leader, rives):
    another = lead("autre-meneuse", member_of=rives)
    send(leads, rives)
    assert not leader.notices.exists()
    client.post(link(), ACCOUNT)

    notice = leader.notices.get()
    assert "Ada Roy a accepté votre invitation" in notice.text
    assert rives.name_fr in notice.text
    assert leads.get(reverse("my_space")).status_code == 200
    answer = leads.post(reverse("notifications:follow", args=[notice.pk]), follow=True)
    assert "Ada Roy" in answer.content.decode()
    assert not another.notices.exists(), "who did not invite is not told"


def test_the_list_of_invitations_says_until_when_each_is_valid(leads, rives):
    send(leads, rives)
    until = timezone.localtime(Invitation.objects.get().expires_at)
    page = leads.get(reverse("invitations:index")).content.decode()

    assert date_format(until, "SHORT_DATE_FORMAT") in page


def test_a_lead_learns_nothing_about_who_has_an_account(leads, rives):
    person("connue")
    texts = []
    for email in ("connue@example.org", "inconnue@example.org"):
        answer = send(leads, rives, email)
        page = leads.get(answer["Location"]).content.decode()
        texts.append((answer.status_code, page.count(email), "sans réponse" in page))

    assert texts[0] == texts[1]
    assert mail.outbox[0].body.replace(link(mail.outbox[0]), "") == (
        mail.outbox[1].body.replace(link(mail.outbox[1]), "")
    )


def test_a_link_serves_once(client, leads, rives):
    send(leads, rives)
    path = link()
    client.post(path, ACCOUNT)

    own = client.get(path)
    other = Client().post(path, {**ACCOUNT, "first_name": "Autre"})

    assert "déjà" in own.content.decode() or "accepté" in own.content.decode()
    assert (own.status_code, other.status_code) == (410, 410)
    assert User.objects.filter(email="ada@example.org").count() == 1


def test_a_link_that_is_over_says_what_to_do(client, leads, rives):
    send(leads, rives)
    path = link()
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))

    answer = client.post(path, ACCOUNT)

    assert answer.status_code == 410
    assert "de renvoyer l’invitation" in answer.content.decode()
    assert not User.objects.filter(email="ada@example.org").exists()


def test_a_forged_link_opens_nothing(client, leads, rives):
    send(leads, rives)
    token = link().rstrip("/").rsplit("/", 1)[1]
    secret, _colon, signature = token.rpartition(":")
    forged = [f"x{token}", f"{secret}x:{signature}", secret, Invitation.objects.get().secret_hash]

    for each in forged:
        answer = client.post(reverse("invitation", args=[each]), ACCOUNT)
        assert answer.status_code == 410, each
    assert not User.objects.filter(email="ada@example.org").exists()


def test_a_forwarded_link_is_refused_to_another_account(client, leads, rives):
    send(leads, rives)
    path = link()
    other = person("autre")
    client.force_login(other)

    answer = client.post(path)

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "autre@example.org" in page
    assert "ada@example.org" in page
    assert not other.memberships.exists()
    with pytest.raises(PermissionDenied):
        accept_invitation(Invitation.objects.get(), user=other)


def test_a_withdrawn_invitation_opens_nothing(client, leads, rives):
    send(leads, rives)
    path = reverse("invitations:revoke", args=[Invitation.objects.get().pk])
    assert leads.get(path).status_code == 200
    leads.post(path)

    assert client.post(link(), ACCOUNT).status_code == 410
    assert not User.objects.filter(email="ada@example.org").exists()


def test_sent_again_the_new_link_opens_and_the_former_does_not(client, leads, rives):
    send(leads, rives)
    first = link()
    again = reverse("invitations:resend", args=[Invitation.objects.get().pk])
    leads.post(again)
    assert len(mail.outbox) == 1, "too soon"
    Invitation.objects.update(
        sent_at=timezone.now() - BETWEEN_MAILS, expires_at=timezone.now() - BETWEEN_MAILS
    )

    leads.post(again)

    assert len(mail.outbox) == 2
    assert client.get(first).status_code == 410
    assert client.get(link()).status_code == 200


def test_the_mail_speaks_the_language_that_the_lead_chose(leads, rives):
    send(leads, rives, language="en")
    message = mail.outbox[0]
    assert "To accept, open this page" in message.body
    assert rives.name_en in message.body
    assert link().startswith("/en/account/invitation/")


def test_the_password_of_a_new_account_is_a_good_one(client, leads, rives):
    send(leads, rives)
    for password in ("court", "ada@example.org", "111111111111"):
        answer = client.post(link(), {**ACCOUNT, "password": password})
        assert "password" in answer.context["form"].errors
    assert not User.objects.filter(email="ada@example.org").exists()


def test_a_lead_invites_to_their_own_organization_only(leads, leader, rives):
    other = organization("ailleurs")
    theirs = invite(
        other, email="x@example.org", role=Role.READER, by=lead("autre", member_of=other)
    )

    answer = send(leads, other)

    assert "organization" in answer.context["form"].errors
    with pytest.raises(PermissionDenied):
        invite(other, email="y@example.org", role=Role.READER, by=leader)
    for verb in ("resend", "revoke"):
        path = reverse(f"invitations:{verb}", args=[theirs.pk])
        assert ask(leads, path, "post").status_code == 404
    assert "x@example.org" not in leads.get(reverse("invitations:index")).content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.REVIEWER])
def test_only_leads_invite(client, rives, role):
    user = person("collegue", member_of=rives, role=role)
    client.force_login(user)

    assert send(client, rives).status_code in (302, 403)
    assert not Invitation.objects.exists()
    with pytest.raises(PermissionDenied):
        invite(rives, email="y@example.org", role=Role.READER, by=user)


def test_what_is_held_or_offered_already_is_refused(leads, rives):
    person("membre", member_of=rives, role=Role.EDITOR)

    assert send(leads, rives, "membre@example.org").status_code == 200
    assert send(leads, rives).status_code == 302
    answer = send(leads, rives)

    assert answer.status_code == 200
    assert "attend déjà" in answer.content.decode()
    assert len(mail.outbox) == 1
    # The same person, for something else.
    assert send(leads, rives, role=Role.MODERATOR).status_code == 302


def test_nobody_sends_invitations_without_end(leader, rives):
    with patch("accounts.services.SENT_PER_HOUR", 3):
        for number in range(3):
            invite(rives, email=f"p{number}@example.org", role=Role.READER, by=leader)
        with pytest.raises(ValidationError):
            invite(rives, email="p3@example.org", role=Role.READER, by=leader)
    assert SENT_PER_HOUR >= 30, "a whole team can be invited at once"


def test_a_mail_server_that_is_down_loses_no_invitation(leads, rives, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = send(leads, rives)

    page = leads.get(answer["Location"]).content.decode()
    assert "n’a pas pu partir" in page
    invitation = Invitation.objects.get()
    assert invitation.sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    leads.post(reverse("invitations:resend", args=[invitation.pk]))
    assert len(mail.outbox) == 1


def test_a_secret_is_not_kept(leads, rives):
    send(leads, rives)
    secret = link().rstrip("/").rsplit("/", 1)[1].rpartition(":")[0]
    assert secret
    assert not [value for value in Invitation.objects.values()[0].values() if value == secret]
