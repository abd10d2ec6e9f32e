"""Reads of agreements."""

from typing import Any

from django.db.models import Q, QuerySet

from organizations.agreements.coverage import facts_of_draft, scopes_of
from organizations.models import Agreement, Confidentiality, Organization
from organizations.policies import led_organizations
from organizations.visibility import Viewer


def agreements_to_manage(user: Viewer) -> QuerySet[Agreement]:
    """The agreements of the organizations that `user` leads.

    A draft is its author's alone until it is sent to the other parties.
    """
    mine = led_organizations(user).values("pk")
    return Agreement.objects.filter(
        Q(proposed_by__in=mine) | Q(sent_at__isnull=False, parties__in=mine)
    ).distinct()


def public_agreements(organization: Organization) -> list[Agreement]:
    """The agreements of `organization` in force today that everyone may know of, oldest first."""
    return list(
        Agreement.objects.in_force()
        .of(organization)
        .filter(confidentiality=Confidentiality.PUBLIC)
        .prefetch_related("parties")
        .order_by("starts_on", "pk")
    )


def reviewing_organizations(page: Any) -> QuerySet[Organization]:
    """The organizations that may cross-review `page` with its owner.

    Those bound to the owner by an agreement in force whose scope covers the page, at whatever level
    it is shared, and that grants the right to cross-review.
    """
    facts = facts_of_draft(page, every_theme=True)
    agreements = Agreement.objects.in_force().filter(may_cross_review=True)
    covering = [
        scope.agreement_id
        for scope in scopes_of(agreements.filter(parties=facts.organization_id))
        if scope.covers(facts)
    ]
    others = Organization.objects.exclude(pk=facts.organization_id)
    return others.filter(agreements__in=covering).distinct()
