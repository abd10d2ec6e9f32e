"""`manage.py load_demo`: the organizations, people and pages of the demo."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from demo import accounts
from demo.content import DemoContentError
from demo.loader import DemoNotWelcome, load_demo


class Command(BaseCommand):
    help = str(gettext_lazy("Load the demo, or bring it up to date."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset-passwords",
            action="store_true",
            help=_("give every account of the demo a new password"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_demo(reset_passwords=options["reset_passwords"])
        except (DemoContentError, DemoNotWelcome) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Created: %(created)d, updated: %(updated)d, unchanged: %(unchanged)d")
            % {
                "created": loaded.created,
                "updated": loaded.updated,
                "unchanged": loaded.unchanged,
            }
        )
        if loaded.accounts:
            self.stdout.write("\n" + accounts.table(loaded.accounts))
            self.stdout.write(f"→ {accounts.accounts_file()}")
