"""What is done with notices: tell people, mark as read, choose how to be told."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from notifications.kinds import KINDS, Frequency
from notifications.models import Mail, MailState, Notice, NoticeChoice


def tell(
    recipients: Iterable[User],
    *,
    kind: str,
    event: str,
    page_id: int | None = None,
    organization_id: int | None = None,
    words: Mapping[str, Any],
) -> None:
    """Tell each of the active `recipients` that `event` happened, once however often it is said.

    Part of the transaction in which it happened; no mail is sent here. `words` fill the sentence
    of the kind; those of one language only come in a mapping of their own, such as
    `{"title": "Entente", "en": {"title": "Agreement"}}`. A person without a right to
    it any more when they read it is shown nothing.
    """
    people = {user.pk: user for user in recipients if user.is_active}
    chosen = dict(
        NoticeChoice.objects.filter(user__in=people, kind=kind).values_list("user_id", "frequency")
    )
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=user,
                kind=kind,
                event=event,
                page_id=page_id,
                organization_id=organization_id,
                words=dict(words),
                frequency=chosen.get(pk, KINDS[kind].usual),
            )
            for pk, user in people.items()
        ],
        ignore_conflicts=True,
    )


def mark_read(user: User, *, ids: Iterable[int] | None = None) -> int:
    """Mark notices of `user` as read, all of them where no `ids` are given; how many."""
    notices = Notice.objects.shown_to(user).unread()
    if ids is not None:
        notices = notices.filter(pk__in=ids)
    return notices.update(read_at=timezone.now())


def choose(user: User, *, choices: Mapping[str, str]) -> None:
    """Note how often mail brings each kind of notice to `user`, from now on.

    Raises `ValidationError` for a kind or a frequency that does not exist.
    """
    for kind, frequency in choices.items():
        if kind not in KINDS or frequency not in Frequency.values:
            raise ValidationError(
                _("No notices “%(kind)s” with the frequency “%(frequency)s”.")
                % {"kind": kind, "frequency": frequency}
            )
    for kind, frequency in choices.items():
        NoticeChoice.objects.update_or_create(
            user=user, kind=kind, defaults={"frequency": frequency}
        )


def send_again() -> int:
    """Try once more all the mails that were given up; how many."""
    given_up = Mail.objects.filter(state=MailState.FAILED)
    return given_up.update(state=MailState.WAITING, due_at=timezone.now(), error="")
