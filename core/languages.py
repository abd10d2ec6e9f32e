"""The language in which a person is spoken to where no address says it: in mails, in the admin."""

from django.conf import settings
from wagtail.users.models import UserProfile

from core.models import User


def language_of(user: User) -> str:
    """The language that `user` chose, or the first of the site."""
    profile = getattr(user, "wagtail_userprofile", None)
    chosen = profile.preferred_language if profile else ""
    known = {code for code, _name in settings.LANGUAGES}
    return chosen if chosen in known else str(settings.LANGUAGE_CODE)


def choose_language(user: User, language: str) -> None:
    """Speak to `user` in `language` ("fr", "en") from now on."""
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    user.__dict__.pop("wagtail_userprofile", None)
    user._state.fields_cache.pop("wagtail_userprofile", None)
