"""The look of letters: what is written as plain text also leaves as HTML."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def add_html(message: EmailMultiAlternatives) -> None:
    """Add to `message`, in the look of the site, the same words as its plain text."""
    letter = render_to_string("mail/letter.html", {"text": message.body})
    message.attach_alternative(letter, "text/html")
