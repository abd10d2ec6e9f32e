"""What the commands of several rooms share."""

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _


class LanguageCommand(BaseCommand, ABC):
    """A command that speaks the language of its option `--language`; it does its work in `run`."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help=_("language of the messages"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self.run(options)

    @abstractmethod
    def run(self, options: dict[str, Any]) -> None:
        """Do the work. Raises `CommandError` that says what to mend."""
