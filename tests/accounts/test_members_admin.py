"""Leads change the roles of their members, and take them away; nobody else's."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from organizations.models import Membership, Organization, Role
from organizations.services import change_role, remove_member
from tests.organizations.factories import lead, organization, person
from tests.organizations.world import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def leader(rives, client):
    user = lead("meneuse", member_of=rives)
    client.force_login(user)
    return user


def edit(client, membership, role):
    path = reverse("memberships:edit", args=[membership.pk])
    return ask(client, path, "post", data={"role": role})


def test_members_are_invited_not_added(client, leader):
    page = client.get(reverse("memberships:index")).content.decode()

    assert reverse("invitations:add") in page
    assert ask(client, "/admin/memberships/new/").status_code == 404


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.MODERATOR])
def test_a_changed_role_changes_what_the_person_may_do(client, leader, rives, role):
    user = person("nouvelle", member_of=rives, role=Role.EDITOR)
    membership = user.memberships.get()

    assert edit(client, membership, role).status_code == 302

    membership.refresh_from_db()
    assert membership.role == role
    assert user.groups.get().organization_role.role == role


def test_a_role_held_already_is_refused(client, leader, rives):
    user = person("nouvelle", member_of=rives, role=Role.EDITOR)
    Membership.objects.create(user=user, organization=rives, role=Role.MODERATOR)

    answer = edit(client, user.memberships.get(role=Role.EDITOR), Role.MODERATOR)

    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_leads_do_not_lock_themselves_out(client, leader, rives):
    own = leader.memberships.get()
    lead("seconde", member_of=rives)

    edit(client, own, Role.CONTRIBUTOR)
    client.post(reverse("memberships:delete", args=[own.pk]))

    assert Membership.objects.get(pk=own.pk).role == Role.LEAD


def test_an_organization_keeps_a_lead(rives):
    first, second = lead("premiere", member_of=rives), lead("seconde", member_of=rives)
    remove_member(rives, user=second, by=first)

    # As when two leads remove each other at once: the second of them comes too late.
    with pytest.raises(PermissionDenied):
        remove_member(rives, user=first, by=second)
    inactive = lead("partie", member_of=rives)
    inactive.is_active = False
    inactive.save()
    with pytest.raises(PermissionDenied):
        change_role(first.memberships.get(), role=Role.EDITOR, by=inactive)
    assert rives.memberships.filter(role=Role.LEAD, user=first).exists()


def test_the_last_lead_is_kept_and_said_why(client, leader, rives):
    # A lead whose own role goes while the page is open: what is left would be nobody.
    other = lead("seconde", member_of=rives)
    leader.is_active = False
    leader.save()
    admin = person("adjointe", member_of=rives, role=Role.LEAD)
    remove_member(rives, user=other, by=admin)

    with pytest.raises(ValidationError):
        remove_member(rives, user=admin, by=admin)
    with pytest.raises(ValidationError):
        change_role(admin.memberships.get(), role=Role.READER, by=admin)


def test_who_runs_the_site_may_take_the_last_lead_away(admin_user, rives, leader):
    remove_member(rives, user=leader, by=admin_user)
    assert not rives.memberships.exists()


def test_a_lead_touches_nobody_of_another_organization(client, leader):
    theirs = person("voisine", member_of=organization("ailleurs")).memberships.get()

    assert edit(client, theirs, Role.READER).status_code == 404
    with pytest.raises(PermissionDenied):
        change_role(theirs, role=Role.READER, by=leader)
    with pytest.raises(PermissionDenied):
        remove_member(theirs.organization, user=theirs.user, by=leader)


def test_a_list_of_members_holds_nobody_else(client, leader, rives):
    person("voisine", member_of=organization("ailleurs"))
    person("collegue", member_of=rives)

    text = client.get(reverse("memberships:index")).content.decode()

    assert "collegue" in text
    assert "voisine" not in text


def test_who_leaves_keeps_their_name_on_what_they_wrote(client, leader, rives, admin_user):
    from organizations.services import approve, submit_for_moderation
    from practices.models import Contribution
    from tests.organizations.factories import moderator
    from tests.organizations.world import draft

    author = person("partante", member_of=rives, role=Role.EDITOR)
    author.first_name, author.last_name = "Ada", "Roy"
    author.save()
    page = draft(rives.pages.get(locale__language_code="fr"), author, "Ce qu’elle savait")
    page.contributions.add(Contribution(name="Ada Roy", user=author))
    page.save_revision(user=author)
    submit_for_moderation(page, user=author)
    approve(page, user=moderator(member_of=rives))

    membership = author.memberships.get()
    client.post(reverse("memberships:delete", args=[membership.pk]))
    from accounts.services import deactivate_account

    deactivate_account(author, by=admin_user)

    assert not author.memberships.exists()
    page.refresh_from_db()
    assert page.owner == author
    assert "Ada Roy" in client.get(page.get_url()).content.decode()
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert "Ada Roy" in history
