"""The doors: who may read this page or this document, and link to which pages."""

from typing import Any

from django.db.models import Q
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from organizations.models import Membership, Organization, OrganizationOwnedPage, SharingLevel
from organizations.visibility import Viewer, is_visible, visible_q


def may_read_page(page: Page, user: Viewer) -> bool:
    """Whether `user` may read the published `page`; pages of no organization are for everyone."""
    owned = page.specific
    if not isinstance(owned, OrganizationOwnedPage):
        return True
    return owned.sharing_level == SharingLevel.PUBLIC or is_visible(owned, user)


def may_read_document(document: Any, user: Viewer) -> bool:
    """Whether `user` may read `document`.

    Members of the organization whose collection holds it may, and so may whoever may read a
    published page that refers to it. A document in no organization's collection is for everyone.
    """
    owner = Organization.objects.filter(collection_id=document.collection_id).first()
    if owner is None:
        return True
    is_member = (
        user.is_authenticated
        and user.is_active
        and Membership.objects.filter(user=user, organization=owner).exists()
    )
    if is_member or user.is_superuser:
        return True
    referring = ReferenceIndex.get_references_to(document).values_list("object_id", flat=True)
    ids = [int(pk) for pk in set(referring) if str(pk).isdigit()]
    pages = Page.objects.filter(pk__in=ids).live().public().specific()
    return any(may_read_page(page, user) for page in pages)


def pages_to_choose(pages: Any, user: Viewer) -> Any:
    """Those of `pages` that `user` may link to: what they may edit, and what they may read."""
    if user.is_superuser:
        return pages
    policy = policy_registry.get_by_type(Page)
    mine = policy.explorable_instances(user)
    known = Q(pk__in=mine.order_by().values("pk")) | Q(
        pk__in=Page.objects.live().exclude(pk__in=_hidden(user)).values("pk")
    )
    return pages.filter(known)


def _hidden(user: Viewer) -> Any:
    """The primary keys of the owned pages that `user` may not know of."""
    hidden = Page.objects.none().values("pk")
    for model in owned_models():
        visible = model._base_manager.filter(visible_q(user)).order_by().values("pk")
        hidden = hidden.union(model._base_manager.exclude(pk__in=visible).order_by().values("pk"))
    return hidden


def owned_models() -> list[Any]:
    """The models that hold the owner and the sharing level of pages, each in a table of its own."""
    from django.apps import apps

    return [
        model
        for model in apps.get_models()
        if issubclass(model, OrganizationOwnedPage)
        and "sharing_level" in {field.name for field in model._meta.local_fields}
    ]
