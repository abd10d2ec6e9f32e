"""Organizations on other pages: whom they work with."""

from typing import Any

from django import template
from django.utils.translation import get_language

from organizations.agreements.selectors import public_agreements
from organizations.models import Organization, OrganizationPage

register = template.Library()


@register.inclusion_tag("organizations/components/agreements.html")
def active_agreements(organization: Organization) -> dict[str, Any]:
    """The agreements of `organization` that hold today and that everyone may know of."""
    agreements = public_agreements(organization)
    others = {party.pk for agreement in agreements for party in agreement.parties.all()}
    pages = OrganizationPage.objects.live().filter(
        organization__in=others, locale__language_code=get_language() or "fr"
    )
    page_of = {page.organization_id: page for page in pages.select_related("locale")}
    return {
        "agreements": [
            {
                "agreement": agreement,
                "partners": [
                    {"organization": party, "page": page_of.get(party.pk)}
                    for party in agreement.parties.all()
                    if party != organization
                ],
            }
            for agreement in agreements
        ]
    }
