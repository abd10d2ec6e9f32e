"""What is done in the life of a page of knowledge; each function checks, then writes, then logs.

None of it changes a text, so none of it waits for a moderator, publishes a draft or makes a
revision: see docs/decisions/0141.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.models import User
from organizations.models import DecisionKind
from organizations.moderation.register import record_decision
from practices import selectors
from practices.life_cycle import EXEMPLARY_EVIDENCE, TRANSITIONS, may_verify, moves_for
from practices.models import (
    KnowledgePage,
    PracticeSheetPage,
    StatusChange,
    Verification,
)
from practices.models.case_studies import Verdict
from practices.selectors import readable
from search.indexing.outbox import touch
from taxonomy.models import Term

# A text in the language of the page, or in several by their codes.
Texts = str | Mapping[str, str]


@transaction.atomic
def move_to_status(
    page: KnowledgePage,
    *,
    user: User,
    status: str,
    reason: Texts = "",
    successor: KnowledgePage | None = None,
) -> StatusChange:
    """Move `page` and its translations to `status`, the identifier of a term or "" for “in use”.

    Raises `PermissionDenied` for who may not, `ValidationError` for a move that does not exist or
    that lacks something, each with its reason.
    """
    page = _locked(page)
    if not page.live:
        raise ValidationError(_("Only a published page has a status to change."))
    if status not in TRANSITIONS[type(page)].get(page.state, {}):
        raise ValidationError(
            _("This page is now “%(current)s”: it cannot become “%(wanted)s”.")
            % {"current": label_of_state(page.state), "wanted": label_of_state(status)}
        )
    move = moves_for(page, user).get(status)
    if move is None:
        raise PermissionDenied(_("You may not move this page to this status."))
    texts = _texts(reason, page)
    errors = {}
    if move.needs_reason and not texts:
        errors["reason"] = _("Say why: readers and colleagues will want to know.")
    if successor is not None:
        if not move.takes_successor:
            errors["successor"] = _("Only what is discouraged or retired is replaced.")
        elif problem := _wrong_successor(page, successor, user):
            errors["successor"] = problem
    if move.needs_proof and (problem := _missing_proof(page, user)):
        errors["status"] = problem
    if errors:
        raise ValidationError(errors)
    return _change(page, user=user, status=status, texts=texts, successor=successor)


def _change(
    page: KnowledgePage,
    *,
    user: User | None,
    status: str,
    texts: Mapping[str, str],
    successor: KnowledgePage | None = None,
) -> StatusChange:
    term = None
    if status:
        term = Term.objects.of("status").filter(slug=status).first()
        if term is None:
            raise ValidationError(
                _("The vocabulary “%(name)s” has no terms: run sync_terms first.")
                % {"name": "status"}
            )
    change = StatusChange.objects.create(
        translation_key=page.translation_key,
        organization_id=page.organization_id,
        user=user,
        from_status=page.status,
        to_status=term,
        successor=successor,
        **_columns(texts),
    )
    record_decision(
        kind=DecisionKind.STATUS_CHANGED,
        person=user,
        organization=page.organization,
        page=page,
        revision=page.live_revision,
        step=f"{page.state} → {status}",
        reason=" / ".join(dict.fromkeys(filter(None, texts.values()))),
        difference=[],
    )
    _write(
        page,
        user,
        "practices.status",
        {"from": page.state, "to": status, "reason": " / ".join(texts.values())},
        status=term,
    )
    return change


@transaction.atomic
def verify(
    page: KnowledgePage, *, user: User, note: Texts = "", review_by: date | None = None
) -> Verification:
    """Say that `page` and its translations still hold today, perhaps with a note.

    The next review is due on `review_by`, or after the period of its type. Raises
    `PermissionDenied` for who may not, `ValidationError` for a day that has passed.
    """
    page = _locked(page)
    if page.is_retired:
        raise ValidationError(_("This page is retired: bring it back first."))
    if not may_verify(page, user):
        raise PermissionDenied(_("You may not say whether this page still holds."))
    today = timezone.localdate()
    if review_by is not None and review_by <= today:
        raise ValidationError({"review_by": _("The next review must come after the last check.")})
    review_by = review_by or page.next_review(today)
    texts = _texts(note, page)
    verification = Verification.objects.create(
        translation_key=page.translation_key,
        organization_id=page.organization_id,
        user=user,
        **_columns(texts),
    )
    _write(
        page,
        user,
        "practices.verify",
        {"note": " / ".join(texts.values())},
        last_verified_on=today,
        review_by=review_by,
    )
    return verification


@transaction.atomic
def take_over_life_cycle(page: KnowledgePage, values: Mapping[str, Any]) -> None:
    """Give `page` and its translations what another system knows of their life, as it says it.

    `values` holds some of the `LIFE_CYCLE_FIELDS`. Nobody decided here, so that nobody is asked.
    Raises `ValidationError` for dates that contradict each other.
    """
    page = _locked(page)
    values = {name: value for name, value in values.items() if getattr(page, name) != value}
    verified_on = values.get("last_verified_on")
    if verified_on is not None:
        values.setdefault("review_by", page.next_review(verified_on))
    if "status" in values:
        status = values.pop("status")
        _change(page, user=None, status=status.slug if status else "", texts={})
    if values:
        for name, value in values.items():
            setattr(page, name, value)
        page.check_dates()
        _write(page, None, "practices.verify", {}, **values)


def label_of_state(state: str) -> str:
    """The name of a state in the reader's language."""
    term = Term.objects.of("status").filter(slug=state).first() if state else None
    return term.label if term else (state or _("In use"))


def _locked(page: KnowledgePage) -> Any:
    """The page as it stands now; who comes second waits, and sees what the first one did."""
    found = page.in_every_language().select_for_update(of=("self",)).order_by("pk")
    current = next(each for each in found if each.pk == page.pk)
    return current.specific


def _write(
    page: KnowledgePage, user: User | None, action: str, data: dict[str, Any], **values: Any
) -> None:
    """Write on the rows of every language at once; drafts take it from there."""
    family = page.in_every_language().filter(organization=page.organization_id)
    pages = list(family)
    KnowledgePage.objects.filter(pk__in=[each.pk for each in pages]).update(**values)
    touch(each.pk for each in pages)
    for each in pages:
        log(instance=each, action=action, user=user, data=data)


def _texts(text: Texts, page: KnowledgePage) -> dict[str, str]:
    """The texts by language, without those that say nothing."""
    if isinstance(text, str):
        text = {page.locale.language_code: text}
    return {code: value.strip() for code, value in text.items() if value.strip()}


def _columns(texts: Mapping[str, str]) -> dict[str, str]:
    return {f"text_{code[:2]}": text for code, text in texts.items()}


def _wrong_successor(page: KnowledgePage, successor: KnowledgePage, user: User) -> str:
    """Why `successor` cannot stand in for `page`; empty when it can."""
    if successor.translation_key == page.translation_key:
        return _("A page cannot replace itself.")
    found = readable(KnowledgePage.objects.filter(pk=successor.pk), user).first()
    if found is None:
        return _("Choose a published page that you may read.")
    if found.is_retired:
        return _("This page is retired itself: choose what replaces it.")
    return ""


def _missing_proof(page: KnowledgePage, user: User) -> str:
    """What an exemplary practice still lacks; empty when it has all.

    A case that `user` may not read proves nothing to them.
    """
    assert isinstance(page, PracticeSheetPage)
    level = page.evidence_level
    if level is None or level.slug < EXEMPLARY_EVIDENCE:
        return _("An exemplary practice needs a level of evidence of 3 or more.")
    worked = {
        mention.page.organization_id
        for mention in selectors.cases_among(selectors.neighbours(page, user), page)
        if mention.verdict == Verdict.WORKED
    }
    if not worked - {page.organization_id}:
        return _(
            "An exemplary practice needs a case study of another organization in which it worked."
        )
    return ""
