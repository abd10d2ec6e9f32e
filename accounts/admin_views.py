"""Acts of the admin on one invitation or one account, each after a page that asks."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Invitation
from accounts.policies import invitation_policy
from accounts.services import (
    deactivate_account,
    reactivate_account,
    remove_second_factor,
    resend,
    revoke_invitation,
)
from core.models import User
from core.people import signed_in
from organizations.policies import require_administrator


def not_sent() -> str:
    """What is said where a mail could not leave."""
    return _("The invitation is made, but its mail could not be sent: send it again later.")


def _ask(
    request: HttpRequest,
    act: Callable[[], None],
    *,
    title: str,
    subject: Any,
    question: str,
    done: Callable[[], str],
    back: str,
) -> HttpResponse:
    """Show a page that asks; once it is answered, do it, or say why not."""
    if request.method != "POST":
        context = {
            "title": title,
            "subject": str(subject),
            "question": question,
            "back": back,
        }
        return render(request, "accounts/admin/confirm.html", context)
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if text := done():
            messages.success(request, text)
    return redirect(back)


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    """The invitation, when it is of an organization that the person leads."""
    mine = invitation_policy.instances_user_has_any_permission_for(request.user, ["view"])
    found: Invitation = get_object_or_404(mine, pk=pk)
    return found


def resend_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the mail of an invitation again, with a new link."""
    invitation = _invitation(request, pk)

    def done() -> str:
        if invitation.sent_at is None:
            messages.warning(request, not_sent())
            return ""
        return _("The invitation was sent to %(email)s.") % {"email": invitation.email}

    return _ask(
        request,
        lambda: resend(invitation, by=signed_in(request)),
        title=_("Send again"),
        subject=invitation,
        question=_("A new link is sent; the former one opens nothing any more."),
        done=done,
        back="invitations:index",
    )


def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _invitation(request, pk)
    return _ask(
        request,
        lambda: revoke_invitation(invitation, by=signed_in(request)),
        title=_("Withdraw"),
        subject=invitation,
        question=_("The link that was sent opens nothing any more."),
        done=lambda: _("The invitation is withdrawn."),
        back="invitations:index",
    )


def _account(request: HttpRequest, pk: int) -> User:
    require_administrator(signed_in(request))
    return get_object_or_404(User, pk=pk)


def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in no more."""
    user = _account(request, pk)
    return _ask(
        request,
        lambda: deactivate_account(user, by=signed_in(request)),
        title=_("Deactivate"),
        subject=user,
        question=_(
            "This person will no longer sign in, from now on. Their roles stay, for the day when"
            " the account is reactivated, and their name stays on what they wrote."
        ),
        done=lambda: _("The account is deactivated."),
        back="people:index",
    )


def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in again."""
    user = _account(request, pk)
    return _ask(
        request,
        lambda: reactivate_account(user, by=signed_in(request)),
        title=_("Reactivate"),
        subject=user,
        question=_("This person will sign in again, with the roles they had."),
        done=lambda: _("The account is active."),
        back="people:index",
    )


def take_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a second factor that somebody has lost."""
    user = _account(request, pk)
    return _ask(
        request,
        lambda: remove_second_factor(user, by=signed_in(request)),
        title=_("Remove the second factor"),
        subject=user,
        question=_(
            "For somebody who lost their telephone and their recovery codes: be sure that it is"
            " really they who ask. They will set up another one."
        ),
        done=lambda: _("The second factor is removed."),
        back="people:index",
    )
