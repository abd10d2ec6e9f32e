"""What a person finds in their own space, in a number of queries that does not depend on it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, WorkflowState

from accounts.models import Invitation, InvitationQuerySet
from accounts.services import SIGNER, hash_of
from core.models import User
from organizations.models import Membership, Organization, OrganizationPage, Role
from organizations.moderation.inbox import inbox_of
from organizations.permissions import WRITING_ROLES
from practices.models import KnowledgePage

# What is shown at once; the admin lists the rest.
SHOWN = 50
# How many published texts are in sight before one asks for more.
IN_SIGHT = 5


class Standing(models.TextChoices):
    """Where a text stands."""

    CHANGES = "changes", _("changes requested")
    WAITING = "waiting", _("waiting for a decision")
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("to be published")
    PUBLISHED = "published", _("published")


@dataclass(frozen=True)
class Text:
    """A text of mine, and where it stands; `url` is empty where I may no longer open it.

    What was never published is followed and changed at `form_url` too, on the public site.
    """

    title: str
    language: str
    type_label: str
    type_slug: str
    organization: Organization
    standing: Standing
    since: datetime.datetime | None
    comment: str = ""
    decided_by: str = ""
    url: str = ""
    form_url: str = ""


@dataclass(frozen=True)
class Asked:
    """Something that is asked of me: `kind` says what, for the template that shows it."""

    kind: str
    title: str
    url: str
    detail: str = ""
    since: datetime.datetime | None = None


@dataclass(frozen=True)
class Belonging:
    """An organization of mine, and what I am there."""

    organization: Organization
    url: str
    roles: Sequence[str]
    leads: bool


@dataclass(frozen=True)
class Space:
    """All that a person finds in their own space."""

    asked: Sequence[Asked]
    texts: Sequence[Text]
    belongings: Sequence[Belonging]
    community_roles: Sequence[str]
    has_second_factor: bool
    enters_admin: bool
    writes: bool

    @property
    def under_way(self) -> list[Text]:
        """The texts for which something is still to come."""
        return [text for text in self.texts if text.standing != Standing.PUBLISHED]

    @property
    def published(self) -> list[Text]:
        """The texts that readers have, the last changed first."""
        return [text for text in self.texts if text.standing == Standing.PUBLISHED]

    @property
    def published_lately(self) -> list[Text]:
        """Those of them in sight."""
        return self.published[:IN_SIGHT]

    @property
    def published_before(self) -> list[Text]:
        """The others."""
        return self.published[IN_SIGHT:]


def invitation_with(token: str) -> Invitation | None:
    """The invitation whose link holds `token`, or nothing for one that was never sent."""
    try:
        secret = SIGNER.unsign(token)
    except BadSignature:
        return None
    return (
        Invitation.objects.select_related("organization", "invited_by")
        .filter(secret_hash=hash_of(secret))
        .first()
    )


def invitations_to(user: User) -> InvitationQuerySet:
    """The invitations that wait for an answer of `user`."""
    return Invitation.objects.pending().for_address(user.email).select_related("organization")


def space_of(user: User, *, lacks_second_factor: bool) -> Space:
    """What `user` finds in their own space; `lacks_second_factor` is known to the session only."""
    memberships = list(
        Membership.objects.filter(user=user).select_related("organization").order_by("pk")
    )
    texts = _texts_of(user, memberships)
    return Space(
        asked=list(_asked_of(user, texts, lacks_second_factor)),
        texts=texts,
        belongings=_belongings(memberships),
        community_roles=[
            each.get_role_display() for each in user.community_memberships.order_by("pk")
        ],
        has_second_factor=Authenticator.objects.filter(user=user).exists(),
        enters_admin=user.has_perm("wagtailadmin.access_admin"),
        writes=any(each.role in WRITING_ROLES for each in memberships),
    )


# Texts


def _texts_of(user: User, memberships: Sequence[Membership]) -> list[Text]:
    pages = list(
        KnowledgePage.objects.filter(owner=user)
        .select_related("locale", "organization", "latest_revision")
        .order_by("-latest_revision_created_at", "-pk")[:SHOWN]
    )
    states = _open_states(pages)
    writable = {each.organization_id for each in memberships if each.role in WRITING_ROLES}
    texts = [
        _text(page, states.get(str(page.pk)), may_open=page.organization_id in writable)
        for page in pages
    ]
    # What is finished comes last.
    return sorted(texts, key=lambda text: text.standing == Standing.PUBLISHED)


def _open_states(pages: Sequence[Page]) -> dict[str, WorkflowState]:
    """The workflow in which each of `pages` is, by the key of the page."""
    found = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(page.pk) for page in pages],
        status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
    )
    return {
        state.object_id: state
        for state in found.select_related("current_task_state__finished_by").order_by("created_at")
    }


def _text(page: KnowledgePage, state: WorkflowState | None, *, may_open: bool) -> Text:
    standing, since, comment, decided_by = _standing(page, state)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk]) if may_open else ""
    if not url and page.live:
        url = page.get_url() or ""
    form_url = ""
    if may_open and not page.live:
        form_url = reverse("proposing:standing", args=[page.persistent_id])
    return Text(
        title=page.draft_title,
        language=page.locale.language_code,
        type_label=page.type_label,
        type_slug=page.specific_class.type_slug,
        organization=page.organization,
        standing=standing,
        since=since,
        comment=comment,
        decided_by=decided_by,
        url=url,
        form_url=form_url,
    )


def _standing(
    page: KnowledgePage, state: WorkflowState | None
) -> tuple[Standing, datetime.datetime | None, str, str]:
    """Where the text stands, since when, and what who decided on it said."""
    task = state.current_task_state if state else None
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        by = str(task.finished_by) if task and task.finished_by else ""
        return Standing.CHANGES, task and task.finished_at, task.comment if task else "", by
    if state is not None:
        return Standing.WAITING, task.started_at if task else state.created_at, "", ""
    revision = page.latest_revision
    if revision is not None and revision.approved_go_live_at:
        return Standing.SCHEDULED, revision.approved_go_live_at, "", ""
    if page.live and not page.has_unpublished_changes:
        return Standing.PUBLISHED, page.last_published_at, "", ""
    return Standing.DRAFT, page.latest_revision_created_at, "", ""


# What is asked of me


def _asked_of(user: User, texts: Sequence[Text], lacks_second_factor: bool) -> Iterator[Asked]:
    """All that waits for an act of `user`: the one place where it is gathered."""
    if lacks_second_factor:
        yield Asked("second-factor", "", reverse("mfa_index"))
    for invitation in invitations_to(user):
        yield Asked(
            "invitation",
            invitation.organization.name,
            reverse("invitation_accept", args=[invitation.pk]),
            invitation.get_role_display(),
            invitation.sent_at,
        )
    for text in texts:
        if text.standing == Standing.CHANGES:
            url = text.form_url or text.url
            yield Asked("changes", text.title, url, text.comment, text.since)
    yield from _decisions(user)


def _decisions(user: User) -> Iterator[Asked]:
    """The texts on which `user` may decide or give advice, those that are due first."""
    waiting = inbox_of(user).select_related("page", "organization", "task_state")
    for handling in waiting.order_by("due_on", "pk")[:SHOWN]:
        yield Asked(
            "decision",
            handling.page.draft_title,
            reverse("moderation:review", args=[handling.page_id]),
            handling.organization.short_name,
            handling.task_state.started_at,
        )


# Where I belong


def _belongings(memberships: Sequence[Membership]) -> list[Belonging]:
    pages = {
        page.organization_id: page
        for page in OrganizationPage.objects.filter(
            organization__in={each.organization_id for each in memberships},
            locale__language_code=get_language(),
        ).select_related("locale")
    }
    found: dict[int, list[Membership]] = {}
    for each in memberships:
        found.setdefault(each.organization_id, []).append(each)
    return [
        Belonging(
            organization=roles[0].organization,
            url=(pages[pk].get_url() or "") if pk in pages else "",
            roles=[each.get_role_display() for each in roles],
            leads=any(each.role == Role.LEAD for each in roles),
        )
        for pk, roles in found.items()
    ]
