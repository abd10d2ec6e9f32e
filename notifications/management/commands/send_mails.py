"""`manage.py send_mails`: send the mails that tell people what happened, until told to stop."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.background import stop_on_signals
from notifications import delivery


class Command(BaseCommand):
    help = str(gettext_lazy("Send the mails that tell people what happened, until interrupted."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("send what is due, and stop"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            outcome = delivery.deliver()
            self.stdout.write(
                _("Mails sent: %(sent)d, postponed: %(postponed)d, given up: %(failed)d.")
                % {
                    "sent": outcome.sent,
                    "postponed": outcome.postponed,
                    "failed": outcome.failed,
                }
            )
            return
        self.stdout.write(_("Mails are being sent. Ctrl-C stops it."))
        delivery.run(stop_on_signals())
