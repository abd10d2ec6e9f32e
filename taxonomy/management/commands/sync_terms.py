"""`manage.py sync_terms`: the shipped vocabularies, loaded or brought up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.commands import LanguageCommand
from taxonomy.files import FOLDER, VocabularyFileError, read_folder
from taxonomy.services import SyncReport, sync_terms


class Command(LanguageCommand):
    help = str(gettext_lazy("Load the vocabularies, or bring them up to date."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, nargs="?", default=FOLDER, help=_("where the .yaml files are")
        )
        parser.add_argument(
            "--restore", action="store_true", help=_("put back what was edited in the admin")
        )
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> None:
        try:
            report = sync_terms(read_folder(options["folder"]), restore=options["restore"])
        except VocabularyFileError as error:
            raise CommandError(str(error)) from error
        self._say(report, every_name=options["verbosity"] > 1)

    def _say(self, report: SyncReport, *, every_name: bool) -> None:
        lists = [
            (_("Terms created: %d"), report.created, every_name),
            (_("Terms updated: %d"), report.updated, every_name),
            (_("Terms renamed: %d"), report.renamed, True),
            (_("Terms no longer offered: %d"), report.deactivated, True),
            (_("Terms edited here and left as they are: %d"), report.kept, True),
            (_("Terms left where they stand, for signed agreements: %d"), report.held, True),
        ]
        for title, names, listed in lists:
            if names:
                self.stdout.write(title % len(names))
                if listed:
                    self.stdout.writelines(f"  {name}\n" for name in names)
        self.stdout.write(_("Terms unchanged: %d") % report.unchanged)
