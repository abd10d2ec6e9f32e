"""What an organization may make of a page of another one: the rights to adapt and to republish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from organizations.agreements.coverage import covered_q, facts_of_draft, scopes_of
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
    agreements = _adapting(page, organization)
    republishing = {each.pk: each.may_republish for each in agreements}
    facts = facts_of_draft(page, every_theme=True)
    return [
        Ground(SharingLevel.PUBLIC)
        if republishing[scope.agreement_id]
        else Ground(SharingLevel.ORGANIZATION, scope.parties)
        for scope in scopes_of(agreements)
        if scope.covers(facts)
    ]


def may_adapt_by_agreement(page: Any, organizations: Iterable[int]) -> set[int]:
    """Those of `organizations` whom an agreement in force lets adapt the saved `page`."""
    by_agreement: dict[int, set[int]] = {}
    bound = AgreementParty.objects.filter(
        agreement__in=_adapting(page).order_by().values("pk"),
        organization__in=list(organizations),
    )
    for agreement, organization in bound.values_list("agreement", "organization"):
        by_agreement.setdefault(agreement, set()).add(organization)
    found: set[int] = set()
    for agreement, parties in by_agreement.items():
        if not parties <= found and _covers(agreement, page):
            found |= parties
    return found


def _covers(agreement: int, page: Any) -> bool:
    pages = type(page)._base_manager.filter(covered_q([agreement]), pk=page.pk)
    return bool(pages.exists())


def _adapting(page: Any, organization: Organization | int | None = None) -> QuerySet[Agreement]:
    """The agreements in force that bind the owner of `page` and let the parties adapt."""
    parties = AgreementParty.objects.order_by()
    found = Agreement.objects.in_force().filter(
        may_adapt=True,
        pk__in=parties.filter(organization=page.organization_id).values("agreement"),
    )
    if organization is not None:
        found = found.filter(pk__in=parties.filter(organization=organization).values("agreement"))
    return found
