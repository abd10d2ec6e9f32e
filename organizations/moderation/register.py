"""The register of decisions: one service that adds to it, one that verifies it.

Each entry is chained to the one before by SHA-256, so that nobody can change, take out or slip in
an entry without changing all that follow, the last one included.

The hash of an entry is the SHA-256, in hexadecimal, of its canonical form: the UTF-8 bytes of one
JSON object with the keys of `CANONICAL` in alphabetical order, no space between its parts, no
escape but those that JSON requires, times in UTC as `2026-03-05T14:02:11.000123Z`, nothing for
what is unknown but `null` (numbers) or `""` (texts). `previous_hash` is that of the entry before,
or `""` for the first; `format` is 1. A program in any language can do the sum again.

What the chain cannot show by itself is that the last entries were cut off together with the row
that remembers the head: keep the head that `verify_decisions` prints somewhere else, and give it
back with `--expect`.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from core.models import User
from organizations.models import Decision, Organization, RegisterHead
from organizations.models.organizations import community_roles_of, roles_of
from organizations.moderation.differences import difference_from_live

FORMAT = 1
CANONICAL = (
    "difference",
    "kind",
    "number",
    "organization_id",
    "organization_name",
    "page_id",
    "person_id",
    "person_name",
    "previous_hash",
    "reason",
    "reference",
    "revision_hash",
    "revision_number",
    "role",
    "step",
    "subject",
)


def canonical(entry: Decision) -> bytes:
    """The bytes over which the hash of an entry is made; see the top of this module."""
    data: dict[str, Any] = {name: getattr(entry, name) for name in CANONICAL}
    data["format"] = FORMAT
    data["made_at"] = entry.made_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return _json(data)


def hash_of(entry: Decision) -> str:
    """The hash that an entry must have."""
    return hashlib.sha256(canonical(entry)).hexdigest()


def hash_of_text(revision: Revision) -> str:
    """The SHA-256 of a revision's content, which tells later whether it is still the same text."""
    return hashlib.sha256(_json(revision.content)).hexdigest()


def _json(data: Any) -> bytes:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode()


@dataclass(frozen=True, kw_only=True)
class Made:
    """A decision that is to be written down.

    `subject` says what was decided on where there is no page. Without `role` it is the roles that
    the person holds in the organization and in the community; without `difference`, that between
    `revision` and what is published now. `made_at` is for what is written down later.
    """

    kind: str
    person: User | None
    organization: Organization | None
    page: Page | None = None
    revision: Revision | None = None
    subject: str = ""
    step: str = ""
    reason: str = ""
    role: str = ""
    difference: list[dict[str, Any]] | None = None
    made_at: datetime.datetime | None = None


def record_decision(**made: Any) -> Decision:
    """Add a decision to the register, described as in `Made`; every decision comes through here."""
    return record_decisions([Made(**made)])[0]


@transaction.atomic
def record_decisions(decisions: Iterable[Made]) -> list[Decision]:
    """Add several decisions at once; the number of queries does not depend on how many.

    Whoever adds entries holds the head of the register until the end of the transaction, so that
    the chain never forks.
    """
    entries = [_entry(made) for made in decisions]
    if not entries:
        return []
    RegisterHead.objects.get_or_create(pk=1)
    head = RegisterHead.objects.select_for_update().get(pk=1)
    for entry in entries:
        entry.number, entry.previous_hash = head.number + 1, head.hash
        entry.hash = hash_of(entry)
        head.number, head.hash = entry.number, entry.hash
    Decision.objects.append(entries)
    head.save(update_fields=["number", "hash"])
    return entries


def _entry(made: Made) -> Decision:
    page, revision, organization = made.page, made.revision, made.organization
    difference = made.difference
    if difference is None:
        difference = difference_from_live(page, revision) if page and revision else []
    title = revision.object_str if revision else page.title if page else ""
    return Decision(
        kind=made.kind,
        made_at=made.made_at or timezone.now(),
        person=made.person,
        person_name=str(made.person or ""),
        role=made.role or (_roles(made.person, organization) if made.person else ""),
        organization=organization,
        organization_name=organization.name_fr if organization else "",
        page_id=page.pk if page else None,
        subject=(made.subject or title)[:300],
        reference=str(getattr(page.specific, "persistent_id", "")) if page else "",
        step=made.step,
        reason=made.reason.strip(),
        revision_number=revision.pk if revision else None,
        revision_hash=hash_of_text(revision) if revision else "",
        difference=difference,
    )


def _roles(person: User, organization: Organization | None) -> str:
    held = roles_of(person, organization.pk) if organization else frozenset()
    return ", ".join(sorted(held | community_roles_of(person)))


@dataclass(frozen=True)
class Verification:
    """What became of the chain: its length and head, and its first fault, if any.

    `fault` is "" when all is well, else "gap", "chain", "content", "head" or "expected"; `number`
    is the entry where it shows.
    """

    length: int
    head: str
    fault: str = ""
    number: int = 0


def verify_register(*, expected: str = "") -> Verification:
    """Do every sum of the register again; stop at the first entry that is not as it was written.

    `expected` is a head that was kept elsewhere: it must still be the hash of an entry.
    """
    length, previous, met = 0, "", False
    for entry in Decision.objects.order_by("number").iterator(chunk_size=500):
        number = length + 1
        if entry.number != number:
            return Verification(length, previous, "gap", number)
        if entry.previous_hash != previous:
            return Verification(length, previous, "chain", number)
        if entry.hash != hash_of(entry):
            return Verification(length, previous, "content", number)
        length, previous = number, entry.hash
        met = met or entry.hash == expected
    head = RegisterHead.objects.filter(pk=1).first()
    if (head.number, head.hash) != (length, previous) if head else length:
        return Verification(length, previous, "head", length)
    if expected and not met:
        return Verification(length, previous, "expected", length)
    return Verification(length, previous)
