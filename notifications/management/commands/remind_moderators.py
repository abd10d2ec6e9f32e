"""`manage.py remind_moderators`: remind those who owe a decision, and tell leads what is late."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.reminders import remind


class Command(BaseCommand):
    help = str(
        gettext_lazy(
            "Remind those who owe a decision, and tell leads what is late. send_mails does it every"
            " hour: this is for doing it now."
        )
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = remind()
        self.stdout.write(
            _(
                "Texts due soon or late: %(due)d, of which the leads know as late: %(late)d;"
                " pages to review: %(reviews)d."
            )
            % {"due": found.due, "late": found.late, "reviews": found.reviews}
        )
