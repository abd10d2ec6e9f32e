"""Whether the person at the keyboard has shown that it is really they who sign."""

from django.http import HttpRequest


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this session may sign: the one question that the admin asks before a signature."""
    return request.user.is_authenticated
