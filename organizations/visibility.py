"""Who may read what: one answer, as a queryset filter and as audience tokens."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from core.models import User
from organizations.models.organizations import Membership
from organizations.models.ownership import OrganizationOwnedPage, SharingLevel
from search.audience import PUBLIC

Viewer = User | AnonymousUser


def visible_q(user: Viewer) -> Q:
    """The filter that keeps the pages that `user` may read; see `viewer_tokens`."""
    q = Q(sharing_level=SharingLevel.PUBLIC)
    if user.is_authenticated and user.is_active:
        mine = Membership.objects.filter(user=user).values("organization_id")
        if mine.exists():
            q |= Q(sharing_level=SharingLevel.COMMUNITY)
        q |= Q(organization__in=mine) | Q(co_organizations__in=mine)
    return q


def tokens_q(tokens: frozenset[str]) -> Q:
    """The filter that keeps the pages that a viewer with these tokens may read."""
    levels = tokens & {SharingLevel.PUBLIC.value, SharingLevel.COMMUNITY.value}
    own = [int(token.removeprefix("org:")) for token in tokens if token.startswith("org:")]
    return Q(sharing_level__in=levels) | Q(organization__in=own) | Q(co_organizations__in=own)


def viewer_tokens(user: Any) -> frozenset[str]:
    """The tokens that `user` holds: a page is visible when it has one of them.

    Two queries at most; none for the anonymous.
    """
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    mine = Membership.objects.filter(user=user).values_list("organization_id", flat=True).distinct()
    own = {f"org:{organization_id}" for organization_id in mine}
    return PUBLIC | {SharingLevel.COMMUNITY.value, *own} if own else PUBLIC


def is_visible(page: OrganizationOwnedPage, user: Viewer) -> bool:
    """Whether `user` may know of `page` once it is published."""
    return bool(page_tokens(page) & viewer_tokens(user))


def page_tokens(page: OrganizationOwnedPage) -> frozenset[str]:
    """The tokens of those who may read `page`."""
    owners = {page.organization_id, *(each.pk for each in page.co_organizations.all())}
    return _tokens(page.sharing_level, owners)


def audiences_of(pages: Sequence[OrganizationOwnedPage]) -> dict[int, frozenset[str]]:
    """The tokens of those who may read each of `pages` (all of one type), in one query."""
    if not pages:
        return {}
    relation: Any = type(pages[0])._meta.get_field("co_organizations")
    through = relation.remote_field.through
    column = next(
        field.attname
        for field in through._meta.get_fields()
        if field.is_relation and issubclass(type(pages[0]), field.related_model)
    )
    owners = {page.pk: {page.organization_id} for page in pages}
    links = through.objects.filter(**{f"{column}__in": list(owners)})
    for pk, organization_id in links.values_list(column, "organization_id"):
        owners[pk].add(organization_id)
    return {page.pk: _tokens(page.sharing_level, owners[page.pk]) for page in pages}


def _tokens(sharing_level: str, owners: set[int]) -> frozenset[str]:
    tokens = {f"org:{pk}" for pk in owners}
    if sharing_level in (SharingLevel.PUBLIC, SharingLevel.COMMUNITY):
        tokens.add(sharing_level)
    return frozenset(tokens)
