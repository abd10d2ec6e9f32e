"""The doors: who may read this page or this document, and what they may meet in the admin."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from core.models import User
from organizations.models.organizations import Organization
from organizations.models.ownership import OrganizationOwnedPage, SharingLevel
from organizations.models.pages import OrganizationPage
from organizations.models.standing import standing_of
from organizations.permissions import PAGE_PERMISSIONS
from organizations.visibility import (
    Viewer,
    is_visible,
    organization_tokens,
    tokens_q,
    visible_q,
)

# What a person must be allowed to do with a file, at the least, to meet it in the admin.
FILE_ACTIONS = ["choose", "add", "change"]
PAGE_ACTIONS = {"add", "change"}


# Readers


def may_read_page(page: Page, user: Viewer) -> bool:
    """Whether `user` may read the published `page`; pages of no organization are for everyone."""
    owned = page.specific
    if not isinstance(owned, OrganizationOwnedPage):
        return True
    return owned.sharing_level == SharingLevel.PUBLIC or is_visible(owned, user)


def pages_to_read(user: Viewer) -> Any:
    """The published pages that `user` may read."""
    return Page.objects.live().public().exclude(_hidden(visible_q(user)))


def may_read_document(document: Any, user: Viewer) -> bool:
    """Whether `user` may read `document`.

    Members of the organization whose collection holds it may, and so may whoever may read a
    published page of that organization that refers to it. A document in no organization's
    collection is for everyone.
    """
    owner = Organization.objects.filter(collection_id=document.collection_id).first()
    if owner is None:
        return True
    if user.is_superuser or is_member(owner, user):
        return True
    # Another organization's page opens nothing: it could name any document it likes.
    return any(
        getattr(page, "organization_id", owner.pk) == owner.pk and may_read_page(page, user)
        for page in _published_pages_with(document)
    )


def is_member(organization: Organization, user: Viewer) -> bool:
    """Whether `user` holds any role in `organization`."""
    return organization.pk in standing_of(user).roles


def may_change(page: Any, user: Viewer) -> bool:
    """Whether the role of `user` lets them change the text of `page`, locked now or not."""
    if not isinstance(user, User) or not user.is_active:
        return False
    given = {
        permission
        for role in standing_of(user).roles.get(page.organization_id, ())
        for permission in PAGE_PERMISSIONS[role]
    }
    is_own = "add_page" in given and page.owner_id == user.pk
    return user.is_superuser or is_own or "change_page" in given


def _published_pages_with(document: Any) -> Any:
    pages = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to(document).filter(base_content_type=pages)
    ids = {int(pk) for pk in references.values_list("object_id", flat=True)}
    return Page.objects.filter(pk__in=ids).live().public().specific()


# The admin


def pages_to_meet(user: Viewer) -> Any:
    """The pages that `user` may meet in the admin: what they work on, and the way to it."""
    return policy_registry.get_by_type(Page).explorable_instances(user)


def pages_to_work_on(user: Viewer) -> Any:
    """The pages of which `user` has any part in the writing."""
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_any_permission_for(user, PAGE_ACTIONS)


def pages_to_change(user: Viewer) -> Any:
    """The pages whose text the roles of `user` let them change; see `may_change`."""
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_permission_for(user, "change")


def organizations_to_write_for(user: Viewer) -> Any:
    """The pages of organizations, in every language, below which `user` may write."""
    policy = policy_registry.get_by_type(Page)
    below = policy.instances_user_has_permission_for(user, "add")
    return OrganizationPage.objects.filter(pk__in=below.order_by().values("pk"))


def pages_to_choose(pages: Any, user: Viewer) -> Any:
    """Those of `pages` that `user` may link to: what they may meet, and what they may read."""
    if user.is_superuser:
        return pages
    return pages.filter(
        Q(pk__in=pages_to_meet(user).order_by().values("pk"))
        | Q(pk__in=pages_to_read(user).order_by().values("pk"))
    )


def files_to_meet(model: Any, user: Viewer) -> Any:
    """The images or documents (`model`) that `user` may meet in the admin."""
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, FILE_ACTIONS)


def owned_models() -> list[Any]:
    """The models that hold the owner and the sharing level of pages, each in a table of its own."""
    from django.apps import apps

    return [
        model
        for model in apps.get_models()
        if issubclass(model, OrganizationOwnedPage)
        and "sharing_level" in {field.name for field in model._meta.local_fields}
    ]


def owned_page_types() -> list[Any]:
    """The types of pages that organizations write."""
    from django.apps import apps

    return [
        model
        for model in apps.get_models()
        if issubclass(model, OrganizationOwnedPage) and getattr(model, "is_creatable", False)
    ]


def _hidden(visible: Q) -> Q:
    """The filter for the owned pages that `visible` leaves out."""
    hidden = Q(pk__in=[])
    for model in owned_models():
        kept = model._base_manager.filter(visible).order_by().values("pk")
        hidden |= Q(pk__in=model._base_manager.exclude(pk__in=kept).order_by().values("pk"))
    return hidden


# What a text may refer to


def wrong_references(references: Iterable[tuple[Any, str]], organization_id: int) -> list[str]:
    """Why a text of the organization may not refer to all of these (model, primary key) pairs.

    It uses images and documents of its own organization, or of none, and refers to pages that its
    organization knows of. A form offers nothing else; a request made by hand could. Empty when
    all is well; a constant number of queries.
    """
    found: dict[Any, set[str]] = {}
    for model, pk in references:
        base = Page if issubclass(model, Page) else model
        found.setdefault(base, set()).add(str(pk))
    wrong = []
    for model in (get_image_model(), get_document_model()):
        used = model._default_manager.filter(pk__in=found.get(model, ()))
        others = used.exclude(collection__organization=None)
        if others.exclude(collection__organization=organization_id).exists():
            wrong.append(_("Use images and documents of your own organization only."))
            break
    if _unknown_pages(found.get(Page, ()), organization_id).exists():
        wrong.append(_("This text refers to a page that your organization may not see."))
    return wrong


def _unknown_pages(ids: Iterable[str], organization_id: int) -> Any:
    """Those of the pages `ids` that the organization's members do not know of."""
    known = Q(live=True) & ~_hidden(tokens_q(organization_tokens(organization_id)))
    for model in owned_models():
        own = model._base_manager.filter(organization=organization_id)
        known |= Q(pk__in=own.order_by().values("pk"))
    return Page.objects.filter(pk__in=ids).exclude(known)
