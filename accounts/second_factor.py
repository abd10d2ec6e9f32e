"""The way to a second factor, and back to where the person was going."""

from urllib.parse import urlencode

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
    found = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    with override(language_of(user)):
        for kind, view in PROOFS.items():
            if kind in found:
                return redirect(f"{reverse(view)}?{urlencode({'next': here})}")
        request.session[NEXT] = here
        return redirect("mfa_index")
