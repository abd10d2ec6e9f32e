"""Who would gain or lose which pages, before it is done; and who could read a page on a past day.

The same rule as everywhere else (`organizations.visibility`), over facts that are held in memory:
nothing is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.utils import timezone

from organizations.access import owned_models
from organizations.agreements.coverage import PageFacts, Scope, facts_of, facts_of_draft, scopes_of
from organizations.agreements.history import facts_at, known_since, members_at
from organizations.models import Agreement, Membership, SharingLevel
from organizations.models.agreements import AgreementParty, today
from organizations.visibility import audience

Act = Literal["sign", "suspend", "resume", "end"]
# The people of each organization by its primary key.
Members = Mapping[int, set[int]]


@dataclass(frozen=True)
class Readers:
    """Who may read a page: everyone, or these people, who belong to these organizations."""

    everyone: bool = False
    organizations: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Change:
    """What becomes of the readers of one page."""

    page: PageFacts
    before: Readers
    after: Readers

    @property
    def gained(self) -> frozenset[int]:
        """The people who may read it and could not."""
        return self.after.people - self.before.people

    @property
    def lost(self) -> frozenset[int]:
        """The people who could read it and no longer may."""
        return self.before.people - self.after.people

    @property
    def is_one(self) -> bool:
        """Whether anything changes for anybody."""
        return bool(self.gained or self.lost or self.before.everyone != self.after.everyone)


@dataclass(frozen=True)
class Effect:
    """What an act would change, page by page; pages for which nothing changes are left out."""

    changes: list[Change] = field(default_factory=list)
    # For each organization, its people among those whom an act concerns.
    members: Members = field(default_factory=dict)

    @property
    def gained(self) -> "Side":
        """The pages that are gained, and by whom."""
        return self._side({change.page.pk: change.gained for change in self.changes})

    @property
    def lost(self) -> "Side":
        """The pages that are lost, and to whom."""
        return self._side({change.page.pk: change.lost for change in self.changes})

    @property
    def opened(self) -> bool:
        """Whether a page becomes readable by everyone, members of the community or not."""
        return any(each.after.everyone and not each.before.everyone for each in self.changes)

    @property
    def closed(self) -> bool:
        """Whether a page is no longer readable by everyone."""
        return any(each.before.everyone and not each.after.everyone for each in self.changes)

    def _side(self, people_by_page: dict[int, frozenset[int]]) -> "Side":
        pages = [pk for pk, people in people_by_page.items() if people]
        people = frozenset().union(*people_by_page.values()) if pages else frozenset()
        by_organization = {
            organization: len(found)
            for organization, members in self.members.items()
            if (found := members & people)
        }
        return Side(pages, people, by_organization)


@dataclass(frozen=True)
class Side:
    """What is gained, or what is lost."""

    pages: list[int]
    people: frozenset[int]
    by_organization: dict[int, int]


def agreement_effect(agreement: Agreement, act: Act) -> Effect:
    """What changes once `act` is done: all have signed and the first day has come, and so on."""
    in_force = list(Agreement.objects.in_force().filter(may_see=True))
    before = {scope.agreement_id: scope for scope in scopes_of(in_force)}
    after = dict(before)
    if act in ("suspend", "end"):
        after.pop(agreement.pk, None)
    elif agreement.may_see and (act == "sign" or _would_hold(agreement)):
        after[agreement.pk] = scopes_of([agreement])[0]
    if act == "sign" and agreement.replaces_id:
        after.pop(agreement.replaces_id, None)
    concerned = {before.get(pk) or after[pk] for pk in before.keys() ^ after.keys()}
    owners = {owner for scope in concerned for owner in scope.parties}
    pages = [
        facts
        for model in owned_models()
        for facts in facts_of(
            list(
                model._base_manager.filter(
                    live=True, sharing_level=SharingLevel.PARTNERS, organization__in=owners
                ).only("pk", "sharing_level", "organization_id", "content_type_id")
            )
        )
    ]
    members = _members_now()
    changes = (
        Change(
            page,
            readers(page, before.values(), members),
            readers(page, after.values(), members),
        )
        for page in pages
        if any(scope.covers(page) for scope in concerned)
    )
    return Effect([change for change in changes if change.is_one], members)


def _would_hold(agreement: Agreement) -> bool:
    """Whether a suspended agreement holds today once it is resumed."""
    day = today()
    return (
        agreement.starts_on <= day
        and (agreement.ends_on is None or agreement.ends_on >= day or agreement.renewal_months > 0)
        and (agreement.ended_on is None or agreement.ended_on > day)
    )


def level_effect(page: Any, level: str) -> Effect:
    """What changes when the published `page` is shared at `level`."""
    facts = facts_of([page], every_theme=True)[0]
    scopes = _scopes_in_force(facts.organization_id)
    members = _members_now()
    change = Change(
        facts,
        readers(facts, scopes, members) if page.live else Readers(),
        readers(replace(facts, sharing_level=level), scopes, members),
    )
    return Effect([change] if change.is_one else [], members)


def readers(page: PageFacts, scopes: Iterable[Scope], members: Members) -> Readers:
    """Who may read `page` where the agreements `scopes` are in force and these are the members."""
    scopes = list(scopes)
    tokens = audience(page, scopes)
    by_token: dict[str, set[int]] = defaultdict(set)
    for organization in members:
        by_token[f"org:{organization}"].add(organization)
    for scope in scopes:
        by_token[f"agreement:{scope.agreement_id}"] |= scope.parties
    by_token[SharingLevel.COMMUNITY] = set(members)
    if SharingLevel.PUBLIC in tokens:
        organizations = set(members)
    else:
        organizations = {owner for token in tokens for owner in by_token[token]}
    people = {person for owner in organizations for person in members.get(owner, ())}
    return Readers(SharingLevel.PUBLIC in tokens, frozenset(organizations), frozenset(people))


def readers_now(page: Any) -> tuple[Readers, Members]:
    """Who may read `page` as it is in memory, once it is published; and who belongs where."""
    facts = facts_of_draft(page)
    members = _members_now()
    return readers(facts, _scopes_in_force(facts.organization_id), members), members


@dataclass(frozen=True)
class Past:
    """Who could read a page at a moment, as far as it is known."""

    moment: datetime
    is_known: bool
    is_published: bool = False
    sharing_level: str = ""
    readers: Readers = field(default_factory=Readers)
    members: Members = field(default_factory=dict)


def readers_on(page: Any, day: date) -> Past:
    """Who could read `page` at the end of `day` where the site is, or now where that is to come.

    Not known before the first day on which the sharing of this page was kept.
    """
    zone = timezone.get_default_timezone()
    end = datetime.combine(day + timedelta(days=1), time.min, zone) - timedelta(microseconds=1)
    moment = min(end, timezone.now())
    since = known_since(page.pk)
    if since is None or moment < since:
        published = page.first_published_at
        return Past(moment, is_known=published is None or moment < published)
    facts = facts_at(page.pk, moment)
    if facts is None:
        return Past(moment, is_known=True)
    bound = AgreementParty.objects.filter(organization=facts.organization_id).order_by()
    agreements = Agreement.objects.in_force(moment).filter(
        may_see=True, pk__in=bound.values("agreement")
    )
    members = members_at(None, moment)
    return Past(
        moment,
        is_known=True,
        is_published=True,
        sharing_level=facts.sharing_level,
        readers=readers(facts, scopes_of(agreements), members),
        members=members,
    )


def _scopes_in_force(organization_id: int) -> list[Scope]:
    bound = AgreementParty.objects.filter(organization=organization_id).order_by()
    return scopes_of(
        Agreement.objects.in_force().filter(may_see=True, pk__in=bound.values("agreement"))
    )


def _members_now() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(user__is_active=True)
    for organization, user in rows.values_list("organization", "user"):
        found[organization].add(user)
    return dict(found)
