"""The kinds of notices: what each says, where it leads, and how often mail brings it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organizations.access import pages_to_change
from organizations.models import CommunityRole, DecisionLetter, Role
from organizations.permissions import COMMENTING_ROLES, WRITING_ROLES
from practices.models import KnowledgePage


class Frequency(models.TextChoices):
    """When a notice is also sent by mail; in the site it is always shown."""

    IMMEDIATE = "immediate", _("at once")
    DAILY = "daily", _("every morning, together")
    WEEKLY = "weekly", _("every Monday, together")
    NEVER = "never", _("no mail")


COMMUNITY = frozenset[str](CommunityRole)
EVERYONE = frozenset[str](Role) | COMMUNITY
DECIDERS = frozenset[str]({Role.EDITOR, Role.REVIEWER, Role.MODERATOR, Role.LEAD})
LEADS = frozenset[str]({Role.LEAD})


@dataclass(frozen=True)
class Kind:
    """One kind of event that people are told of.

    `sentence` is a lazily translated text with named places (“%(title)s”) that the words of the
    notice fill. `path` gives the address that it leads to, without the host. `roles` are those
    that can get it, in an organization or in the community. `pages` gives those that it may still
    be about for a person; where there is none, the organization of the notice alone decides.
    """

    name: str
    label: Any
    sentence: Any
    path: Callable[[Any], str]
    usual: Frequency = Frequency.IMMEDIATE
    roles: frozenset[str] = EVERYONE
    pages: Callable[[Any], Any] | None = None


def _edit(notice: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[notice.page_id]) if notice.page_id else ""


def _review(notice: Any) -> str:
    return reverse("moderation:review", args=[notice.page_id]) if notice.page_id else ""


def _agreement(notice: Any) -> str:
    return reverse("agreements:inspect", args=[notice.words["agreement"]])


def _members(notice: Any) -> str:
    return reverse("memberships:index")


def _letter(notice: Any) -> str:
    """The letter of the decision that the notice is about: its event names the task."""
    found = DecisionLetter.objects.filter(
        task_state=notice.event.split(":")[1], page=notice.page_id
    ).first()
    return reverse("moderation:letter", args=[found.pk]) if found else _edit(notice)


def _appeal(notice: Any) -> str:
    """The appeal that the event names."""
    return reverse("moderation:appeal", args=[int(notice.event.split(":")[1])])


def _read(notice: Any) -> str:
    page = notice.page
    return (page.get_url() or "") if page is not None and page.live else _edit(notice)


def _remarks(notice: Any) -> str:
    page = KnowledgePage.objects.filter(pk=notice.page_id).first()
    return reverse("remarks", args=[page.persistent_id]) if page else ""


def _pages_answered(user: Any) -> Any:
    from practices.remarks import pages_answered  # which needs the models, ours among them

    return pages_answered(user)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "submitted",
            _("A text waits for my decision"),
            _("%(person)s submitted “%(title)s”: it waits for a decision."),
            _review,
            roles=DECIDERS,
        ),
        Kind(
            "handed_over",
            _("A text is handed over to me"),
            _("%(person)s handed “%(title)s” over to you: it waits for your decision."),
            _review,
            roles=DECIDERS,
        ),
        Kind(
            "due_soon",
            _("A decision that I owe is due soon"),
            _("“%(title)s” waits for your decision, which was promised by %(day)s."),
            _review,
            roles=DECIDERS,
        ),
        Kind(
            "late",
            _("A decision of my organization is late"),
            _("The decision on “%(title)s” was promised by %(day)s and is late."),
            _review,
            roles=LEADS,
        ),
        Kind(
            "away_alone",
            _("Nobody decides in my organization for some time"),
            _("%(person)s is away until %(day)s, and nobody else decides for “%(title)s”."),
            _members,
            roles=LEADS,
        ),
        Kind(
            "changes_requested",
            _("Changes are asked for in my text"),
            _("%(person)s asked for changes in “%(title)s”: %(comment)s"),
            _letter,
            roles=WRITING_ROLES,
        ),
        Kind(
            "appealed",
            _("An author appeals"),
            _("%(person)s appeals against the refusal of “%(title)s”."),
            _appeal,
            roles=DECIDERS | COMMUNITY,
        ),
        Kind(
            "appeal_decided",
            _("An appeal that concerns me is decided"),
            _("The appeal about “%(title)s” is decided: %(comment)s"),
            _appeal,
            roles=WRITING_ROLES | DECIDERS | COMMUNITY,
        ),
        Kind(
            "sent_back",
            _("My text comes back by itself: it is incomplete, or nobody can review it"),
            _("“%(title)s” comes back: %(comment)s"),
            _edit,
            roles=WRITING_ROLES,
        ),
        Kind(
            "approved",
            _("My text is approved"),
            _("%(person)s approved “%(title)s”. %(comment)s"),
            _read,
            roles=WRITING_ROLES,
        ),
        Kind(
            "published",
            _("A text that I contributed to is published"),
            _("“%(title)s” is published."),
            _read,
            usual=Frequency.DAILY,
        ),
        Kind(
            "withdrawn",
            _("A text that I contributed to is no longer published"),
            _("“%(title)s” is no longer published."),
            _edit,
        ),
        Kind(
            "moved",
            _("A page that I wrote has another status"),
            _("%(person)s gave “%(title)s” another status. %(comment)s"),
            _read,
            roles=WRITING_ROLES,
        ),
        Kind(
            "review_due",
            _("A page that I look after is due for review"),
            _("“%(title)s” must be reviewed by %(day)s: does it still hold?"),
            _read,
            usual=Frequency.WEEKLY,
        ),
        Kind(
            "remark",
            _("Another organization writes a remark on a page that I work on"),
            _("%(person)s, %(organization)s, wrote a remark on “%(title)s”."),
            _remarks,
            roles=WRITING_ROLES,
            pages=pages_to_change,
        ),
        Kind(
            "answer",
            _("My remark on a page of another organization is answered"),
            _("%(person)s answered your remark on “%(title)s”."),
            _remarks,
            roles=COMMENTING_ROLES,
            pages=_pages_answered,
        ),
        Kind(
            "joined",
            _("Somebody whom I invited joins my organization"),
            _("%(person)s accepted your invitation and is now a member of “%(title)s”."),
            _members,
            usual=Frequency.DAILY,
        ),
        Kind(
            "agreement_sent",
            _("An agreement waits for our signature"),
            _("%(organization)s sent the agreement “%(title)s”: it waits for signatures."),
            _agreement,
            roles=LEADS,
        ),
        Kind(
            "agreement_signed",
            _("A party signed an agreement of ours"),
            _("%(organization)s signed the agreement “%(title)s”."),
            _agreement,
            roles=LEADS,
        ),
        Kind(
            "agreement_suspended",
            _("An agreement of ours is suspended"),
            _("%(organization)s suspended the agreement “%(title)s”: %(comment)s"),
            _agreement,
            roles=LEADS,
        ),
        Kind(
            "agreement_resumed",
            _("An agreement of ours holds again"),
            _("%(organization)s resumed the agreement “%(title)s”."),
            _agreement,
            roles=LEADS,
        ),
        Kind(
            "agreement_ended",
            _("An agreement of ours is ended"),
            _("%(organization)s ended the agreement “%(title)s”: %(comment)s"),
            _agreement,
            roles=LEADS,
        ),
    )
}
