"""The pages of this room: an invitation, one's own space, one's language."""

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts.forms import AccountForm, LanguageForm
from accounts.models import Invitation, InvitationState
from accounts.services import accept_invitation, open_account
from core.languages import choose_language, language_of
from core.models import User
from core.people import signed_in
from organizations.second_factor import lacks_second_factor


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an invitation: accept it, with the account of its address or with a new one.

    Reading it does nothing: programs that look through mails follow links too.
    """
    found = selectors.invitation_with(token)
    if found is None or found.state != InvitationState.PENDING:
        is_mine = found is not None and found.accepted_by_id == request.user.pk is not None
        return render(
            request, "accounts/invitation_over.html", {"invitation": found, "is_mine": is_mine},
            status=410,
        )  # fmt: skip
    context: dict[str, Any] = {"invitation": found}
    if not isinstance(request.user, User):
        if User.objects.filter(email__iexact=found.email).exists():
            return render(request, "accounts/invitation_sign_in.html", context)
        return _new_account(request, found, context)
    if request.user.email.lower() != found.email:
        return render(request, "accounts/invitation_other.html", context, status=403)
    if request.method != "POST":
        return render(request, "accounts/invitation.html", context)
    return _accept(request, found)


def _new_account(request: HttpRequest, found: Invitation, context: dict[str, Any]) -> HttpResponse:
    form = AccountForm(request.POST or None, email=found.email)
    if form.is_valid():
        try:
            user = open_account(found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _welcome(request, found)
            answer: HttpResponse = perform_login(
                request, user, redirect_url=reverse("my_space"), email=user.email
            )
            return answer
    return render(request, "accounts/invitation_new.html", {**context, "form": form})


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    try:
        accept_invitation(found, user=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _welcome(request, found)
    return redirect("my_space")


def _welcome(request: HttpRequest, found: Invitation) -> None:
    text = _("Welcome to %(organization)s: you are %(role)s there.")
    words = {"organization": found.organization, "role": found.get_role_display()}
    messages.success(request, text % words)


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, from one's own space, an invitation that was sent to one's address."""
    found = selectors.invitations_to(signed_in(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return _accept(request, found)


@login_required
@never_cache
def my_space(request: HttpRequest) -> HttpResponse:
    """What I write, what is asked of me, where I belong, and my account."""
    user = signed_in(request)
    context = {
        "space": selectors.space_of(user, lacks_second_factor=lacks_second_factor(request)),
        "language_form": LanguageForm(initial={"language": language_of(user)}),
    }
    return render(request, "accounts/my_space.html", context)


@require_POST
@login_required
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the admin and of mails, and go on in it."""
    form = LanguageForm(request.POST)
    chosen = get_language() or settings.LANGUAGE_CODE
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        choose_language(signed_in(request), chosen)
    with override(chosen):
        if form.is_valid():
            messages.success(request, _("From now on we write to you in English."))
        answer = redirect("my_space")
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
