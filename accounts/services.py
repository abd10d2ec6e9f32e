"""What is done to accounts and invitations; each function checks, then writes, then logs."""

import datetime
import hashlib
import logging
import secrets
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.signing import Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log

from accounts.models import Invitation, InvitationState
from core.languages import choose_language
from core.mails import add_html
from core.models import User
from organizations.models import Membership, Organization, Role
from organizations.policies import require_administrator, require_manager
from organizations.services import add_member, joined, keep_an_administrator

logger = logging.getLogger(__name__)

VALID_FOR = datetime.timedelta(days=14)
# What one person may send: enough for a whole team, too little to pester strangers.
SENT_PER_HOUR = 40
BETWEEN_MAILS = datetime.timedelta(minutes=10)
SIGNER = Signer(salt="accounts.invitation")


# Invitations


def invite(
    organization: Organization, *, email: str, role: str, by: User, language: str = "fr"
) -> Invitation:
    """Offer a role to whoever reads the mail of `email`, whether they have an account or not.

    Raises `PermissionDenied` for who does not manage the organization's members,
    `ValidationError` for an unknown role or language, one that is held or offered already, and too
    many mails. A mail that cannot be sent leaves an invitation that says so (`sent_at` is None).
    """
    email = email.strip().lower()
    require_manager(organization, by)
    invitation = Invitation(
        organization=organization, email=email, role=role, language=language, invited_by=by
    )
    secret = _renew(invitation)
    invitation.full_clean()
    # Members are known to whoever leads them; the accounts of others are not.
    if Membership.objects.filter(
        organization=organization, user__email__iexact=email, role=role
    ).exists():
        raise ValidationError({"role": _("This person holds this role already.")})
    same = Invitation.objects.pending().for_address(email)
    if same.filter(organization=organization, role=role).exists():
        raise ValidationError(
            {"email": _("An invitation to this address is waiting already: send it again.")}
        )
    _check_rate(by)
    with transaction.atomic():
        invitation.save()
        log(invitation, "wagtail.create", user=by)
    _send(invitation, secret)
    return invitation


def resend(invitation: Invitation, *, by: User) -> None:
    """Send a new link, valid from now on; the former one opens nothing any more.

    Raises as `invite` does, and `ValidationError` for an invitation that is over.
    """
    require_manager(invitation.organization, by)
    if invitation.state not in (InvitationState.PENDING, InvitationState.EXPIRED):
        raise ValidationError(_("This invitation is over: send a new one."))
    if invitation.sent_at and timezone.now() - invitation.sent_at < BETWEEN_MAILS:
        raise ValidationError(_("It was sent less than ten minutes ago: wait a little."))
    _check_rate(by)
    secret = _renew(invitation)
    invitation.invited_by = by
    with transaction.atomic():
        invitation.save()
        log(invitation, "wagtail.edit", user=by)
    _send(invitation, secret)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Withdraw an invitation: its link opens nothing any more.

    Raises `PermissionDenied` for who does not manage the members, `ValidationError` when it was
    accepted.
    """
    require_manager(invitation.organization, by)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state == InvitationState.ACCEPTED:
        raise ValidationError(_("This invitation was accepted: remove the member instead."))
    invitation.revoked_at = invitation.revoked_at or timezone.now()
    invitation.save(update_fields=["revoked_at"])
    log(invitation, "wagtail.delete", user=by)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, user: User) -> Membership:
    """Give `user` the role that was offered to their address.

    Raises `PermissionDenied` for the account of another address, `ValidationError` when the
    invitation is over.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if user.email.lower() != invitation.email:
        raise PermissionDenied(_("This invitation was sent to another address."))
    if invitation.state != InvitationState.PENDING:
        raise ValidationError(_("This invitation is over: ask for a new one."))
    membership = add_member(invitation.organization, user=user, role=invitation.role)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    log(membership, "wagtail.create", user=user)
    joined.send(sender=Membership, membership=membership, by=invitation.invited_by)
    return membership


@transaction.atomic
def open_account(invitation: Invitation, *, first_name: str, last_name: str, password: str) -> User:
    """Make an account for the address of `invitation`, and accept it.

    Raises `ValidationError` where the address has an account or the invitation is over.
    """
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise ValidationError(_("This address has an account: sign in."))
    user = User(email=invitation.email, first_name=first_name, last_name=last_name)
    user.username = get_adapter().generate_unique_username([invitation.email, "user"])
    user.set_password(password)
    user.save()
    choose_language(user, invitation.language)
    accept_invitation(invitation, user=user)
    return user


def hash_of(secret: str) -> str:
    """What is kept of the secret of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _renew(invitation: Invitation) -> str:
    """Give the invitation a new secret and a new term; returns the secret."""
    secret = secrets.token_urlsafe(32)
    invitation.secret_hash = hash_of(secret)
    invitation.expires_at = timezone.now() + VALID_FOR
    return secret


def _send(invitation: Invitation, secret: str) -> None:
    with override(invitation.language):
        link = reverse("invitation", args=[SIGNER.sign(secret)])
        context = {
            "invitation": invitation,
            "role": Role(invitation.role).label,
            "link": f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{link}",
            "site_name": settings.WAGTAIL_SITE_NAME,
        }
        subject = render_to_string("accounts/mail/invitation_subject.txt", context)
        text = render_to_string("accounts/mail/invitation_message.txt", context)
        message = EmailMultiAlternatives(" ".join(subject.split()), text, to=[invitation.email])
        add_html(message)
    try:
        message.send()
    except (SMTPException, OSError):
        logger.exception("An invitation of %s could not be sent", invitation.organization.slug)
        invitation.sent_at = None
    else:
        invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])


def _check_rate(by: User) -> None:
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    if Invitation.objects.filter(invited_by=by, sent_at__gt=hour_ago).count() >= SENT_PER_HOUR:
        raise ValidationError(_("You have sent many invitations: go on in an hour."))


# Accounts


@transaction.atomic
def deactivate_account(user: User, *, by: User) -> None:
    """Let `user` sign in no more; sessions end at once, and their name stays on what they wrote.

    Raises `PermissionDenied` for who does not run the site, `ValidationError` for one's own account
    and for the last administrator's.
    """
    require_administrator(by)
    if user == by:
        raise ValidationError(_("You cannot deactivate your own account."))
    if user.is_superuser:
        keep_an_administrator(user)
    _set_active(user, False, by)


@transaction.atomic
def reactivate_account(user: User, *, by: User) -> None:
    """Let `user` sign in again. Raises `PermissionDenied` for who does not run the site."""
    require_administrator(by)
    _set_active(user, True, by)


@transaction.atomic
def remove_second_factor(user: User, *, by: User) -> None:
    """Take away the second factor that `user` has lost; they set up another one.

    Raises `PermissionDenied` for who does not run the site, `ValidationError` for one's own.
    """
    require_administrator(by)
    if user == by:
        raise ValidationError(_("Remove your own second factor from your space."))
    Authenticator.objects.filter(user=user).delete()
    log(user, "wagtail.edit", user=by)


def _set_active(user: User, active: bool, by: User) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])
    log(user, "wagtail.edit", user=by)
