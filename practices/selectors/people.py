"""Whose pages are: their organizations, who is credited, who took part."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from organizations.models import Organization
from practices.models import (
    Contribution,
    KnowledgePage,
    Partner,
)


def owners_of_saved(page: KnowledgePage) -> list[Organization]:
    """The organization that publishes `page`, then those that wrote it with them."""
    if not getattr(page, "has_co_owners", True):  # known from the way to the page
        return [page.organization]
    links = KnowledgePage.co_organizations.through.objects.filter(knowledgepage_id=page.pk)
    others = Organization.objects.filter(pk__in=links.values("organization_id"))
    return [page.organization, *others.exclude(pk=page.organization_id)]


def owners_by_page(pages: Sequence[KnowledgePage]) -> dict[int, list[Organization]]:
    """The organizations of each page by its primary key, the publisher first, in two queries."""
    links = KnowledgePage.co_organizations.through.objects.filter(
        knowledgepage_id__in=[page.pk for page in pages]
    ).values_list("knowledgepage_id", "organization_id")
    partners = Organization.objects.in_bulk({organization for _page, organization in links})
    owners = {page.pk: [page.organization] for page in pages}
    for page_id, organization_id in links:
        owners[page_id].append(partners[organization_id])
    return owners


def credits_by_page(pks: Sequence[int]) -> Mapping[int, list[Contribution]]:
    """Who is credited on each page, for one thing each, in the order of the page."""
    found: dict[int, list[Contribution]] = defaultdict(list)
    for row in Contribution.objects.filter(page__in=pks).order_by("sort_order"):
        found[row.page_id].append(row)
    return found


def partners_by_page(pks: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Who took part in what each case tells, as (name, role)."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    partners = Partner.objects.filter(page__in=pks).order_by("sort_order")
    for page_id, name, role in partners.values_list("page_id", "name", "role"):
        found[page_id].append((name, role))
    return found
