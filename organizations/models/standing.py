"""What a person is in the community: their roles, and the agreements that open pages to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerField, Value

from core.models import User
from organizations.models.agreements import Agreement, AgreementParty
from organizations.models.organizations import Membership


@dataclass(frozen=True)
class Standing:
    """The roles of a person by organization, and the agreements in force that let them see."""

    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    agreements: frozenset[int] = frozenset()


NOBODY = Standing()


def standing_of(user: Any) -> Standing:
    """What `user` is at this moment, in one query; none for the anonymous.

    Asked many times while one answer is made, it is kept with the request's user, who is read
    again for the next request.
    """
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    known: Standing | None = user.__dict__.get("_standing")
    if known is None:
        known = user.__dict__["_standing"] = _read(user)
    return known


def forget_standing(user: Any) -> None:
    """Have the roles of `user` read again: they have changed."""
    user.__dict__.pop("_standing", None)


def _read(user: User) -> Standing:
    memberships = Membership.objects.filter(user=user)
    open_to_them = AgreementParty.objects.filter(
        agreement__in=Agreement.objects.in_force().filter(may_see=True).order_by().values("pk"),
        organization__in=memberships.values("organization"),
    )
    rows = memberships.values_list("organization_id", "role", Value(0, IntegerField())).union(
        open_to_them.values_list("organization_id", Value(""), "agreement_id"), all=True
    )
    roles: dict[int, set[str]] = {}
    agreements = set()
    for organization_id, role, agreement_id in rows:
        if agreement_id:
            agreements.add(agreement_id)
        else:
            roles.setdefault(organization_id, set()).add(role)
    return Standing(
        {owner: frozenset(held) for owner, held in roles.items()}, frozenset(agreements)
    )
