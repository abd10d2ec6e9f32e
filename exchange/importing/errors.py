"""What can be wrong with an import, said so that its reader can mend it."""

from dataclasses import dataclass, field


class ImportSetupError(Exception):
    """The import cannot start: its mapping or its source is wrong. The message says what to do."""


class ValueProblem(ValueError):
    """One value cannot be converted. The message says why, in the reader's language."""


@dataclass(frozen=True)
class RowProblem:
    """What was wrong in one row: where it stands, in which column, and why."""

    row: str
    column: str
    reason: str


@dataclass
class ImportReport:
    """What an import did. Counts are numbers of pages."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    organizations_created: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        """The number of rows that were read."""
        return self.created + self.updated + self.unchanged + self.failed
