"""The formats that there are: one writer each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.exporting.dossier import Dossier
from exchange.exporting.linked_data import write_json_ld
from exchange.exporting.printing import TURNS, write_pdf
from exchange.exporting.references import write_bibtex, write_csl, write_ris
from exchange.exporting.tables import write_csv, write_xlsx
from exchange.exporting.texts import write_markdown
from exchange.exporting.turns import Turns


@dataclass(frozen=True)
class Format:
    """A format: its name in addresses, what it is for, and how it is written, piece by piece.

    A writer that is not yet at a piece may give empty ones, to say that it goes on.
    `most` is how many pages a file holds that must be made as a whole before it can be sent;
    `turns` are those in which such files are made.
    """

    name: str
    label: Any
    use: Any
    extension: str
    content_type: str
    write: Callable[[Dossier], Iterator[bytes]]
    most: int | None = None
    turns: Turns | None = None

    def files_of(self, total: int) -> int:
        """In how many files `total` pages come: one, or as many as hold them."""
        return max(1, ceil(total / self.most)) if self.most else 1


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            "pdf",
            _("PDF dossier"),
            _("to print or to send: a table of contents, then every page in full"),
            "pdf",
            "application/pdf",
            write_pdf,
            most=100,
            turns=TURNS,
        ),
        Format(
            "xlsx",
            _("Excel workbook (XLSX)"),
            _("to sort and compare: one line for each page"),
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_xlsx,
        ),
        Format(
            "csv",
            _("Table (CSV)"),
            _("the same table, for any program"),
            "csv",
            "text/csv; charset=utf-8",
            write_csv,
        ),
        Format(
            "markdown",
            _("Text (Markdown)"),
            _("every page in full, to reuse in a document"),
            "md",
            "text/markdown; charset=utf-8",
            write_markdown,
        ),
        Format(
            "ris",
            _("References (RIS)"),
            _("for Zotero, EndNote, Mendeley"),
            "ris",
            "application/x-research-info-systems; charset=utf-8",
            write_ris,
        ),
        Format(
            "bibtex",
            _("References (BibTeX)"),
            _("for LaTeX and JabRef"),
            "bib",
            "application/x-bibtex; charset=utf-8",
            write_bibtex,
        ),
        Format(
            "csl-json",
            _("References (CSL-JSON)"),
            _("for Pandoc and citation processors"),
            "json",
            "application/vnd.citationstyles.csl+json; charset=utf-8",
            write_csl,
        ),
        Format(
            "json-ld",
            _("Linked data (JSON-LD)"),
            _("for programs, in the words of schema.org"),
            "jsonld",
            "application/ld+json; charset=utf-8",
            write_json_ld,
        ),
    )
}
