"""`manage.py search_rebuild`: fill a new index beside the one that answers, then switch."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from search import service
from search.core.engine import SearchUnavailable
from search.indexing.rebuild import RebuildRefused, rebuild, roll_back


class Command(BaseCommand):
    help = str(gettext_lazy("Fill a new search index, then let it answer instead of the old one."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rollback", action="store_true", help=_("let the previous index answer again")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["rollback"]:
                generation = roll_back(service.engine())
                self.stdout.write(_("%(name)s answers again.") % {"name": generation})
                return
            for engine in service.engines():
                self._started = self._shown = time.monotonic()
                done = rebuild(engine, progress=self._progress)
                seconds = time.monotonic() - self._started
                self.stdout.write(
                    ngettext(
                        "%(engine)s: %(count)d document in %(seconds).1f s (%(generation)s).",
                        "%(engine)s: %(count)d documents in %(seconds).1f s (%(generation)s).",
                        done.documents,
                    )
                    % {
                        "engine": engine.name,
                        "count": done.documents,
                        "seconds": seconds,
                        "generation": done.generation,
                    }
                )
                for key, reason in list(done.errors.items())[:20]:
                    self.stderr.write(f"{key}: {reason}")
                if done.errors:
                    text = ngettext(
                        "%(count)d document was refused.",
                        "%(count)d documents were refused.",
                        len(done.errors),
                    )
                    raise CommandError(text % {"count": len(done.errors)})
        except RebuildRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except SearchUnavailable as problem:
            raise CommandError(
                _("The search engine does not answer: %(why)s") % {"why": problem}
            ) from problem

    def _progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._shown < 2:
            return
        self._shown = now
        rate = done / (now - self._started)
        self.stderr.write(
            _("%(done)d of %(total)d pages, %(rate).0f/s, %(left).0f s left")
            % {"done": done, "total": total, "rate": rate, "left": (total - done) / rate}
        )
