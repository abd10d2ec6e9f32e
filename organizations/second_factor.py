"""Of whom a second factor is asked, and whether the present session was opened with one.

Services do not know the session: it is the doors (views, middleware) that ask here.
"""

import time

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from core.models import User
from organizations.models import Membership, Role
from organizations.visibility import Viewer

# They decide in the name of an organization; who runs the site is asked too.
DECIDING_ROLES = frozenset({Role.MODERATOR, Role.LEAD})


class SecondFactorDue(Exception):
    """What was asked is done once the person has proved their second factor for it."""


def needs_second_factor(user: Viewer) -> bool:
    """Whether what `user` may decide asks for a second factor."""
    if not settings.SECOND_FACTOR_REQUIRED or not isinstance(user, User) or not user.is_active:
        return False
    return (
        user.is_superuser or Membership.objects.filter(user=user, role__in=DECIDING_ROLES).exists()
    )


def opened_with_second_factor(request: HttpRequest) -> bool:
    """Whether the person has proved a second factor in this session."""
    return bool(_proofs(request))


def require_second_factor_now(request: HttpRequest) -> None:
    """Ask for a proof of the last few minutes, where one is asked of the person at all.

    Raises `SecondFactorDue`, which the door answers: it asks for the proof, then has the same
    request done.
    """
    is_recent = time.time() - max(_proofs(request), default=0) < REAUTHENTICATION_TIMEOUT
    if not is_recent and needs_second_factor(request.user):
        raise SecondFactorDue


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person must prove a second factor before they go on."""
    return not opened_with_second_factor(request) and needs_second_factor(request.user)


def _proofs(request: HttpRequest) -> list[float]:
    """When the person proved a second factor in this session, in seconds since 1970."""
    records = get_authentication_records(request, request.user)
    return [record["at"] for record in records if record.get("method") == "mfa"]
