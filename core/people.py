"""Who makes a request, where a door lets in only those who have signed in."""

from django.http import HttpRequest

from core.models import User


def signed_in(request: HttpRequest) -> User:
    """Who asks, at a door that nobody else passes."""
    assert isinstance(request.user, User)
    return request.user
