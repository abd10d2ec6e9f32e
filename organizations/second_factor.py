"""Of whom a second factor is asked, and whether the present session was opened with one.

Services do not know the session: it is the doors (views, middleware) that ask here.
"""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from core.models import User
from organizations.models import Membership, Role
from organizations.visibility import Viewer

# They decide in the name of an organization; who runs the site is asked too.
DECIDING_ROLES = frozenset({Role.MODERATOR, Role.LEAD})


def needs_second_factor(user: Viewer) -> bool:
    """Whether what `user` may decide asks for a second factor."""
    if not settings.SECOND_FACTOR_REQUIRED or not isinstance(user, User) or not user.is_active:
        return False
    return (
        user.is_superuser or Membership.objects.filter(user=user, role__in=DECIDING_ROLES).exists()
    )


def opened_with_second_factor(request: HttpRequest) -> bool:
    """Whether the person has proved a second factor in this session."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person must prove a second factor before they go on."""
    return not opened_with_second_factor(request) and needs_second_factor(request.user)
