"""The import itself: every good row becomes a page, every bad one is reported."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.batches import batches
from exchange.importing import sources
from exchange.importing.converters import Converted, Target, convert
from exchange.importing.errors import ImportReport, ImportSetupError, RowProblem, ValueProblem
from exchange.importing.mapping import ImportMapping
from exchange.importing.pages import PAGE_CLASSES, Draft, PageWriter, reasons, targets_of
from exchange.importing.records import REPLACEMENT, Row
from organizations.models import Organization
from organizations.services import create_organization

logger = logging.getLogger(__name__)

# Rows that are committed together: fewer commits, and little to do again after a kill.
BATCH_SIZE = 50
LONGEST_EXTERNAL_ID = 200

Progress = Callable[[int, int], None]


class _DryRunEnds(Exception):
    """Raised to undo everything at the end of a dry run."""


class _RowFails(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


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
    page_class = PAGE_CLASSES[type_slug]
    targets = targets_of(mapping, page_class)
    rows = sources.read(source, mapping.reading)
    _check_columns(mapping, rows, organization)
    run = _Import(
        mapping=mapping,
        targets=targets,
        writer=PageWriter(mapping, page_class),
        organization=organization,
        publish=publish,
    )
    done = 0
    try:
        with transaction.atomic() if dry_run else nullcontext():
            for batch in batches(rows, BATCH_SIZE):
                run.batch(batch)
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


def _check_columns(
    mapping: ImportMapping, rows: Sequence[Row], organization: Organization | None
) -> None:
    """Refuse a mapping that names columns which no row has: it was written for another table."""
    known = {column for row in rows for column in row.values}
    named = {column for rule in mapping.fields.values() for column in rule.columns}
    named |= {mapping.external_id, mapping.language.column}
    if organization is None:
        named.add(mapping.organization.column)
    if known and (missing := sorted(named - known - {""})):
        raise ImportSetupError(
            _("The source has no column %(missing)s. It has: %(known)s.")
            % {"missing": ", ".join(missing), "known": ", ".join(sorted(known))}
        )


@dataclass
class _Import:
    mapping: ImportMapping
    targets: Mapping[str, Target]
    writer: PageWriter
    organization: Organization | None
    publish: bool
    report: ImportReport = field(default_factory=ImportReport)
    organizations: dict[str, Organization] = field(default_factory=dict)
    # Where each identifier stood first.
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    @transaction.atomic
    def batch(self, rows: Sequence[Row]) -> None:
        """Import some rows in one transaction, and write down what happened to each."""
        drafts = []
        for row in rows:
            with self._reporting(row.place):
                if (draft := self._row(row)) is not None:
                    drafts.append(draft)
        if not drafts:
            return
        try:
            self.writer.create(drafts, publish=self.publish)
        except OperationalError:
            raise
        except Exception:
            # One of them is not what the database takes; the others go in by themselves.
            logger.warning("A batch was refused, and is written page by page.", exc_info=True)
            self.writer.forget_lookups()
            for draft in drafts:
                with self._reporting(draft.place):
                    self.writer.create([draft], publish=self.publish)
                    self.report.created += 1
        else:
            self.report.created += len(drafts)

    def _row(self, row: Row) -> Draft | None:
        """Update the page of a row, or make the draft of a new one."""
        if row.problem:
            raise _RowFails("", row.problem)
        language = self._language(row)
        external_id = self._external_id(row, language)
        values = self._convert(row, language)
        if values is None:
            self.report.failed += 1
            return None
        organization = self._organization(row)
        known = self.writer.known(external_id, language)
        draft = None
        if known is None:
            draft = self.writer.draft(
                row.place,
                external_id,
                language=language,
                organization=organization,
                values=values,
            )
        else:
            outcome, warning = self.writer.update(
                known,
                organization=organization,
                language=language,
                values=values,
                publish=self.publish,
            )
            setattr(self.report, outcome, getattr(self.report, outcome) + 1)
            if warning:
                self.report.warnings.append(RowProblem(row.place, "", warning))
        self._warn_of_unreadable(row)
        return draft

    def _reporting(self, place: str) -> "_Reporting":
        return _Reporting(self, place)

    def failed(self, place: str, error: Exception) -> None:
        """Write down why a row was not imported."""
        self.report.failed += 1
        if isinstance(error, _RowFails):
            self.report.problems.append(RowProblem(place, error.column, str(error)))
        elif isinstance(error, (ValueProblem, ValidationError)):
            self.report.problems += [
                RowProblem(place, self._column(name), reason) for name, reason in reasons(error)
            ]
        else:
            logger.error("Row %s cannot be imported.", place, exc_info=error)
            reason = _("Unexpected: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
            self.report.problems.append(RowProblem(place, "", reason))

    def _external_id(self, row: Row, language: str) -> str:
        column = self.mapping.external_id
        external_id = str(row.values.get(column) or "").strip()
        if not external_id:
            raise _RowFails(column, _("The identifier is empty."))
        if len(external_id) > LONGEST_EXTERNAL_ID:
            raise _RowFails(
                column,
                _("The identifier has more than %(limit)d characters.")
                % {"limit": LONGEST_EXTERNAL_ID},
            )
        first = self.places.setdefault((external_id, language), row.place)
        if first != row.place:
            raise _RowFails(
                column,
                _("The identifier “%(id)s” stands in row %(row)s already.")
                % {"id": external_id, "row": first},
            )
        return external_id

    def _convert(self, row: Row, language: str) -> dict[str, Converted] | None:
        """The values of a row by field; None when some cannot be understood, and are reported."""
        values: dict[str, Converted] = {}
        problems = []
        for name, target in self.targets.items():
            try:
                values[name] = convert(target, row, language)
            except ValueProblem as error:
                problems.append(RowProblem(row.place, self._column(name), str(error)))
        self.report.problems += problems
        return None if problems else values

    def _warn_of_unreadable(self, row: Row) -> None:
        for column, value in row.values.items():
            if isinstance(value, str) and (count := value.count(REPLACEMENT)):
                self.report.warnings.append(
                    RowProblem(
                        row.place,
                        column,
                        ngettext(
                            "%(count)d unreadable character was left out.",
                            "%(count)d unreadable characters were left out.",
                            count,
                        )
                        % {"count": count},
                    )
                )

    def _column(self, field_name: str) -> str:
        rule = self.mapping.fields.get(field_name)
        return ", ".join(rule.columns or rule.sections) or field_name if rule else field_name

    def _language(self, row: Row) -> str:
        rule = self.mapping.language
        value = str(row.values.get(rule.column) or "").strip() if rule.column else ""
        value = rule.table.get(value.casefold(), value)
        # “fr-CA” is French.
        language = value.casefold().replace("_", "-").split("-")[0] or rule.default
        if language not in self.writer.locales:
            raise _RowFails(
                rule.column,
                _("No language “%(language)s” here. Known: %(known)s.")
                % {"language": value or language, "known": ", ".join(sorted(self.writer.locales))},
            )
        return language

    # Organizations

    def _organization(self, row: Row) -> Organization:
        if self.organization is not None:
            return self.organization
        rule = self.mapping.organization
        name = str(row.values.get(rule.column) or "").strip() if rule.column else ""
        name = rule.value if not name or name in self.mapping.empty else name
        if not name:
            raise _RowFails(rule.column, _("No organization is named: give one."))
        if name not in self.organizations:
            self.organizations[name] = self._find_or_create_organization(name)
        return self.organizations[name]

    def _find_or_create_organization(self, name: str) -> Organization:
        rule = self.mapping.organization
        known = dict(rule.known.get(name, {}))
        slug = known.pop("slug", slugify(name)[:80])
        found = Organization.objects.filter(slug=slug).first()
        if found is not None:
            return found
        if not rule.create:
            raise _RowFails(
                rule.column,
                _("No organization “%(slug)s”. Create it first, or let the mapping create it.")
                % {"slug": slug or name},
            )
        known.setdefault("name_fr", name)
        try:
            organization = create_organization(slug=slug, **known)
        except ValidationError as error:
            texts = " ".join(f"{name}: {text}" for name, text in reasons(error))
            raise _RowFails(
                rule.column,
                _("The organization “%(name)s” cannot be created: %(problems)s")
                % {"name": name, "problems": texts},
            ) from error
        self.report.organizations_created += 1
        return organization


@dataclass
class _Reporting:
    """Writes down what is wrong with one row, and goes on to the next."""

    run: _Import
    place: str

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> bool:
        # A database that is away, or busy for too long, is no fault of a row.
        if not isinstance(error, Exception) or isinstance(error, OperationalError):
            return False
        self.run.failed(self.place, error)
        return True
