"""Letters that are not notices: their look, and what becomes of one that cannot leave."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMultiAlternatives
from django.dispatch import Signal
from django.template.loader import render_to_string

from core.models import User

logger = logging.getLogger(__name__)

# Sent with the `person` to whom it is written and the `message`: who delivers mails tries again.
left_unsent = Signal()


def add_html(message: EmailMultiAlternatives) -> None:
    """Add to `message`, in the look of the site, the same words as its plain text."""
    letter = render_to_string("mail/letter.html", {"text": message.body})
    message.attach_alternative(letter, "text/html")


def send_or_leave(message: EmailMultiAlternatives, *, person: User) -> None:
    """Send `message` now; one that the mail server does not take is left to be sent later."""
    try:
        message.send()
    except (OSError, SMTPException) as problem:
        logger.warning("The mail server does not take a letter: %s", problem)
        left_unsent.send(sender=type(message), person=person, message=message)
