"""What is done to organizations and to their contributions; each function checks, then writes."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from core.models import HomePage, User
from organizations.models import (
    CommunityMembership,
    CommunityRole,
    Membership,
    Organization,
    OrganizationApprovalTask,
    OrganizationIndexPage,
    OrganizationPage,
    OrganizationRoleGroup,
    Role,
    forget_standing,
)
from organizations.moderation.deciding import take_action
from organizations.moderation.plans import leave_former_steps
from organizations.permissions import FILE_PERMISSIONS, GENERAL_PERMISSIONS, PAGE_PERMISSIONS
from organizations.policies import require_administrator, require_manager
from organizations.signals import give_groups
from taxonomy.models import Term

INDEX_TITLES = {"fr": "Organisations", "en": "Organizations"}


@dataclass
class Provisioned:
    """What `provision_organization` had to make or mend, in words for a log; empty when whole."""

    made: list[str] = field(default_factory=list)


@transaction.atomic
def create_organization(
    *,
    slug: str,
    name_fr: str,
    name_en: str = "",
    acronym: str = "",
    kind: str = "other",
    territory: Term | str | None = None,
    ror: str = "",
    description_fr: str = "",
    description_en: str = "",
    contact_email: str = "",
    website: str = "",
    logo: Any = None,
) -> Organization:
    """Create an organization with everything it needs to work.

    `territory` is a term or its identifier. Raises `ValidationError` for data that is not valid.
    """
    if isinstance(territory, str):
        territory = _territory(territory)
    organization = Organization(
        slug=slug,
        name_fr=name_fr,
        name_en=name_en,
        acronym=acronym,
        kind=kind,
        territory=territory,
        ror=ror,
        description_fr=description_fr,
        description_en=description_en,
        contact_email=contact_email,
        website=website,
        logo=logo,
    )
    organization.full_clean(exclude=["collection", "workflow"])
    organization.save()
    provision_organization(organization)
    return organization


def _territory(slug: str) -> Term | None:
    if not slug:
        return None
    term = Term.objects.of("territory").filter(slug=slug).first()
    if term is None:
        raise ValidationError(
            {"territory": _("No territory “%(slug)s” in the vocabulary.") % {"slug": slug}}
        )
    return term


@transaction.atomic
def provision_organization(organization: Organization) -> Provisioned:
    """Make what the organization lacks: groups, pages, collection, permissions and workflow.

    It may be run at any time and mends what somebody deleted or renamed; it never takes away.
    """
    done = Provisioned()
    groups = _role_groups(organization, done)
    pages = _pages(organization, done)
    collection = _collection(organization, done)
    _permissions(groups, pages, collection, done)
    _workflow(organization, pages, done)
    for user in User.objects.filter(memberships__organization=organization).distinct():
        give_groups(user, organization.pk)
    return done


def _role_groups(organization: Organization, done: Provisioned) -> dict[str, Group]:
    linked = {
        link.role: link.group for link in organization.role_groups.select_related("group").all()
    }
    for role in Role.values:
        name = f"{organization.slug} · {role}"[:150]
        if role not in linked:
            group, _made = Group.objects.get_or_create(name=name)
            OrganizationRoleGroup.objects.create(organization=organization, role=role, group=group)
            linked[role] = group
            done.made.append(f"group {name}")
        elif linked[role].name != name:
            linked[role].name = name
            linked[role].save(update_fields=["name"])
            done.made.append(f"name of the group {name}")
    general = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.filter(
            content_type__app_label__in=["wagtailadmin", "simple_translation"]
        ).select_related("content_type")
    }
    for role, group in linked.items():
        group.permissions.add(*(general[name] for name in sorted(GENERAL_PERMISSIONS[role])))
    return linked


def _pages(organization: Organization, done: Provisioned) -> list[OrganizationPage]:
    """The page of the organization in every language that has a home page, the default first."""
    default = Locale.get_default()
    locales = sorted(Locale.objects.all(), key=lambda each: each.pk != default.pk)
    found = {page.locale_id: page for page in organization.pages.all()}
    original = found.get(default.pk) or next(iter(found.values()), None)
    pages = []
    for locale in locales:
        index = _index_page(locale, done)
        if index is None:
            continue
        title = organization.name_in(locale.language_code)
        page = found.get(locale.pk)
        if page is None:
            page = OrganizationPage(
                title=title, slug=organization.slug, organization=organization, locale=locale
            )
            if original is not None:
                page.translation_key = original.translation_key
            index.add_child(instance=page)
            page.save_revision().publish()
            original = original or page
            done.made.append(f"page {page.url_path}")
        elif page.title != title or page.draft_title != title:
            page.title = page.draft_title = title
            page.save_revision().publish()
            done.made.append(f"title of the page {page.url_path}")
        pages.append(page)
    return pages


def _index_page(locale: Locale, done: Provisioned) -> OrganizationIndexPage | None:
    home = HomePage.objects.filter(locale=locale, depth=2).first()
    if home is None:
        return None
    index = OrganizationIndexPage.objects.child_of(home).first()
    if index is None:
        title = INDEX_TITLES.get(locale.language_code, INDEX_TITLES["en"])
        index = OrganizationIndexPage(title=title, locale=locale, show_in_menus=True)
        other = OrganizationIndexPage.objects.exclude(locale=locale).first()
        if other is not None:
            index.translation_key = other.translation_key
        home.add_child(instance=index)
        index.save_revision().publish()
        done.made.append(f"page {index.url_path}")
    # The tree counts its children in the database.
    index.refresh_from_db()
    return index


def _collection(organization: Organization, done: Provisioned) -> Collection:
    collection = organization.collection
    if collection is None:
        root = Collection.get_first_root_node()
        assert root is not None, "Wagtail's migrations make the root collection"
        collection = root.add_child(name=organization.name_fr)
        organization.collection = collection
        organization.save(update_fields=["collection"])
        done.made.append(f"collection {collection.name}")
    elif collection.name != organization.name_fr:
        collection.name = organization.name_fr
        collection.save(update_fields=["name"])
        done.made.append(f"name of the collection {collection.name}")
    return collection


def _permissions(
    groups: dict[str, Group],
    pages: Iterable[OrganizationPage],
    collection: Collection,
    done: Provisioned,
) -> None:
    by_codename = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type__app_label__in=["wagtailcore", "wagtailimages", "wagtaildocs"]
        )
    }
    for role, group in groups.items():
        for codename in sorted(PAGE_PERMISSIONS[role]):
            for page in pages:
                _row, made = GroupPagePermission.objects.get_or_create(
                    group=group, page=page, permission=by_codename[codename]
                )
                if made:
                    done.made.append(f"{codename} for {group}")
        for codename in sorted(FILE_PERMISSIONS[role]):
            _row, made = GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=by_codename[codename]
            )
            if made:
                done.made.append(f"{codename} for {group}")


def _workflow(
    organization: Organization, pages: Iterable[OrganizationPage], done: Provisioned
) -> None:
    with override("fr"):
        name = _("Approval by %(organization)s") % {"organization": organization.name_fr}
    task = OrganizationApprovalTask.objects.filter(organization=organization).first()
    if task is None:
        task = OrganizationApprovalTask.objects.create(name=name[:255], organization=organization)
        done.made.append("approval task")
    elif not task.active:
        task.active = True
        task.save(update_fields=["active"])
        done.made.append("active approval task")
    workflow = organization.workflow
    if workflow is None:
        workflow = Workflow.objects.create(name=name[:255])
        organization.workflow = workflow
        organization.save(update_fields=["workflow"])
        done.made.append("workflow")
    elif not workflow.active:
        workflow.active = True
        workflow.save(update_fields=["active"])
        done.made.append("active workflow")
    if not WorkflowTask.objects.filter(workflow=workflow, task=task).exists():
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        done.made.append("step of the workflow")
    for page in pages:
        link = WorkflowPage.objects.filter(page=page).first()
        if link is None or link.workflow_id != workflow.pk:
            WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
            done.made.append(f"workflow of the page {page.url_path}")


# People


@transaction.atomic
def add_member(organization: Organization, *, user: User, role: str) -> Membership:
    """Give `user` a role in the organization; nothing changes when they already hold it.

    Raises `ValidationError` for a role that does not exist.
    """
    _check_role(role)
    membership, _made = Membership.objects.get_or_create(
        organization=organization, user=user, role=role
    )
    return membership


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Give the person another role in the same organization.

    Raises `PermissionDenied` for who does not manage its members, `ValidationError` for a role
    that does not exist or is held already, for one's own role, and for the last lead.
    """
    require_manager(membership.organization, by)
    _check_role(role)
    if membership.user_id == by.pk and not by.is_superuser:
        raise ValidationError(_("Ask another lead to change your own role."))
    others = Membership.objects.filter(
        organization=membership.organization_id, user=membership.user_id, role=role
    )
    if others.exclude(pk=membership.pk).exists():
        raise ValidationError({"role": _("This person holds this role already.")})
    former = Membership.objects.get(pk=membership.pk).role
    if former == Role.LEAD and role != Role.LEAD:
        _keep_a_lead(membership, by)
    membership.role = role
    membership.save(update_fields=["role"])
    log(membership, "wagtail.edit", user=by)
    return membership


@transaction.atomic
def remove_member(
    organization: Organization, *, user: User, role: str = "", by: User | None = None
) -> None:
    """Take a role in the organization, or all of them, away from `user`; what they wrote stays.

    `by` is who asks for it, or nobody where the site itself does. Raises as `change_role` does.
    """
    memberships = Membership.objects.filter(organization=organization, user=user)
    if role:
        memberships = memberships.filter(role=role)
    if by is not None:
        require_manager(organization, by)
        if user == by and not by.is_superuser:
            raise ValidationError(_("Ask another lead to take your own role away."))
    for membership in memberships:
        if by is not None:
            if membership.role == Role.LEAD:
                _keep_a_lead(membership, by)
            log(membership, "wagtail.delete", user=by)
        membership.delete()
    forget_standing(user)


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise ValidationError(
            _("No role “%(role)s”. Known: %(known)s.")
            % {"role": role, "known": ", ".join(Role.values)}
        )


def _keep_a_lead(membership: Membership, by: User) -> None:
    """Refuse to leave the organization without a lead; who runs the site may, and mends it."""
    # Two leads who remove each other at once come here one after the other.
    organization = Organization.objects.select_for_update().get(pk=membership.organization_id)
    leads = Membership.objects.filter(
        organization=organization, role=Role.LEAD, user__is_active=True
    )
    if not by.is_superuser and not leads.exclude(pk=membership.pk).exists():
        raise ValidationError(
            _("%(organization)s would have no lead: give this role to somebody else first.")
            % {"organization": organization}
        )


# The community


@transaction.atomic
def give_community_role(*, user: User, role: str, by: User) -> CommunityMembership:
    """Give `user` a role for the whole community; nothing changes when they already hold it.

    Administrators are superusers: the two are kept in step (see `organizations.signals`). Raises
    `PermissionDenied` for who does not run the site, `ValidationError` for an unknown role.
    """
    require_administrator(by)
    if role not in CommunityRole.values:
        raise ValidationError(
            _("No role “%(role)s”. Known: %(known)s.")
            % {"role": role, "known": ", ".join(CommunityRole.values)}
        )
    membership, made = CommunityMembership.objects.get_or_create(user=user, role=role)
    if made:
        log(membership, "wagtail.create", user=by)
    return membership


@transaction.atomic
def take_community_role(membership: CommunityMembership, *, by: User) -> None:
    """Take a role for the whole community away.

    Raises `PermissionDenied` for who does not run the site, `ValidationError` for the last
    administrator.
    """
    require_administrator(by)
    if membership.role == CommunityRole.ADMINISTRATOR:
        keep_an_administrator(membership.user)
    log(membership, "wagtail.delete", user=by)
    membership.delete()


def keep_an_administrator(user: User) -> None:
    """Refuse, with a `ValidationError`, to leave the site without anybody who runs it but `user`.

    Inside a transaction: two who leave at once come here one after the other.
    """
    running = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if not [each for each in running.order_by("pk") if each != user]:
        raise ValidationError(
            _("Nobody would be left to run the site: make somebody else an administrator first.")
        )


# Contributions


@transaction.atomic
def submit_for_moderation(page: Page, *, user: User) -> WorkflowState:
    """Hand the latest draft of `page` to the moderators of its organization.

    Raises `PermissionDenied` for who may not edit the page, `ValidationError` when it waits for a
    moderator already, is locked, or only shows the text of another page.
    """
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied(_("You may not submit this page."))
    if page.alias_of_id:
        raise ValidationError(_("This page shows the text of another one: submit that one."))
    if page.workflow_in_progress:
        raise ValidationError(_("This page already waits for a moderator."))
    lock = page.get_lock()
    if lock is not None and lock.for_user(user):
        raise ValidationError(_("This page is locked: it cannot be submitted now."))
    leave_former_steps(page)
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
        return state
    workflow = page.get_workflow()
    if workflow is None:
        raise ValidationError(_("No workflow is set for this page: run provision_organizations."))
    started: WorkflowState = workflow.start(page, user)
    return started


def approve(page: Page, *, user: User, comment: str = "", **kwargs: Any) -> None:
    """Approve what was submitted; after the last step it is published. As `decide` otherwise."""
    decide(page, user=user, action="approve", comment=comment, **kwargs)


def reject(page: Page, *, user: User, comment: str, **kwargs: Any) -> None:
    """Send what was submitted back to its author, saying why. As `decide` otherwise."""
    if not comment.strip():
        raise ValidationError(_("Say what must change: the author reads your comment."))
    decide(page, user=user, action="reject", comment=comment, **kwargs)


@transaction.atomic
def decide(
    page: Page,
    *,
    user: User,
    action: str,
    comment: str = "",
    revision: int | None = None,
    made_at: datetime.datetime | None = None,
) -> None:
    """Take the decision `action` on what was submitted, or give an opinion on it.

    Actions are “approve”, “reject”, “recommend” and “advise”, as the present step has them.
    `revision` is the number of the text that was read; without it, that of `page` as it was loaded.
    Raises `DecisionRefused` (a `PermissionDenied`) as `moderation.deciding.take_action` does, and
    `ValidationError` when nothing is submitted.
    """
    task_state = page.current_workflow_task_state
    if task_state is None:
        raise ValidationError(_("This page does not wait for a moderator."))
    take_action(
        task_state,
        user=user,
        action=action,
        comment=comment,
        revision=revision or page.latest_revision_id,
        made_at=made_at,
    )
