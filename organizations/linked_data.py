"""What an organization is to machines, in the vocabulary of schema.org."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from core.linked_data import address_of, filled
from organizations.models.organizations import Organization, OrganizationKind

if TYPE_CHECKING:
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


def page_node(page: "OrganizationPage", request: HttpRequest) -> dict[str, Any]:
    """What the page of an organization tells of it."""
    organization = page.organization
    address = address_of(page, request)
    about = {
        "@type": TYPES.get(OrganizationKind(organization.kind), "Organization"),
        "url": organization.website or address,
        "mainEntityOfPage": address,
        "alternateName": organization.acronym,
        "description": organization.description,
        "email": organization.contact_email,
        "logo": _logo_of(organization, request),
    }
    return filled(organization_node(organization) | about)


def _logo_of(organization: Organization, request: HttpRequest) -> str:
    if not organization.logo:
        return ""
    return request.build_absolute_uri(organization.logo.get_rendition("max-240x120").url)
