"""Who may read what: one answer, as a queryset filter and as audience tokens."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from core.models import User
from organizations.models.organizations import Membership
from organizations.models.ownership import OrganizationOwnedPage, SharingLevel

Viewer = User | AnonymousUser


def visible_q(user: Viewer) -> Q:
    """The filter that keeps the pages that `user` may read; see `viewer_tokens`."""
    q = Q(sharing_level=SharingLevel.PUBLIC)
    if user.is_authenticated:
        mine = Membership.objects.filter(user=user).values("organization_id")
        if mine.exists():
            q |= Q(sharing_level=SharingLevel.COMMUNITY)
        q |= Q(organization__in=mine) | Q(co_organizations__in=mine)
    return q


def page_tokens(page: OrganizationOwnedPage) -> frozenset[str]:
    """The tokens of those who may read `page`."""
    owners = {page.organization_id, *(each.pk for each in page.co_organizations.all())}
    tokens = {f"org:{pk}" for pk in owners}
    if page.sharing_level in (SharingLevel.PUBLIC, SharingLevel.COMMUNITY):
        tokens.add(page.sharing_level)
    return frozenset(tokens)
