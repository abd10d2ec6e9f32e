"""Verify the register of decisions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from organizations.moderation.register import verify_register


class Command(BaseCommand):
    help = (
        "Do every sum of the register of decisions again. Exit 1 at the first entry that was"
        " changed, taken out or slipped in. Keep the head it prints elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            default="",
            metavar="HEAD",
            help="a head printed earlier, which must still be in the chain",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_register(expected=options["expect"])
        why = {
            "gap": _("Entry %(number)d is missing."),
            "chain": _("Entry %(number)d does not follow the one before it."),
            "content": _("Entry %(number)d is not as it was written."),
            "head": _("Entries after number %(number)d were taken away."),
            "expected": _("The head that you kept is in none of the %(number)d entries."),
        }
        if found.fault:
            raise CommandError(why[found.fault] % {"number": found.number})
        self.stdout.write(
            _("%(length)d entries, all as they were written. Head: %(head)s")
            % {"length": found.length, "head": found.head or "–"}
        )
