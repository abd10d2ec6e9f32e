"""The way to a second factor, and back to where the person was going."""

from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import override

from core.languages import language_of
from core.models import User

# Where in the session the address is kept that was asked for.
NEXT = "second_factor_next"
PROOFS = {
    Authenticator.Type.TOTP: "mfa_reauthenticate",
    Authenticator.Type.WEBAUTHN: "mfa_reauthenticate_webauthn",
}


def ask_for_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    """Send `user` to prove their second factor, or to set one up, then back here."""
    here = request.get_full_path()
    with override(language_of(user)):
        if proof := _proof_of(user):
            return redirect(f"{reverse(proof)}?{urlencode({'next': here})}")
        request.session[NEXT] = here
        return redirect("mfa_index")


def ask_before_doing(request: HttpRequest, user: User) -> HttpResponse:
    """Send `user` to prove their second factor; what they posted is done as soon as they have."""
    with override(language_of(user)):
        proof = _proof_of(user)
        if proof is None:
            return ask_for_second_factor(request, user)
        answer: HttpResponse = suspend_request(request, reverse(proof))
        return answer


def _proof_of(user: User) -> str | None:
    """The view in which `user` proves their second factor; None for who has none yet."""
    found = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return next((view for kind, view in PROOFS.items() if kind in found), None)
