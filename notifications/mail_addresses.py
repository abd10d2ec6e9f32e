"""Addresses of this site, as mails must give them."""

from django.conf import settings


def absolute(path: str) -> str:
    """`path` on this site, for mails; empty for nowhere."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}" if path.startswith("/") else path


def mail_host() -> str:
    """The name of this site, for the identifiers of mails."""
    return settings.WAGTAILADMIN_BASE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
