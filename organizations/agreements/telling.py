"""What a person is told of a simulation: numbers, and the titles that they may know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from organizations.access import owned_models
from organizations.agreements.coverage import covered_q
from organizations.agreements.simulation import Effect, Members, Past, Readers, Side
from organizations.models import Agreement, Organization, SharingLevel, standing_of
from organizations.visibility import Viewer, visible_q


@dataclass(frozen=True)
class Crowd:
    """How many people, of which organizations."""

    people: int
    organizations: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Told:
    """One side of an effect in the words of its reader."""

    pages: int
    titles: Sequence[str]
    crowd: Crowd

    @property
    def untold(self) -> int:
        """How many pages have a title that the reader may not know."""
        return self.pages - len(self.titles)


@dataclass(frozen=True)
class ToldEffect:
    """What an act would change."""

    gained: Told
    lost: Told
    opened: bool = False
    closed: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing changes for anybody."""
        return not (self.gained.pages or self.lost.pages or self.opened or self.closed)


@dataclass(frozen=True)
class ToldPast:
    """Who could read a page."""

    past: Past
    crowd: Crowd = field(default_factory=lambda: Crowd(0, ()))


def tell_effect(effect: Effect, user: Viewer) -> ToldEffect:
    """`effect` for `user`, who learns no title of another organization's hidden page."""
    names = _names(effect.members)
    known = _titles({*effect.gained.pages, *effect.lost.pages}, user)

    def told(side: Side) -> Told:
        titles = sorted(known[pk] for pk in side.pages if pk in known)
        counts = sorted((names[pk], number) for pk, number in side.by_organization.items())
        return Told(len(side.pages), titles, Crowd(len(side.people), counts))

    return ToldEffect(told(effect.gained), told(effect.lost), effect.opened, effect.closed)


def tell_readers(readers: Readers, members: Members) -> Crowd:
    """How many people of which organizations."""
    names = _names(readers.organizations)
    counts = [(names[pk], len(members.get(pk, ()))) for pk in readers.organizations if pk in names]
    return Crowd(len(readers.people), sorted(each for each in counts if each[1]))


@dataclass(frozen=True)
class Reuse:
    """How many pages of the reader's organizations the others could adapt, or remark on.

    None where the agreement gives no such right.
    """

    adaptable: int | None = None
    commentable: int | None = None


def tell_reuse(agreement: Agreement, user: Viewer) -> Reuse:
    """What the agreement lets the other parties do with pages of the organizations of `user`."""
    if not agreement.may_adapt and not agreement.may_comment:
        return Reuse()
    number = _pages_opened(agreement, user)
    return Reuse(number if agreement.may_adapt else None, number if agreement.may_comment else None)


def _pages_opened(agreement: Agreement, user: Viewer) -> int:
    """How many pages of the organizations of `user` it covers, and lets the other parties read."""
    owners = agreement.parties.all()
    if not getattr(user, "is_superuser", False):
        owners = owners.filter(pk__in=standing_of(user).roles)
    levels = [SharingLevel.PUBLIC, SharingLevel.COMMUNITY]
    levels += [SharingLevel.PARTNERS] if agreement.may_see else []
    return sum(
        model._base_manager.filter(
            covered_q([agreement.pk]),
            live=True,
            organization__in=owners.values("pk"),
            sharing_level__in=levels,
        )
        .values("pk")
        .distinct()
        .count()
        for model in owned_models()
    )


def tell_past(past: Past) -> ToldPast:
    """Who could read a page, in numbers."""
    return ToldPast(past, tell_readers(past.readers, past.members))


def _names(organizations: Iterable[int]) -> dict[int, str]:
    found = Organization.objects.filter(pk__in=list(organizations))
    return {organization.pk: organization.name for organization in found}


def _titles(pages: Iterable[int], user: Any) -> dict[int, str]:
    """The titles of those of `pages` that are of the person's organizations, or that they read."""
    wanted = list(pages)
    if getattr(user, "is_superuser", False):
        return dict(Page.objects.filter(pk__in=wanted).values_list("pk", "title"))
    mine = Q(organization__in=standing_of(user).roles) | visible_q(user)
    titles: dict[int, str] = {}
    for model in owned_models():
        titles |= dict(
            model._base_manager.filter(mine, pk__in=wanted).values_list("pk", "title").distinct()
        )
    return titles
