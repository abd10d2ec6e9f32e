"""The life of pages: what was decided, verified, replaced, and what is due."""

import datetime
from collections.abc import Iterable

from django.db.models import (
    Min,
    Q,
    QuerySet,
)
from django.utils import timezone

from organizations.models import Membership, Organization
from practices.life_cycle import EDITORS
from practices.models import (
    KnowledgePage,
    StatusChange,
    Verification,
)
from practices.selectors.readers import Viewer, in_language, readable


def last_change(page: KnowledgePage) -> StatusChange | None:
    """The move that brought `page` to the status it has; None for what came with its status."""
    changes = StatusChange.objects.filter(
        translation_key=page.translation_key, organization=page.organization_id
    )
    return changes.select_related("successor", "to_status", "user").first()


def changes_of(page: KnowledgePage) -> QuerySet[StatusChange]:
    """Every move of `page` and its translations, the last first."""
    changes = StatusChange.objects.filter(translation_key=page.translation_key)
    return changes.select_related("from_status", "to_status", "successor", "user", "organization")


def verifications_of(page: KnowledgePage) -> QuerySet[Verification]:
    """Each time that somebody found `page` or a translation of it to hold, the last first."""
    verifications = Verification.objects.filter(translation_key=page.translation_key)
    return verifications.select_related("user", "organization")


def successor_of(
    page: KnowledgePage, change: StatusChange | None, viewer: Viewer
) -> KnowledgePage | None:
    """What replaces `page`, in its language where it can be read there; None where `viewer` may
    not know of it."""
    if change is None or change.successor is None:
        return None
    key = change.successor.translation_key
    family = KnowledgePage.objects.filter(translation_key=key)
    return successor_among(readable(family, viewer), page, change)


def successor_among(
    pages: Iterable[KnowledgePage], page: KnowledgePage, change: StatusChange | None
) -> KnowledgePage | None:
    """What replaces `page`, among pages that its reader may see."""
    if change is None or change.successor is None:
        return None
    return in_language(pages, page.locale).get(change.successor.translation_key)


def pages_to_review(
    subject: Organization | Viewer, *, within_days: int = 30
) -> QuerySet[KnowledgePage]:
    """Published pages whose review is due within so many days, the longest due first.

    Those of an organization, or those of which a person may say that they still hold. One page
    for each set of translations: a verification is for all of them.
    """
    until = timezone.localdate() + datetime.timedelta(days=within_days)
    due = KnowledgePage.objects.live().current().filter(review_by__lte=until)
    if isinstance(subject, Organization):
        due = due.filter(organization=subject)
    elif not subject.is_authenticated or not subject.is_active:
        due = due.none()
    elif not subject.is_superuser:
        memberships = Membership.objects.filter(user=subject)
        editing = memberships.filter(role__in=EDITORS).values("organization")
        owned = Q(owner=subject, organization__in=memberships.values("organization"))
        due = due.filter(Q(organization__in=editing) | owned)
    firsts = due.order_by().values("translation_key").annotate(first=Min("pk")).values("first")
    return KnowledgePage.objects.filter(pk__in=firsts).order_by("review_by", "pk")
