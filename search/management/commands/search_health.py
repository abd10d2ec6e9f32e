"""`manage.py search_health`: exits with 1 when the index and the database disagree."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from search import service
from search.core.engine import SearchUnavailable
from search.indexing.comparison import Comparison, compare, repair, sweep
from search.models import OutboxEntry

SHOWN = 20


class Command(BaseCommand):
    help = str(gettext_lazy("Compare the search index with the database; 1 when they disagree."))

    may_repair = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        if self.may_repair:
            parser.add_argument(
                "--repair", action="store_true", help=_("have the worker write again what differs")
            )

    def handle(self, *args: Any, **options: Any) -> None:
        healthy = True
        try:
            for engine in service.engines():
                result = compare(engine)
                self._say(engine.name, result)
                healthy = healthy and result.is_healthy
                if options.get("repair"):
                    count = repair(result)
                    text = ngettext(
                        "%(n)d document will be written again.",
                        "%(n)d documents will be written again.",
                        count,
                    )
                    self.stdout.write(text % {"n": count})
        except SearchUnavailable as problem:
            raise CommandError(
                _("The search engine does not answer: %(why)s") % {"why": problem}
            ) from problem
        if self.may_repair:
            count = sweep()
            text = ngettext(
                "%(n)d forgotten version swept away.",
                "%(n)d forgotten versions swept away.",
                count,
            )
            self.stdout.write(text % {"n": count})
        if dead := OutboxEntry.objects.dead().count():
            text = ngettext(
                "%(n)d change was given up: see the admin.",
                "%(n)d changes were given up: see the admin.",
                dead,
            )
            self.stderr.write(text % {"n": dead})
            healthy = False
        if not healthy and not options.get("repair"):
            raise CommandError(_("The index and the database disagree."))

    def _say(self, name: str, result: Comparison) -> None:
        self.stdout.write(
            _(
                "%(engine)s: documents: %(documents)d, missing: %(missing)d, stale: %(stale)d, "
                "ghosts: %(ghosts)d, unreadable: %(unreadable)d, on their way: %(waiting)d."
            )
            % {
                "engine": name,
                "documents": result.documents,
                "missing": len(result.missing),
                "stale": len(result.stale),
                "ghosts": len(result.ghosts),
                "unreadable": len(result.unreadable),
                "waiting": len(result.waiting),
            }
        )
        for key in result.differences[:SHOWN]:
            self.stderr.write(f"  {key} {result.unreadable.get(key, '')}")
