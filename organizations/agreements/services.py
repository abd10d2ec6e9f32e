"""What is done to agreements; each function checks, then writes, then records."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import date_format
from core.models import User
from organizations.access import owned_models
from organizations.agreements.record import record
from organizations.models import (
    Agreement,
    AgreementSignature,
    AgreementState,
    AgreementSuspension,
    Membership,
    Organization,
    Role,
    SharingLevel,
)
from organizations.models.agreements import TRANSITIONS, today
from search.indexing.outbox import touch

# What may still be changed in place, for nobody has signed it.
OPEN = frozenset({AgreementState.DRAFT})
# What may still be signed.
SIGNABLE = frozenset({AgreementState.DRAFT, AgreementState.PARTLY_SIGNED})


@transaction.atomic
def draft_agreement(
    *,
    user: User,
    proposed_by: Organization,
    parties: Iterable[Organization],
    content_types: Iterable[Any] = (),
    themes: Iterable[Any] = (),
    covered_organizations: Iterable[Organization] = (),
    **terms: Any,
) -> Agreement:
    """Write the draft of an agreement, which only `proposed_by` knows of until it is sent.

    `terms` are named in `Agreement.TERMS`. Raises `PermissionDenied` for who leads no such party,
    `ValidationError` for terms that contradict each other.
    """
    _must_act(user, [proposed_by])
    agreement = Agreement(proposed_by=proposed_by, **terms)
    lists = {
        "parties": list(parties),
        "content_types": list(content_types),
        "themes": list(themes),
        "covered_organizations": list(covered_organizations),
    }
    _write(agreement, lists)
    record(agreement, "draft", user=user, organization=proposed_by)
    return agreement


@transaction.atomic
def change_agreement(agreement: Agreement, *, user: User, **changes: Any) -> Agreement:
    """Change terms of an agreement, named in `Agreement.TERMS` and `Agreement.TERM_LISTS`.

    The answer is the agreement itself while nobody has signed it, or else a new version that all
    must sign; what was signed stays as it is, and stays in force where it is, until then.
    """
    agreement = _locked(agreement)
    known = agreement.parties.all() if agreement.sent_at else [agreement.proposed_by]
    proposer = _must_act(user, known)
    lists = {
        name: list(changes.pop(name) if name in changes else getattr(agreement, name).all())
        for name in Agreement.TERM_LISTS
    }
    if agreement.state in OPEN:
        for name, value in changes.items():
            setattr(agreement, name, value)
        _write(agreement, lists)
        record(agreement, "change", user=user, organization=proposer)
        return agreement
    if not is_changeable(agreement):
        raise ValidationError(
            _("This version can no longer be changed: change the one that follows it.")
        )
    terms = {name: getattr(agreement, name) for name in Agreement.TERMS} | changes
    given_up = agreement.successors.aggregate(last=Max("version"))["last"] or 0
    version = Agreement(
        **terms,
        proposed_by=proposer,
        version=max(agreement.version, given_up) + 1,
        replaces=agreement,
    )
    _write(version, lists)
    record(version, "new_version", user=user, organization=proposer)
    if agreement.state == AgreementState.PARTLY_SIGNED:
        # Nobody can sign two versions of the same promise.
        reason = _("Replaced by version %(number)d.") % {"number": version.version}
        _end_on(agreement, today(), reason)
        record(agreement, "end", user=user, organization=proposer, reason=reason)
        if agreement.sent_at:
            send_agreement(version, user=user)
    return version


@transaction.atomic
def send_agreement(agreement: Agreement, *, user: User) -> None:
    """Let the leads of all parties read the draft; nothing changes when they already may."""
    organization = _must_act(user, [agreement.proposed_by])
    if agreement.sent_at is None:
        agreement.sent_at = timezone.now()
        agreement.save(update_fields=["sent_at"])
        record(agreement, "send", user=user, organization=organization)


@transaction.atomic
def sign_agreement(
    agreement: Agreement, *, user: User, organization: Organization, digest: str
) -> AgreementSignature:
    """Sign for `organization` the terms whose fingerprint is `digest`: those that one has read.

    With the last signature the agreement holds from its first day on, and what it replaces no
    longer does. Raises `PermissionDenied` for who does not lead that party, `ValidationError` for
    what cannot be signed, or is not what was read.
    """
    agreement = _locked(agreement)
    parties = list(agreement.parties.all())
    if organization not in parties:
        raise PermissionDenied(_("This organization is not a party to the agreement."))
    _must_lead(user, [organization])
    if agreement.state not in SIGNABLE:
        raise ValidationError(_("This agreement does not wait for signatures."))
    if agreement.signatures.filter(organization=organization).exists():
        raise ValidationError(_("Your organization has already signed."))
    if digest != agreement.digest():
        raise ValidationError(
            _("The agreement has changed since you read it: read it again before you sign.")
        )
    if agreement.ends_on and agreement.ends_on < today():
        raise ValidationError(_("The last day of this agreement is over: change its dates first."))
    moment = timezone.now()
    signature = AgreementSignature.objects.create(
        agreement=agreement,
        organization=organization,
        user=user,
        name=str(user),
        signed_at=moment,
        digest=digest,
    )
    agreement.sent_at = agreement.sent_at or moment
    if agreement.signatures.count() == len(parties):
        _go(agreement, AgreementState.SIGNED)
        agreement.signed_at = moment
    else:
        _go(agreement, AgreementState.PARTLY_SIGNED)
    agreement.save(update_fields=["state", "sent_at", "signed_at"])
    record(agreement, "sign", user=user, organization=organization, digest=digest)
    former = agreement.replaces
    if agreement.state == AgreementState.SIGNED and former is not None:
        _replace(former, agreement, user=user, organization=organization)
    return signature


def _replace(
    former: Agreement, agreement: Agreement, *, user: User, organization: Organization
) -> None:
    """The version before holds until the day on which the new one starts."""
    former = _locked(former)
    day = max(agreement.starts_on, today())
    reason = _("Replaced by version %(number)d.") % {"number": agreement.version}
    if former.state != AgreementState.ENDED:
        _end_on(former, day, reason)
    elif former.ended_on and former.ended_on > day:
        former.ended_on, former.end_reason = day, reason
        former.save(update_fields=["ended_on", "end_reason"])
    else:
        return
    record(former, "end", user=user, organization=organization, reason=reason, on=str(day))


@transaction.atomic
def suspend_agreement(agreement: Agreement, *, user: User, reason: str) -> None:
    """Have a signed agreement hold no longer, at once, until a party resumes it.

    Raises `PermissionDenied` for who leads no party, `ValidationError` without a reason.
    """
    agreement = _locked(agreement)
    organization = _must_manage(user, agreement)
    _must_say(reason)
    _go(agreement, AgreementState.SUSPENDED)
    agreement.save(update_fields=["state"])
    AgreementSuspension.objects.create(
        agreement=agreement, since=timezone.now(), reason=reason, organization=organization
    )
    record(agreement, "suspend", user=user, organization=organization, reason=reason)


@transaction.atomic
def resume_agreement(agreement: Agreement, *, user: User) -> None:
    """Have a suspended agreement hold again; the party that suspended it does so.

    Raises `PermissionDenied` for who leads another party, `ValidationError` when it is not
    suspended.
    """
    agreement = _locked(agreement)
    if agreement.state != AgreementState.SUSPENDED:
        raise ValidationError(_("This agreement is not suspended."))
    suspension = agreement.suspensions.get(until=None)
    if suspension.organization is not None and not user.is_superuser:
        organization: Organization | None = _must_lead(user, [suspension.organization])
    else:
        organization = _must_manage(user, agreement)
    _go(agreement, AgreementState.SIGNED)
    agreement.save(update_fields=["state"])
    suspension.until = timezone.now()
    suspension.save(update_fields=["until"])
    record(agreement, "resume", user=user, organization=organization)


@transaction.atomic
def end_agreement(agreement: Agreement, *, user: User, reason: str, on: date | None = None) -> date:
    """End an agreement, or give up its draft; the answer is the first day without it.

    A signed agreement ends after its notice, or on a later day `on`. Raises `PermissionDenied` for
    who leads no party, `ValidationError` without a reason or with too short a notice.
    """
    agreement = _locked(agreement)
    organization = _must_manage(user, agreement)
    _must_say(reason)
    notice = agreement.notice_days if agreement.signed_at else 0
    first = today() + timedelta(days=notice)
    day = on or first
    if day < first:
        raise ValidationError(
            _("The agreement sets a notice: it can end on %(day)s at the earliest.")
            % {"day": date_format(first, "DATE_FORMAT")}
        )
    _end_on(agreement, day, reason)
    record(agreement, "end", user=user, organization=organization, reason=reason, on=str(day))
    return day


# What they share


def _locked(agreement: Agreement) -> Agreement:
    """The agreement as it is now, which nobody else changes until this is done."""
    return Agreement.objects.select_for_update().get(pk=agreement.pk)


def _go(agreement: Agreement, state: AgreementState) -> None:
    if state not in TRANSITIONS[agreement.state]:
        raise ValidationError(
            _("An agreement that is “%(from)s” cannot become “%(to)s”.")
            % {"from": agreement.get_state_display(), "to": state.label}
        )
    agreement.state = state


def _end_on(agreement: Agreement, day: date, reason: str) -> None:
    was_signed = agreement.signed_at is not None
    _go(agreement, AgreementState.ENDED)
    agreement.ended_on, agreement.end_reason = day, reason
    agreement.save(update_fields=["state", "ended_on", "end_reason"])
    if not was_signed:
        # The documents of pages name what may still come to hold.
        touch_covered(agreement.parties.values_list("pk", flat=True))


def _open_successor(agreement: Agreement) -> Agreement | None:
    return agreement.successors.exclude(state=AgreementState.ENDED, signed_at=None).first()


def _write(agreement: Agreement, lists: dict[str, list[Any]]) -> None:
    """Save terms that make sense; the pages that they concern are looked at again."""
    agreement.full_clean(validate_constraints=False)
    if errors := contradictions(agreement, **lists):
        raise ValidationError(errors)
    before = set(agreement.parties.values_list("pk", flat=True)) if agreement.pk else set()
    agreement.save()
    for name, values in lists.items():
        getattr(agreement, name).set(values)
    touch_covered(before | {party.pk for party in lists["parties"]})


def contradictions(
    agreement: Agreement,
    *,
    parties: Collection[Organization],
    covered_organizations: Collection[Organization],
    **others: Any,
) -> dict[str, str]:
    """Why these terms cannot be those of an agreement, by the name of the term."""
    errors: dict[str, str] = {}
    if len(set(parties)) < 2:
        errors["parties"] = _("An agreement is between two organizations at least.")
    elif agreement.proposed_by_id and agreement.proposed_by not in parties:
        errors["parties"] = _("Your own organization must be one of the parties.")
    if not set(covered_organizations) <= set(parties):
        errors["covered_organizations"] = _("Only the pages of the parties can be covered.")
    starts_on: date | None = agreement.starts_on  # a form may have none yet
    if agreement.ends_on and starts_on and agreement.ends_on < starts_on:
        errors["ends_on"] = _("It cannot end before it starts.")
    if agreement.renewal_months and not agreement.ends_on:
        errors["renewal_months"] = _("Without a last day there is nothing to renew.")
    if not any(getattr(agreement, name) for name in Agreement.RIGHTS):
        errors["may_see"] = _("An agreement grants one right at least.")
    if agreement.may_republish and not agreement.may_adapt:
        errors["may_republish"] = _(
            "What is republished is a version that others made: let them adapt too."
        )
    return errors


def is_changeable(agreement: Agreement) -> bool:
    """Whether this is the version that changes start from."""
    return agreement.state != AgreementState.ENDED and _open_successor(agreement) is None


def touch_covered(organizations: Collection[int]) -> None:
    """Have the pages that these organizations share with partners looked at again."""
    for model in owned_models():
        pages = model._base_manager.filter(
            sharing_level=SharingLevel.PARTNERS, organization__in=organizations
        )
        touch(pages.order_by().values_list("pk", flat=True))


def _must_say(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the other parties read your reason.")})


def _must_lead(user: User, organizations: Iterable[Organization]) -> Organization:
    """The first of `organizations` that `user` leads. Raises `PermissionDenied` for none."""
    led = set(
        Membership.objects.filter(user=user, role=Role.LEAD).values_list("organization", flat=True)
    )
    for organization in organizations:
        if user.is_active and organization.pk in led:
            return organization
    raise PermissionDenied(_("Only a lead of the organization does this."))


def _must_act(user: User, organizations: Iterable[Organization]) -> Organization:
    """The first of `organizations` for which `user` acts; who runs the site does for any.

    Signing is another matter: nobody but a lead signs.
    """
    if user.is_active and user.is_superuser:
        return next(iter(organizations))
    return _must_lead(user, organizations)


def _must_manage(user: User, agreement: Agreement) -> Organization | None:
    """The party for which `user` acts; None for who runs the site."""
    if user.is_active and user.is_superuser:
        return None
    known = agreement.sent_at is not None
    return _must_lead(user, agreement.parties.all() if known else [agreement.proposed_by])
