"""What an organization may do with a page of another one: adapt it, republish it, remark on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from organizations.agreements.coverage import covering_q, facts_of_draft, scopes_of
from organizations.models import Agreement, AgreementParty, Organization, SharingLevel

# From the narrowest circle of readers to the widest.
WIDTH: Sequence[str] = (
    SharingLevel.ORGANIZATION,
    SharingLevel.PARTNERS,
    SharingLevel.COMMUNITY,
    SharingLevel.PUBLIC,
)


@dataclass(frozen=True)
class Ground:
    """What lets an organization share its version of a page of another one, and with whom.

    As widely as `widest`, and together with `partners` only, where it says so.
    """

    widest: str
    partners: frozenset[int] | None = None

    def allows(self, level: str, co_owners: Iterable[int]) -> bool:
        """Whether a version may be shared at `level`, written with `co_owners`."""
        return WIDTH.index(level) <= WIDTH.index(self.widest) and (
            self.partners is None or self.partners.issuperset(co_owners)
        )


def grounds_of_agreements(page: Any, organization: Organization | int) -> list[Ground]:
    """What the agreements in force let `organization` do with its own version of `page`.

    Each covers the page, at whatever level it is shared, and lets the parties adapt. Without the
    right to republish, the version stays with the organization and the parties.
    """
    agreements = _granting("may_adapt", page, organization)
    republishing = {each.pk: each.may_republish for each in agreements}
    facts = facts_of_draft(page, every_theme=True)
    return [
        Ground(SharingLevel.PUBLIC)
        if republishing[scope.agreement_id]
        else Ground(SharingLevel.ORGANIZATION, scope.parties)
        for scope in scopes_of(agreements)
        if scope.covers(facts)
    ]


def may_adapt_by_agreement(page: Any, organizations: Iterable[int]) -> QuerySet[Any, Any]:
    """The ids of those of `organizations` whom an agreement in force lets adapt the saved `page`.

    Not asked of the database before it is used, nor apart from what it is a condition of.
    """
    return _let_by_agreement("may_adapt", page, organizations)


def may_comment_by_agreement(page: Any, organizations: Iterable[int]) -> QuerySet[Any, Any]:
    """The same of those whom it lets write remarks on `page` to its authors."""
    return _let_by_agreement("may_comment", page, organizations)


def _let_by_agreement(right: str, page: Any, organizations: Iterable[int]) -> QuerySet[Any, Any]:
    granting = _granting(right, page).filter(covering_q(page))
    bound = AgreementParty.objects.filter(
        agreement__in=granting.order_by().values("pk"), organization__in=list(organizations)
    )
    return bound.order_by().values("organization")


def _granting(
    right: str, page: Any, organization: Organization | int | None = None
) -> QuerySet[Agreement]:
    """The agreements in force that bind the owner of `page` and give the parties this right."""
    parties = AgreementParty.objects.order_by()
    found = Agreement.objects.in_force().filter(
        pk__in=parties.filter(organization=page.organization_id).values("agreement"),
        **{right: True},
    )
    if organization is not None:
        found = found.filter(pk__in=parties.filter(organization=organization).values("agreement"))
    return found
