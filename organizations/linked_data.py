"""What an organization is to machines, in the vocabulary of schema.org."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from core.linked_data import address_of, filled
from organizations.models.organizations import Organization, OrganizationKind

if TYPE_CHECKING:
    from wagtail.images.models import AbstractRendition

    from organizations.models.pages import OrganizationPage

# What schema.org calls each kind; the others are organizations.
TYPES = {
    OrganizationKind.UNIVERSITY: "CollegeOrUniversity",
    OrganizationKind.COLLEGE: "CollegeOrUniversity",
    OrganizationKind.SCHOOL_SERVICE_CENTRE: "EducationalOrganization",
    OrganizationKind.MINISTRY: "GovernmentOrganization",
}


def organization_node(organization: Organization) -> dict[str, Any]:
    """Who an organization is, wherever it is named."""
    return filled(
        {
            "@type": "Organization",
            "name": organization.name,
            "url": organization.website,
            "sameAs": organization.ror,
        }
    )


def page_node(
    page: "OrganizationPage", request: HttpRequest, *, logo: "AbstractRendition | None"
) -> dict[str, Any]:
    """What the page of an organization tells of it, with its logo as the page shows it."""
    organization = page.organization
    address = address_of(page, request)
    about = {
        "@type": TYPES.get(OrganizationKind(organization.kind), "Organization"),
        "url": organization.website or address,
        "mainEntityOfPage": address,
        "alternateName": organization.acronym,
        "description": organization.description,
        "email": organization.contact_email,
        "logo": request.build_absolute_uri(logo.url) if logo else "",
    }
    return filled(organization_node(organization) | about)
