"""Keeping how pages are shared and who belongs where, and reading it again for a past moment."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from organizations.agreements.coverage import PageFacts
from organizations.models.history import MembershipPeriod, SharingPeriod
from organizations.models.organizations import Membership
from taxonomy.models import Term


def follow_membership(membership: Membership, *, is_gone: bool) -> None:
    """Write down that a role was given, changed or taken away, where it was."""
    now = timezone.now()
    user, organization = membership.user, membership.organization_id
    held = set(
        Membership.objects.filter(user=user, organization=organization).values_list(
            "role", flat=True
        )
    )
    written = MembershipPeriod.objects.filter(user=user, organization=organization, until=None)
    known = set(written.values_list("role", flat=True))
    written.exclude(role__in=held).update(until=now)
    MembershipPeriod.objects.bulk_create(
        MembershipPeriod(
            user=user, name=str(user), organization_id=organization, role=role, since=now
        )
        for role in sorted(held - known)
    )


def follow_sharing(page: Any) -> None:
    """Write down how `page` is shared from now on, where that has changed."""
    now = timezone.now()
    written = SharingPeriod.objects.filter(page=page.pk, until=None).order_by("since").last()
    facts = _facts(page) if page.live else None
    if written is not None:
        if facts == {name: getattr(written, name) for name in _FACTS}:
            return
        SharingPeriod.objects.filter(page=page.pk, until=None).update(until=now)
    if facts is not None:
        SharingPeriod.objects.create(page_id=page.pk, since=now, **facts)


def begin_sharing(pages: Iterable[Any]) -> None:
    """Write down how new, published `pages` are shared, in one insert."""
    now = timezone.now()
    SharingPeriod.objects.bulk_create(
        SharingPeriod(page_id=page.pk, since=now, **_facts(page)) for page in pages
    )


_FACTS = ("sharing_level", "organization_id", "content_type_id", "co_organizations", "themes")


def _facts(page: Any) -> dict[str, Any]:
    return {
        "sharing_level": str(page.sharing_level),
        "organization_id": page.organization_id,
        "content_type_id": page.content_type_id,
        "co_organizations": sorted(each.pk for each in page.co_organizations.all()),
        "themes": sorted(each.pk for each in page.themes.all()),
    }


def facts_at(page_id: int, moment: datetime) -> PageFacts | None:
    """How the page was shared at `moment`; None when it was not published.

    Themes are where the vocabulary has them today.
    """
    period = SharingPeriod.objects.filter(page=page_id).at(moment).order_by("since").last()
    if period is None:
        return None
    return PageFacts(
        page_id,
        period.sharing_level,
        period.organization_id,
        period.content_type_id,
        frozenset(period.co_organizations),
        frozenset(Term.objects.filter(pk__in=period.themes).values_list("path", flat=True)),
    )


def known_since(page_id: int) -> datetime | None:
    """The moment from which on it is known how the page was shared; None when it never was."""
    first = SharingPeriod.objects.filter(page=page_id).order_by("since").first()
    return first.since if first else None


def members_at(organizations: Iterable[int] | None, moment: datetime) -> dict[int, set[int]]:
    """The people of each organization (of all: None) at `moment`, by primary key.

    Whether an account was active is not kept: people whose account was closed without their roles
    being taken away are counted. Those whose account is gone have a negative number.
    """
    periods = MembershipPeriod.objects.at(moment)
    if organizations is not None:
        periods = periods.filter(organization__in=organizations)
    found: dict[int, set[int]] = defaultdict(set)
    for pk, user, organization in periods.values_list("pk", "user", "organization"):
        found[organization].add(user if user is not None else -pk)
    return dict(found)
