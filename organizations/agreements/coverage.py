"""Which pages an agreement covers: one rule, over plain facts and as a filter of the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.functions import Concat

from organizations.models.agreements import Agreement, AgreementParty
from organizations.models.ownership import OrganizationOwnedPage, SharingLevel


@dataclass(frozen=True)
class PageFacts:
    """What decides who may read a page."""

    pk: int
    sharing_level: str
    organization_id: int
    content_type_id: int
    co_organizations: frozenset[int] = frozenset()
    themes: frozenset[str] = frozenset()  # the paths of its terms


@dataclass(frozen=True)
class Scope:
    """Between whom an agreement is, and which of their pages it covers; empty means all."""

    agreement_id: int
    parties: frozenset[int]
    organizations: frozenset[int] = frozenset()
    content_types: frozenset[int] = frozenset()
    themes: frozenset[str] = frozenset()

    def covers(self, page: PageFacts) -> bool:
        """Whether `page` is among the pages that the agreement is about, whatever its level."""
        return (
            page.organization_id in self.parties
            and (not self.organizations or page.organization_id in self.organizations)
            and (not self.content_types or page.content_type_id in self.content_types)
            and (not self.themes or any(map(self._has_theme, page.themes)))
        )

    def _has_theme(self, path: str) -> bool:
        return any(path == theme or path.startswith(f"{theme}/") for theme in self.themes)


def scopes_of(agreements: Iterable[Agreement]) -> list[Scope]:
    """The scopes of `agreements`, in four queries however many."""
    pks = [agreement.pk for agreement in agreements]
    if not pks:
        return []

    def grouped(relation: Any, value: str) -> dict[int, set[Any]]:
        found: dict[int, set[Any]] = defaultdict(set)
        rows = relation.through.objects.filter(agreement__in=pks).order_by()
        for pk, each in rows.values_list("agreement_id", value):
            found[pk].add(each)
        return found

    parties = grouped(Agreement.parties, "organization_id")
    organizations = grouped(Agreement.covered_organizations, "organization_id")
    content_types = grouped(Agreement.content_types, "contenttype_id")
    themes = grouped(Agreement.themes, "term__path")
    return [
        Scope(
            pk,
            frozenset(parties[pk]),
            frozenset(organizations[pk]),
            frozenset(content_types[pk]),
            frozenset(themes[pk]),
        )
        for pk in pks
    ]


def facts_of(pages: Sequence[Any], *, every_theme: bool = False) -> list[PageFacts]:
    """The facts of published `pages`, all of one model, in two queries at most.

    Themes matter, and are read, where a page is shared with partners, or `every_theme` is asked.
    """
    if not pages:
        return []
    pks = [page.pk for page in pages]
    owners = _links(type(pages[0]), "co_organizations", "organization_id", pks)
    shared = [
        page.pk for page in pages if every_theme or page.sharing_level == SharingLevel.PARTNERS
    ]
    themes = _links(type(pages[0]), "themes", "term__path", shared) if shared else {}
    return [
        PageFacts(
            page.pk,
            page.sharing_level,
            page.organization_id,
            page.content_type_id,
            frozenset(owners.get(page.pk, ())),
            frozenset(themes.get(page.pk, ())),
        )
        for page in pages
    ]


def facts_of_draft(page: Any, *, every_theme: bool = False) -> PageFacts:
    """The facts of `page` as it is in memory, saved or not; themes as `facts_of` has them."""
    with_themes = every_theme or page.sharing_level == SharingLevel.PARTNERS
    assert isinstance(page, OrganizationOwnedPage)
    return PageFacts(
        page.pk,
        page.sharing_level,
        page.organization_id,
        page.content_type_id,  # type: ignore[attr-defined]
        frozenset(each.pk for each in page.co_organizations.all()),
        frozenset(each.path for each in page.themes.all()) if with_themes else frozenset(),
    )


def _links(model: Any, name: str, value: str, pks: Sequence[int]) -> dict[int, set[Any]]:
    """What each page has in the relation `name`, in one query."""
    relation: Any = model._meta.get_field(name)
    through = relation.remote_field.through
    column = next(
        field.attname
        for field in through._meta.get_fields()
        if field.is_relation and issubclass(model, field.related_model)
    )
    found: dict[int, set[Any]] = defaultdict(set)
    for pk, each in through.objects.filter(**{f"{column}__in": pks}).values_list(column, value):
        found[pk].add(each)
    return found


def covered_q(agreements: Iterable[int]) -> Q:
    """The filter that keeps the pages that one of `agreements` covers, whatever their level.

    A page may come once for each of its themes.
    """
    return _covered_by(pk__in=list(agreements))


def covering_q(page: Any) -> Q:
    """The filter that keeps the agreements that cover the saved `page`, whatever its level."""
    pages = type(page)._base_manager.filter(_covered_by(pk=OuterRef(OuterRef("pk"))), pk=page.pk)
    return Q(Exists(pages))


def _covered_by(**agreements: Any) -> Q:
    theme = ExpressionWrapper(OuterRef("themes__path"), CharField())
    scope = (
        Q(covered_organizations=None) | Q(covered_organizations=OuterRef("organization_id")),
        Q(content_types=None) | Q(content_types=OuterRef("content_type_id")),
        Q(themes=None)
        | Q(themes__path=theme)
        | Q(of_page__startswith=Concat("themes__path", Value("/"))),
    )
    covering = (
        Agreement.objects.filter(**agreements)
        .alias(of_page=theme)
        .filter(
            *scope,
            pk__in=AgreementParty.objects.filter(organization=OuterRef(OuterRef("organization_id")))
            .order_by()
            .values("agreement"),
        )
        .order_by()
    )
    return Q(Exists(covering))
