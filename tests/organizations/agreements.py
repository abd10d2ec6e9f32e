"""Agreements in any state, and people to sign them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from organizations.agreements.services import draft_agreement, sign_agreement
from organizations.models import Agreement, Membership, Organization, Role
from organizations.models.agreements import today
from tests.organizations.factories import lead


def leader_of(organization: Organization) -> Any:
    """A lead of the organization, made when there is none."""
    found = Membership.objects.filter(organization=organization, role=Role.LEAD).first()
    return found.user if found else lead(f"lead-{organization.slug}", member_of=organization)


def drafted(*parties: Organization, **terms: Any) -> Agreement:
    """A draft between `parties`, of which the first one proposes it."""
    terms = {
        "title_fr": "Entente de partage",
        "title_en": "Sharing agreement",
        "purpose_fr": "Apprendre ensemble.",
        "text_fr": "Nous partageons.",
        "starts_on": today(),
        **terms,
    }
    return draft_agreement(
        user=leader_of(parties[0]), proposed_by=parties[0], parties=parties, **terms
    )


def sign(agreement: Agreement, parties: Iterable[Organization]) -> Agreement:
    """The agreement, signed by the leads of `parties`."""
    for party in parties:
        sign_agreement(
            agreement, user=leader_of(party), organization=party, digest=agreement.digest()
        )
    agreement.refresh_from_db()
    return agreement


def signed(*parties: Organization, **terms: Any) -> Agreement:
    """An agreement that all `parties` have signed."""
    return sign(drafted(*parties, **terms), parties)


def days(number: int) -> date:
    """The day in `number` days."""
    return today() + timedelta(days=number)


def moment(number: int) -> Any:
    """This time of the day in `number` days."""
    return timezone.now() + timedelta(days=number)
