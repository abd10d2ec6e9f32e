"""Organizations, and all that each needs to work: made, and mended where something is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from core.models import HomePage, User
from organizations.models import (
    Organization,
    OrganizationApprovalTask,
    OrganizationIndexPage,
    OrganizationPage,
    OrganizationRoleGroup,
    Role,
)
from organizations.permissions import FILE_PERMISSIONS, GENERAL_PERMISSIONS, PAGE_PERMISSIONS
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
