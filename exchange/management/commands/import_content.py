"""`manage.py import_content`: pages from a table or a folder of Markdown."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.commands import LanguageCommand
from exchange.importing.errors import ImportReport, ImportSetupError
from exchange.importing.mapping import PAGE_TYPES, load_mapping
from exchange.importing.services import import_content
from organizations.models import Organization

SHOWN_WARNINGS = 20


class Command(LanguageCommand):
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
        parser.add_argument(
            "--report", type=Path, help=_("a CSV file to write every problem and warning to")
        )
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> None:
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
            if options["report"]:
                _write_report(options["report"], report)
        except ImportSetupError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                _("Interrupted. What was committed stays; run the same command to go on."),
                returncode=130,
            ) from None
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
        for problem in report.problems:
            self.stderr.write(
                _("Row %(row)s, column %(column)s: %(reason)s")
                % {
                    "row": problem.row,
                    "column": problem.column or "–",
                    "reason": problem.reason,
                }
            )
        for warning in report.warnings[:SHOWN_WARNINGS]:
            self.stderr.write(
                _("Warning, row %(row)s, column %(column)s: %(reason)s")
                % {
                    "row": warning.row,
                    "column": warning.column or "–",
                    "reason": warning.reason,
                }
            )
        if (more := len(report.warnings) - SHOWN_WARNINGS) > 0:
            self.stderr.write(
                ngettext(
                    "…and %d more warning (--report FILE.csv writes all).",
                    "…and %d more warnings (--report FILE.csv writes all).",
                    more,
                )
                % more
            )
        if dry_run:
            self.stdout.write(_("Dry run: nothing was kept."))
        self.stdout.write(
            # Numbers after their names: five plurals do not fit into one message.
            _(
                "Pages created: %(created)d, updated: %(updated)d, unchanged: %(unchanged)d, "
                "failed: %(failed)d; organizations created: %(organizations)d; in %(seconds).0f s "
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


def _write_report(path: Path, report: ImportReport) -> None:
    """All problems and warnings as a table, for who will mend the source."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow([_("kind"), _("row"), _("column"), _("reason")])
            for kind, found in ((_("problem"), report.problems), (_("warning"), report.warnings)):
                table.writerows([kind, each.row, each.column, each.reason] for each in found)
    except OSError as error:
        raise ImportSetupError(
            _("The report “%(path)s” cannot be written: %(error)s")
            % {"path": path, "error": error.strerror}
        ) from error
