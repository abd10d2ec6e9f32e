"""`manage.py search_worker`: feed the search index from the outbox, until told to stop."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.background import stop_on_signals
from search.indexing import wakeup, worker


class Command(BaseCommand):
    help = str(gettext_lazy("Feed the search index with what changes, until interrupted."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help=_("stop when nothing waits any more")
        )
        parser.add_argument(
            "--batch", type=int, default=worker.BATCH, help=_("documents written together")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            outcome = worker.drain(options["batch"])
            self.stdout.write(
                _("Documents written: %(written)d, failed: %(failed)d.")
                % {"written": outcome.written, "failed": outcome.failed}
            )
            if outcome.away:
                self.stderr.write(_("The search engine does not answer."))
            return
        stop = stop_on_signals(wakeup.wake)
        self.stdout.write(_("The search worker is at work. Ctrl-C stops it."))
        wakeup.listen_in_thread()
        worker.run(stop, options["batch"])
