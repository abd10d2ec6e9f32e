"""The import itself: every good row becomes a page, every bad one is reported."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from exchange.importing import sources
from exchange.importing.converters import Context, Converted, Terms, convert
from exchange.importing.errors import (
    ImportReport,
    ImportSetupError,
    RowProblem,
    ValueProblem,
)
from exchange.importing.mapping import ImportMapping
from exchange.importing.pages import PAGE_CLASSES, PageWriter, reasons
from exchange.importing.sources import REPLACEMENT, Row
from organizations.models import Organization
from organizations.services import create_organization

logger = logging.getLogger(__name__)

# Rows that are committed together: fewer commits, and little to do again after a kill.
BATCH_SIZE = 50

Progress = Callable[[int, int], None]


class _DryRunEnds(Exception):
    """Raised to undo everything at the end of a dry run."""


@dataclass
class _Import:
    mapping: ImportMapping
    writer: PageWriter
    context: Context
    organization: Organization | None
    publish: bool
    report: ImportReport
    organizations: dict[str, Organization]

    def row(self, row: Row) -> None:
        """Import one row in a savepoint of its own, and write down what happened to it."""
        known = set(self.organizations)
        try:
            with transaction.atomic():
                self._write(row)
        except _RowFails as failure:
            self._undo(known)
            self.report.failed += 1
            self.report.problems += failure.problems
        except (ValueProblem, ValidationError, DataError) as error:
            self._undo(known)
            self.report.failed += 1
            self.report.problems += [
                RowProblem(row.place, self._column(name), reason) for name, reason in reasons(error)
            ]

    def end_batch(self) -> None:
        """Insert the new pages of the rows so far."""
        created, refused = self.writer.flush(publish=self.publish)
        self.report.created += created
        self.report.failed += len(refused)
        self.report.problems += [RowProblem(place, "", reason) for place, reason in refused]

    def _undo(self, known: set[str]) -> None:
        """Forget what a row that failed had made: it was rolled back."""
        for name in set(self.organizations) - known:
            del self.organizations[name]
            self.report.organizations_created -= 1
        self.writer.forget_tags()

    def _write(self, row: Row) -> None:
        if problem := row.values.get("_problem"):
            raise _RowFails([RowProblem(row.place, "", str(problem))])
        external_id = str(row.values.get(self.mapping.external_id) or "").strip()[:200]
        if not external_id:
            raise _RowFails(
                [
                    RowProblem(
                        row.place,
                        self.mapping.external_id,
                        _("The identifier is empty."),
                    )
                ]
            )
        values, problems = self._convert(row)
        if problems:
            raise _RowFails(problems)
        outcome = self.writer.write(
            external_id,
            language=self._language(row),
            organization=self._organization(row),
            values=values,
            publish=self.publish,
            place=row.place,
        )
        if outcome != "new":
            setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        for column, value in row.values.items():
            if isinstance(value, str) and REPLACEMENT in value:
                self.report.warnings.append(
                    RowProblem(
                        row.place,
                        column,
                        _("%(count)d unreadable characters were left out.")
                        % {"count": value.count(REPLACEMENT)},
                    )
                )

    def _convert(self, row: Row) -> tuple[dict[str, Converted], list[RowProblem]]:
        values: dict[str, Converted] = {}
        problems = []
        for name, rule in self.mapping.fields.items():
            try:
                values[name] = convert(rule, row, self.context)
            except ValueProblem as error:
                problems.append(RowProblem(row.place, self._column(name), str(error)))
        return values, problems

    def _column(self, field_name: str) -> str:
        rule = self.mapping.fields.get(field_name)
        return ", ".join(rule.columns or rule.sections) or field_name if rule else field_name

    def _language(self, row: Row) -> str:
        if self.mapping.language_column:
            value = str(row.values.get(self.mapping.language_column) or "").strip().lower()
            return value[:2] or self.mapping.language
        return self.mapping.language

    def _organization(self, row: Row) -> Organization:
        if self.organization is not None:
            return self.organization
        rule = self.mapping.organization
        name = str(row.values.get(rule.column) or "").strip() if rule.column else ""
        name = name or rule.value
        if not name:
            raise _RowFails(
                [RowProblem(row.place, rule.column, _("No organization is named: give one."))]
            )
        if name not in self.organizations:
            self.organizations[name] = self._find_or_create_organization(name, row)
        return self.organizations[name]

    def _find_or_create_organization(self, name: str, row: Row) -> Organization:
        rule = self.mapping.organization
        known = dict(rule.known.get(name, {}))
        slug = known.pop("slug", slugify(name))
        found = Organization.objects.filter(slug=slug).first()
        if found is not None:
            return found
        if not rule.create:
            raise _RowFails(
                [
                    RowProblem(
                        row.place,
                        rule.column,
                        _("No organization “%(slug)s”: create it, or let the mapping do so.")
                        % {"slug": slug},
                    )
                ]
            )
        name_fr = known.pop("name_fr", name)
        organization = create_organization(slug=slug, name_fr=name_fr, **known)
        self.report.organizations_created += 1
        return organization


class _RowFails(Exception):
    def __init__(self, problems: list[RowProblem]) -> None:
        super().__init__()
        self.problems = problems


def import_content(
    source: Path,
    *,
    mapping: ImportMapping,
    organization: Organization | None = None,
    page_type: str = "",
    dry_run: bool = False,
    publish: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import `source` (a table or a folder) as pages, and say what happened to each row.

    Good rows go in even when others fail; a row imported before updates its page, or leaves it
    alone when the source has not changed. `progress` is called with the rows done and the rows in
    all. Raises `ImportSetupError` when nothing can start.
    """
    started = time.monotonic()
    type_slug = page_type or mapping.type
    if type_slug not in PAGE_CLASSES:
        raise ImportSetupError(
            _("Say the type of the pages, in the mapping or with --type: %(known)s.")
            % {"known": ", ".join(PAGE_CLASSES)}
        )
    if organization is None and not (mapping.organization.column or mapping.organization.value):
        raise ImportSetupError(
            _("Say to whom the pages belong, in the mapping or with --organization.")
        )
    rows = sources.read(
        source,
        encoding=mapping.encoding,
        stray_bytes=mapping.stray_bytes,
        delimiter=mapping.delimiter,
    )
    _check_columns(mapping, rows)
    run = _Import(
        mapping=mapping,
        writer=PageWriter(mapping, PAGE_CLASSES[type_slug]),
        context=Context(
            terms={
                rule.vocabulary: Terms.load(rule.vocabulary)
                for rule in mapping.fields.values()
                if rule.vocabulary
            },
            empty=mapping.empty,
        ),
        organization=organization,
        publish=publish,
        report=ImportReport(),
        organizations={},
    )
    done = 0
    try:
        with transaction.atomic() if dry_run else nullcontext():
            for batch in _batches(rows):
                with transaction.atomic():
                    for row in batch:
                        run.row(row)
                    run.end_batch()
                done += len(batch)
                if progress is not None:
                    progress(done, len(rows))
            if dry_run:
                raise _DryRunEnds
    except _DryRunEnds:
        pass
    run.report.seconds = time.monotonic() - started
    logger.info(
        "Imported %s: %d created, %d updated, %d unchanged, %d failed",
        source, run.report.created, run.report.updated, run.report.unchanged, run.report.failed,
    )  # fmt: skip
    return run.report


def _check_columns(mapping: ImportMapping, rows: list[Row]) -> None:
    """Refuse a mapping that names columns which no row has: it was written for another table."""
    known = {column for row in rows for column in row.values}
    named = {column for rule in mapping.fields.values() for column in rule.columns}
    named |= {
        mapping.external_id,
        mapping.organization.column,
        mapping.language_column,
    } - {""}
    if rows and (missing := sorted(named - known)):
        raise ImportSetupError(
            _("The source has no column %(missing)s. It has: %(known)s.")
            % {"missing": ", ".join(missing), "known": ", ".join(sorted(known))}
        )


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), BATCH_SIZE):
        yield rows[start : start + BATCH_SIZE]
