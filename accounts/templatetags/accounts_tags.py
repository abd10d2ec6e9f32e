"""What the pages of an account say about the second factor."""

from dataclasses import dataclass

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context

from accounts.second_factor import NEXT
from organizations.second_factor import lacks_second_factor

register = template.Library()


@dataclass(frozen=True)
class Way:
    """Whether a second factor is still missing, and where the person was going."""

    is_missing: bool
    onward: str


@register.simple_tag(takes_context=True)
def second_factor_way(context: Context) -> Way:
    """What is left to do before the person may go where they were going."""
    request: HttpRequest = context["request"]
    return Way(lacks_second_factor(request), request.session.get(NEXT, ""))


@register.simple_tag
def second_factor_required() -> bool:
    """Whether this site asks those who decide for a second factor."""
    return bool(settings.SECOND_FACTOR_REQUIRED)


@register.simple_tag(takes_context=True)
def identity_providers(context: Context) -> list[dict[str, str]]:
    """The identity providers through which people sign in, each with its name and its address."""
    request: HttpRequest = context["request"]
    return [
        {"name": each.name, "url": each.get_login_url(request, process="login")}
        for each in get_adapter().list_providers(request)
    ]
