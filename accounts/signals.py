"""What follows from a new account and from a new second factor."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from core.models import User


@receiver(post_save, sender=User)
def trust_the_address_of_a_new_account(
    sender: type[User], instance: User, created: bool, **kwargs: Any
) -> None:
    """Nobody opens an account by themselves: its address is known from whoever made it."""
    if created and instance.email and not kwargs.get("raw"):
        EmailAddress.objects.create(
            user=instance, email=instance.email.lower(), verified=True, primary=True
        )


@receiver(authenticator_added)
def count_a_new_factor_as_proved(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Whoever has just set up an app or a key has shown that they hold it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
