"""How django-allauth behaves on this site: nobody signs up by themselves, mails speak to people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import override

from core.languages import language_of
from core.mails import add_html, send_or_leave
from core.models import User


class AccountAdapter(DefaultAccountAdapter):
    """An account is opened by an invitation, whose page does not go through here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.WAGTAIL_SITE_NAME} – {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language that the person chose, with links to pages in that language.

        A mail server that is down fails no request: the letter leaves later.
        """
        user = context.get("user") or _owner_of(email)
        if not isinstance(user, User):
            super().send_mail(template_prefix, email, context)
            return
        language = language_of(user)
        links = {
            name: translate_url(value, language)
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        surroundings = {
            "request": self.request,
            "email": email,
            "current_site": get_current_site(self.request),
        }
        with override(language):
            message = self.render_mail(template_prefix, email, {**surroundings, **context, **links})
        send_or_leave(message, person=user)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The letter of django-allauth, in the look of the site as well."""
        message: EmailMultiAlternatives = super().render_mail(
            template_prefix, email, context, headers
        )
        add_html(message)
        return message

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The home page in the language in which the person was reading."""
        return reverse("wagtail_serve", args=[""])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my_space")


def _owner_of(email: str) -> User | None:
    """Whose verified address this is."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    return found.user if found else None


# What a provider says of an address that it has verified. Some write it as text, and any text,
# “false” too, would pass for true.
VERIFIED = (True, "true")


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The identity provider opens accounts that exist; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """The account of an address that both sides have verified, and that address.

        An address that somebody has typed here and not confirmed may be another person's.
        """
        proved = [
            each.email.lower()
            for each in sociallogin.email_addresses
            if each.verified in VERIFIED and self.can_authenticate_by_email(sociallogin, each.email)
        ]
        found = EmailAddress.objects.filter(email__in=proved, verified=True).first()
        return (found.user, found.email) if found else None
