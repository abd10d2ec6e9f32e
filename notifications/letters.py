"""Letters about accounts that the mail server did not take: kept sealed, and sent later.

They hold links that open an account, so that no look into the tables may read them.
"""

import datetime
import json
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.dispatch import receiver
from django.utils import timezone

from core.mails import left_unsent
from core.models import User
from core.sealing import seal, unseal
from notifications.kinds import Frequency
from notifications.models import Mail

PURPOSE = "letters about accounts"


@receiver(left_unsent)
def keep_letter(person: User, message: EmailMultiAlternatives, **kwargs: Any) -> None:
    """Keep what could not be sent among the mails that are tried for a day."""
    html = next((body for body, kind in message.alternatives if kind == "text/html"), "")
    words = {"subject": message.subject, "body": message.body, "html": html}
    Mail.objects.create(
        recipient=person,
        address=message.to[0],
        frequency=Frequency.IMMEDIATE,
        letter=seal(json.dumps(words), purpose=PURPOSE),
        attempts=1,
        due_at=timezone.now() + datetime.timedelta(minutes=1),
    )


def compose_letter(mail: Mail) -> EmailMultiAlternatives | None:
    """The letter as it was written; None where the key that sealed it is gone."""
    sealed = unseal(mail.letter, purpose=PURPOSE)
    if not sealed:
        return None
    words = json.loads(sealed)
    return EmailMultiAlternatives(
        subject=words["subject"],
        body=words["body"],
        to=[mail.address],
        alternatives=[(words["html"], "text/html")] if words["html"] else None,
    )
