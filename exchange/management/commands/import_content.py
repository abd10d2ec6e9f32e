"""`manage.py import_content`: pages from a table or a folder of Markdown."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.importing.errors import ImportReport, ImportSetupError
from exchange.importing.mapping import PAGE_TYPES, load_mapping
from exchange.importing.services import import_content
from organizations.models import Organization

SHOWN_PROBLEMS = 50


class Command(BaseCommand):
    help = str(gettext_lazy("Import pages from a CSV or XLSX file, or a folder of Markdown."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help=_("a .csv or .xlsx file, or a folder"))
        parser.add_argument(
            "--mapping", type=Path, required=True, help=_("the mapping file (YAML)")
        )
        parser.add_argument(
            "--organization",
            help=_("identifier of the organization that owns the pages"),
        )
        parser.add_argument("--type", choices=PAGE_TYPES, default="", help=_("type of the pages"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("try everything, keep nothing")
        )
        parser.add_argument("--publish", action="store_true", help=_("publish the pages at once"))
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES],
                            default=settings.LANGUAGE_CODE, help=_("language of the messages"))  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        self._started = self._last_shown = time.monotonic()
        try:
            report = import_content(
                options["source"],
                mapping=load_mapping(options["mapping"]),
                organization=self._organization(options["organization"]),
                page_type=options["type"],
                dry_run=options["dry_run"],
                publish=options["publish"],
                progress=self._progress,
            )
        except ImportSetupError as error:
            raise CommandError(str(error)) from error
        self._say(report, dry_run=options["dry_run"])
        if report.failed:
            raise CommandError(
                ngettext(
                    "%d row was not imported.",
                    "%d rows were not imported.",
                    report.failed,
                )
                % report.failed,
                returncode=2,
            )

    def _organization(self, slug: str | None) -> Organization | None:
        if not slug:
            return None
        found = Organization.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Organization.objects.order_by("slug").values_list("slug", flat=True))
            raise ImportSetupError(
                _("No organization “%(slug)s”. Known: %(known)s.") % {"slug": slug, "known": known}
            )
        return found

    def _progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last_shown < 2 and done < total:
            return
        self._last_shown = now
        rate = done / max(now - self._started, 0.001)
        self.stderr.write(
            _("%(done)d of %(total)d rows, %(rate).0f rows/s, %(left).0f s left")
            % {
                "done": done,
                "total": total,
                "rate": rate,
                "left": (total - done) / rate,
            }
        )

    def _say(self, report: ImportReport, *, dry_run: bool) -> None:
        for problem in report.problems[:SHOWN_PROBLEMS]:
            self.stderr.write(
                _("Row %(row)s, column %(column)s: %(reason)s")
                % {
                    "row": problem.row,
                    "column": problem.column or "–",
                    "reason": problem.reason,
                }
            )
        if (more := len(report.problems) - SHOWN_PROBLEMS) > 0:
            self.stderr.write(
                ngettext("…and %d more problem.", "…and %d more problems.", more) % more
            )
        for warning in report.warnings[:SHOWN_PROBLEMS]:
            self.stderr.write(
                _("Warning, row %(row)s, column %(column)s: %(reason)s")
                % {
                    "row": warning.row,
                    "column": warning.column,
                    "reason": warning.reason,
                }
            )
        if dry_run:
            self.stdout.write(_("Dry run: nothing was kept."))
        self.stdout.write(
            _(
                "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(failed)d "
                "failed, %(organizations)d organizations created, in %(seconds).0f s "
                "(%(rate).0f rows/s)."
            )
            % {
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "failed": report.failed,
                "organizations": report.organizations_created,
                "seconds": report.seconds,
                "rate": report.rows / max(report.seconds, 0.001),
            }
        )
