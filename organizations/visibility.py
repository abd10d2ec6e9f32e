"""Who may read what: one answer, as a queryset filter and as audience tokens."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from core.models import User
from organizations.agreements.coverage import (
    PageFacts,
    Scope,
    covered_q,
    facts_of,
    facts_of_draft,
    scopes_of,
)
from organizations.models.agreements import Agreement, AgreementParty
from organizations.models.ownership import OrganizationOwnedPage, SharingLevel
from organizations.models.standing import standing_of
from search.audience import PUBLIC
from taxonomy.models import Term

Viewer = User | AnonymousUser


def visible_q(user: Viewer) -> Q:
    """The filter that keeps the pages that `user` may read; see `viewer_tokens`."""
    return tokens_q(viewer_tokens(user))


def tokens_q(tokens: frozenset[str]) -> Q:
    """The filter that keeps the pages that a viewer with these tokens may read."""
    levels = tokens & {SharingLevel.PUBLIC.value, SharingLevel.COMMUNITY.value}
    own = _numbers("org:", tokens)
    q = Q(sharing_level__in=levels) | Q(organization__in=own) | Q(co_organizations__in=own)
    if agreements := _numbers("agreement:", tokens):
        q |= Q(sharing_level=SharingLevel.PARTNERS) & covered_q(agreements)
    return q


def _numbers(prefix: str, tokens: frozenset[str]) -> list[int]:
    return [int(token.removeprefix(prefix)) for token in tokens if token.startswith(prefix)]


def viewer_tokens(user: Any) -> frozenset[str]:
    """The tokens that `user` holds: a page is visible when it has one of them.

    One query, kept with the request's user; none for the anonymous.
    """
    standing = standing_of(user)
    return tokens_of(standing.roles, standing.agreements)


def organization_tokens(organization_id: int) -> frozenset[str]:
    """The tokens that every member of the organization holds."""
    bound = AgreementParty.objects.filter(organization=organization_id).order_by()
    agreements = Agreement.objects.in_force().filter(may_see=True, pk__in=bound.values("agreement"))
    return tokens_of([organization_id], agreements.values_list("pk", flat=True))


def tokens_of(organizations: Iterable[int], agreements: Iterable[int]) -> frozenset[str]:
    """The tokens of a member of `organizations` to whom `agreements` open pages."""
    own = {f"org:{pk}" for pk in organizations}
    if not own:
        return PUBLIC
    bound = {f"agreement:{pk}" for pk in agreements}
    return PUBLIC | {SharingLevel.COMMUNITY.value} | own | bound


def is_visible(page: OrganizationOwnedPage, user: Viewer) -> bool:
    """Whether `user` may know of `page` once it is published."""
    return bool(page_tokens(page) & viewer_tokens(user))


def page_tokens(page: OrganizationOwnedPage) -> frozenset[str]:
    """The tokens of those who may read `page`."""
    facts = facts_of_draft(page)
    return audience(facts, _scopes([facts]))


def audiences_of(pages: Sequence[OrganizationOwnedPage]) -> dict[int, frozenset[str]]:
    """The tokens of those who may read each of `pages` (all of one type).

    One query, and six more where a page is shared with partners. An agreement that has not begun,
    that is suspended or that is over is named all the same: what decides is which of them a reader
    holds, so that a day that comes changes no document.
    """
    facts = facts_of(pages)
    scopes = _scopes(facts)
    return {each.pk: audience(each, scopes) for each in facts}


# What a text says of its readers, by the names that a revision has for it.
READERS_OF_A_TEXT = ("sharing_level", "organization", "co_organizations", "themes")


def visible_texts(
    page: OrganizationOwnedPage, texts: Sequence[Mapping[str, Any]], user: Viewer
) -> list[bool]:
    """Which former texts of `page` were for `user` too, by what each says of its readers.

    Each holds `READERS_OF_A_TEXT`, as a revision does. Who may read the page now is another
    question.
    """
    partners = [each for each in texts if each["sharing_level"] == SharingLevel.PARTNERS]
    chosen = {pk for each in partners for pk in each["themes"] or ()}
    paths = dict(Term.objects.filter(pk__in=chosen).values_list("pk", "path")) if chosen else {}
    facts = [
        PageFacts(
            page.pk,
            each["sharing_level"],
            each["organization"],
            page.content_type_id,  # type: ignore[attr-defined]
            frozenset(each["co_organizations"] or ()),
            frozenset(paths[pk] for pk in each["themes"] or () if pk in paths),
        )
        for each in texts
    ]
    scopes, tokens = _scopes(facts), viewer_tokens(user)
    return [bool(audience(each, scopes) & tokens) for each in facts]


def _scopes(pages: Iterable[PageFacts]) -> list[Scope]:
    """The scopes of all agreements that could cover one of `pages`, where that matters."""
    owners = {page.organization_id for page in pages if page.sharing_level == SharingLevel.PARTNERS}
    if not owners:
        return []
    bound = AgreementParty.objects.filter(organization__in=owners).order_by()
    return scopes_of(Agreement.objects.ever_effective().filter(pk__in=bound.values("agreement")))


def audience(page: PageFacts, scopes: Iterable[Scope]) -> frozenset[str]:
    """The tokens of those who may read `page` where these agreements exist."""
    tokens = {f"org:{pk}" for pk in (page.organization_id, *page.co_organizations)}
    if page.sharing_level in (SharingLevel.PUBLIC, SharingLevel.COMMUNITY):
        tokens.add(page.sharing_level)
    elif page.sharing_level == SharingLevel.PARTNERS:
        tokens |= {f"agreement:{each.agreement_id}" for each in scopes if each.covers(page)}
    return frozenset(tokens)
