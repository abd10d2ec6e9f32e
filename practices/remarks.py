"""Remarks on pages of other organizations: who writes them, who reads and answers them.

See docs/decisions/0261.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.models import User
from core.text import printable
from organizations.access import may_change
from organizations.agreements.reuse import may_comment_by_agreement
from organizations.models import Organization, standing_of
from organizations.permissions import COMMENTING_ROLES
from organizations.visibility import Viewer
from practices.models import KnowledgePage, Remark
from practices.models.remarks import MOST_CHARACTERS
from practices.selectors import readable

# Sent with `remark` once it is written, and once it is answered.
remark_written = Signal()
remark_answered = Signal()


def _commenting(user: Viewer) -> set[int]:
    """The organizations in whose name `user` may speak."""
    roles = standing_of(user).roles
    return {owner for owner, held in roles.items() if COMMENTING_ROLES & held}


def organizations_to_remark_for(page: KnowledgePage, user: Viewer) -> QuerySet[Organization]:
    """The organizations for which `user`, who reads `page`, may write to those who work on it.

    None for members of its organization, who have other ways to speak with each other.
    """
    speaking = _commenting(user)
    is_own = page.organization_id in standing_of(user).roles
    if not speaking or is_own or not page.live or page.is_retired:
        return Organization.objects.none()
    return Organization.objects.filter(pk__in=may_comment_by_agreement(page, speaking))


def remarks_for(page: KnowledgePage, user: Viewer) -> QuerySet[Remark]:
    """The remarks on `page` that `user` may read, the newest first.

    All of them for who works on the page; for the others, who read it, those written for the
    organizations in whose name they may speak.
    """
    found = Remark.objects.filter(page=page.pk)
    if may_change(page, user):
        return found
    speaking = _commenting(user)
    return found.filter(organization__in=speaking) if speaking else found.none()


def pages_answered(user: User) -> QuerySet[KnowledgePage]:
    """The pages that `user` reads, with remarks of the organizations in whose name they speak."""
    pages: QuerySet[KnowledgePage] = readable(KnowledgePage.objects.all(), user)
    return pages.filter(remarks__organization__in=_commenting(user))


def page_with_remarks(persistent_id: Any, user: User) -> KnowledgePage | None:
    """The page of this lasting name whose remarks `user` may read; None where there is nothing.

    Who works on it finds them also while it is not published.
    """
    known = KnowledgePage.objects.filter(persistent_id=persistent_id)
    page = known.select_related("locale", "status").first()
    if page is None or may_change(page, user):
        return page
    found: KnowledgePage | None = readable(known, user).first()
    return found if found is not None and remarks_for(found, user).exists() else None


@transaction.atomic
def write_remark(
    page: KnowledgePage, *, user: User, organization: Organization, text: str
) -> Remark:
    """Write to those who work on `page`, for `organization`. Sent twice, it is the same remark.

    Raises `PermissionDenied` where no agreement in force gives the right, `ValidationError`
    without a text or for one that is too long.
    """
    # Who sends twice waits here, and finds the first.
    known = readable(KnowledgePage.objects.filter(pk=page.pk), user)
    found = known.select_for_update(of=("self",)).first()
    if found is None or organization not in organizations_to_remark_for(found, user):
        raise PermissionDenied(_("No agreement in force lets you write remarks on this page."))
    text = _checked(text)
    remark, is_new = Remark.objects.get_or_create(
        page=found,
        author=user,
        organization=organization,
        text=text,
        answered_at=None,
        defaults={"author_name": str(user)},
    )
    if is_new:
        data = {"organization": organization.name}
        log(instance=found, action="practices.remark", user=user, data=data)
        remark_written.send(sender=Remark, remark=remark)
    return remark


@transaction.atomic
def answer_remark(remark: Remark, *, user: User, text: str) -> Remark:
    """Answer a remark, once.

    Raises `PermissionDenied` for who does not work on the page, `ValidationError` without a text,
    for one that is too long, and where somebody answered before.
    """
    remark = Remark.objects.select_for_update(of=("self",)).get(pk=remark.pk)
    page = remark.page
    if not may_change(page, user):
        raise PermissionDenied(_("Only those who work on this page may answer."))
    text = _checked(text)
    if remark.answered_at is not None:
        raise ValidationError(_("Somebody answered meanwhile. Your text was not sent."))
    remark.answer, remark.answered_at = text, timezone.now()
    remark.answered_by, remark.answered_by_name = user, str(user)
    remark.save()
    data = {"organization": remark.organization.name}
    log(instance=page, action="practices.answer", user=user, data=data)
    remark_answered.send(sender=Remark, remark=remark)
    return remark


def _checked(text: str) -> str:
    text = printable(text).strip()
    if not text:
        raise ValidationError(_("Write something."))
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(_("At most %(n)d characters.") % {"n": MOST_CHARACTERS})
    return text
