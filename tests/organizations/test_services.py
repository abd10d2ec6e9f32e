"""Provisioning, memberships and decisions."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import GroupPagePermission, Page, WorkflowPage

from organizations.models import Organization, OrganizationPage, OrganizationRoleGroup, Role
from organizations.services import (
    add_member,
    approve,
    create_organization,
    provision_organization,
    reject,
    remove_member,
    submit_for_moderation,
)
from practices.models import LessonPage
from tests.organizations.factories import contributor, editor, lead, moderator, organization, person

pytestmark = pytest.mark.django_db


def draft(owner_organization, author, title="Une leçon", language="fr"):
    """A draft that `author` saved."""
    parent = owner_organization.pages.get(locale__language_code=language)
    page = LessonPage(title=title, summary="Ce que c’est.", live=False, owner=author)
    parent.add_child(instance=page)
    page.save_revision(user=author)
    return page


def test_a_new_organization_has_a_page_in_each_language_groups_a_collection_and_a_workflow():
    made = organization("rives")

    assert {page.locale.language_code for page in made.pages.all()} == {"fr", "en"}
    assert made.pages.values("translation_key").distinct().count() == 1
    assert all(page.live for page in made.pages.all())
    assert set(made.role_groups.values_list("role", flat=True)) == set(Role.values)
    assert made.collection.name == made.name_fr
    assert [task.specific for task in made.workflow.tasks] == [made.approval_task]
    assert all(page.get_workflow() == made.workflow for page in made.pages.all())


def test_a_whole_organization_needs_no_mending():
    assert provision_organization(organization()).made == []


def test_what_somebody_deleted_is_made_again():
    made = organization("rives")
    made.pages.get(locale__language_code="en").delete()
    OrganizationRoleGroup.objects.filter(organization=made, role=Role.EDITOR).delete()
    GroupPagePermission.objects.all().delete()
    WorkflowPage.objects.all().delete()
    made.refresh_from_db()

    assert provision_organization(made).made

    made.refresh_from_db()
    assert provision_organization(made).made == []
    assert made.pages.count() == 2
    assert all(page.get_workflow() == made.workflow for page in made.pages.all())


def test_a_renamed_organization_renames_its_pages():
    made = organization("rives")
    made.name_fr = "Les Rives"
    made.save()

    provision_organization(made)

    assert OrganizationPage.objects.get(organization=made, locale__language_code="fr").title == (
        "Les Rives"
    )


def test_no_role_may_publish_on_its_own():
    organization()

    assert not GroupPagePermission.objects.filter(
        permission__codename__in=["publish_page", "bulk_delete_page"],
        group__organization_role__isnull=False,
    ).exists()


def test_a_territory_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="atlantide"):
        create_organization(slug="x", name_fr="X", territory="atlantide")
    assert not Organization.objects.exists()


def test_a_member_has_the_group_of_each_role_and_loses_it_with_the_role():
    made = organization()
    user = person(member_of=made, role=Role.EDITOR)
    add_member(made, user=user, role=Role.MODERATOR)
    add_member(made, user=user, role=Role.MODERATOR)
    assert user.groups.count() == 2

    remove_member(made, user=user, role=Role.EDITOR)
    assert user.groups.get().organization_role.role == Role.MODERATOR

    remove_member(made, user=user)
    assert not user.groups.exists()


def test_a_membership_deleted_by_another_door_takes_the_group_along():
    made = organization()
    user = moderator(member_of=made)

    made.memberships.all().delete()

    assert not user.groups.exists()


def test_an_unknown_role_is_refused():
    with pytest.raises(ValidationError, match="contributor"):
        add_member(organization(), user=person(), role="king")


def test_approval_publishes():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)

    approve(page, user=moderator(member_of=made), comment="Bravo")

    page.refresh_from_db()
    assert page.live
    assert page.live_revision == page.latest_revision


def test_refusal_goes_back_to_the_author_with_its_comment_and_can_be_submitted_again():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    judge = moderator(member_of=made)
    state = submit_for_moderation(page, user=author)

    reject(page, user=judge, comment="Il manque les résultats.")

    state.refresh_from_db()
    assert state.status == state.STATUS_NEEDS_CHANGES
    assert state.current_task_state.specific.comment == "Il manque les résultats."
    page = LessonPage.objects.get(pk=page.pk)
    page.summary = "Avec les résultats."
    page.save_revision(user=author)
    submit_for_moderation(page, user=author)
    approve(page, user=judge)
    page.refresh_from_db()
    assert page.live
    assert page.summary == "Avec les résultats."


def test_a_refusal_says_why():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)

    with pytest.raises(ValidationError):
        reject(page, user=moderator(member_of=made), comment="  ")


@pytest.mark.parametrize("role", [contributor, editor, lead])
def test_only_moderators_decide(role):
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)

    with pytest.raises(PermissionDenied):
        approve(page, user=role(member_of=made))


def test_moderators_of_another_organization_do_not_decide():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)

    with pytest.raises(PermissionDenied):
        approve(page, user=moderator(member_of=organization()))


def test_a_moderator_does_not_approve_their_own_text():
    made = organization()
    page = draft(made, author := moderator(member_of=made))
    submit_for_moderation(page, user=author)

    with pytest.raises(PermissionDenied):
        approve(page, user=author)


def test_a_moderator_who_changed_the_text_leaves_the_approval_to_another():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)
    page.summary = "En d’autres mots."
    page.save_revision(user=(busy := moderator(member_of=made)))

    with pytest.raises(PermissionDenied):
        approve(page, user=busy)
    approve(page, user=moderator(member_of=made))

    assert Page.objects.get(pk=page.pk).live


def test_nobody_decides_twice():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)
    task_state = page.current_workflow_task_state
    approve(page, user=moderator(member_of=made))

    with pytest.raises(PermissionDenied):
        task_state.task.specific.on_action(task_state, moderator(member_of=made), "reject")


def test_who_may_not_edit_a_page_may_not_submit_it():
    made = organization()
    page = draft(made, contributor(member_of=made))

    with pytest.raises(PermissionDenied):
        submit_for_moderation(page, user=editor(member_of=organization()))


def test_what_waits_already_is_not_submitted_again():
    made = organization()
    page = draft(made, author := contributor(member_of=made))
    submit_for_moderation(page, user=author)

    with pytest.raises(ValidationError):
        submit_for_moderation(page, user=author)
