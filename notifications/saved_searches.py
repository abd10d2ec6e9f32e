"""What is done with saved searches: keep one, change it, forget it, stop its mails."""

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from notifications.kinds import Frequency
from notifications.models import SavedSearch
from notifications.watching import remember_what_is_there
from search.core.engine import SearchUnavailable
from search.params import SearchParams

# As many as one can look through; each is a search every day, or every minute.
MOST = 50
_SALT = "notifications.saved_searches.stop"


def save_search(user: User, *, name: str, params: SearchParams, frequency: str) -> SavedSearch:
    """Keep the search `params` under `name`; what it finds today is known and not told.

    Raises `ValidationError` for a name that is taken, for more searches than can be kept, and while
    the search cannot say what there is.
    """
    own = SavedSearch.objects.filter(user=user)
    if own.filter(name=name).exists():
        raise ValidationError(_("You already have a saved search of this name: choose another."))
    if own.count() >= MOST:
        raise ValidationError(
            ngettext(
                "You have %(n)d saved search, the most that there can be: delete one first.",
                "You have %(n)d saved searches, the most that there can be: delete one first.",
                MOST,
            )
            % {"n": MOST}
        )
    saved = SavedSearch(
        user=user,
        name=name,
        language=params.locale,
        query=params.with_page(1).querystring(),
        frequency=frequency,
    )
    with transaction.atomic():
        saved.save()
        _begin(saved)
    return saved


def choose_frequency(saved: SavedSearch, *, frequency: str) -> None:
    """Tell its owner so often from now on; what was not told before begins anew.

    Raises `ValidationError` while the search cannot say what there is.
    """
    was_silent = saved.frequency == Frequency.NEVER
    saved.frequency = frequency
    with transaction.atomic():
        saved.save(update_fields=["frequency"])
        if was_silent and frequency != Frequency.NEVER:
            _begin(saved)


def _begin(saved: SavedSearch) -> None:
    try:
        remember_what_is_there(saved)
    except SearchUnavailable as problem:
        raise ValidationError(
            _("The search is running in a reduced mode: do this again in a few minutes.")
        ) from problem


def stop_mails(saved: SavedSearch) -> None:
    """No more mails of this search; it stays in the list of its owner."""
    choose_frequency(saved, frequency=Frequency.NEVER)


def token_of(saved: SavedSearch) -> str:
    """What a link holds by which mails stop without signing in; it does nothing else."""
    return signing.dumps(saved.pk, salt=_SALT)


def search_with(token: str) -> SavedSearch | None:
    """The saved search whose link holds `token`; None where it was deleted since.

    Raises `signing.BadSignature` for a token that was never sent.
    """
    pk = signing.loads(token, salt=_SALT)
    return SavedSearch.objects.filter(pk=pk).first()
