"""Reads of notices."""

from core.models import User
from notifications.kinds import KINDS
from notifications.models import Notice, NoticeChoice, NoticeQuerySet


def notices_for(user: User) -> NoticeQuerySet:
    """What `user` was told and still concerns them, the newest first."""
    return Notice.objects.shown_to(user).select_related("page", "organization")


def frequencies_of(user: User) -> dict[str, str]:
    """How often mail brings each kind of notice to `user`, by kind."""
    usual = {name: str(kind.usual) for name, kind in KINDS.items()}
    chosen = NoticeChoice.objects.filter(user=user, kind__in=KINDS)
    return usual | dict(chosen.values_list("kind", "frequency"))
