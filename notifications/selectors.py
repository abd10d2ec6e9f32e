"""Reads of notices."""

from core.models import User
from notifications.kinds import KINDS, Kind
from notifications.models import Notice, NoticeChoice, NoticeQuerySet


def notices_for(user: User) -> NoticeQuerySet:
    """What `user` was told and still concerns them, the newest first."""
    return Notice.objects.shown_to(user).select_related("page", "organization")


def kinds_for(user: User) -> list[Kind]:
    """The kinds of notices that `user` can get in their roles, and those that they got already."""
    if user.is_superuser:
        return list(KINDS.values())
    roles = {
        *user.memberships.values_list("role", flat=True),
        *user.community_memberships.values_list("role", flat=True),
    }
    got = set(Notice.objects.filter(recipient=user).values_list("kind", flat=True))
    return [kind for kind in KINDS.values() if kind.roles & roles or kind.name in got]


def frequencies_of(user: User) -> dict[str, str]:
    """How often mail brings each kind of notice to `user`, by kind."""
    usual = {name: str(kind.usual) for name, kind in KINDS.items()}
    chosen = NoticeChoice.objects.filter(user=user, kind__in=KINDS)
    return usual | dict(chosen.values_list("kind", "frequency"))
