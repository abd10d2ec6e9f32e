"""What the page of an organization says of it to machines."""

from typing import Any

from core.linked_data import CONTEXT
from organizations.models.organizations import Organization


def linked_data(organization: Organization, *, address: str, logo: str) -> dict[str, Any]:
    """The organization as schema.org describes it; what it does not say is left out."""
    place = organization.territory.label if organization.territory else ""
    said = {
        "@type": "Organization",
        "@id": organization.ror or address,
        "url": organization.website or address,
        "mainEntityOfPage": address,
        "name": organization.name,
        "alternateName": organization.acronym,
        "description": organization.description,
        "email": organization.contact_email,
        "logo": logo,
        "areaServed": place,
        "sameAs": organization.ror,
    }
    return {"@context": CONTEXT, **{name: value for name, value in said.items() if value}}
