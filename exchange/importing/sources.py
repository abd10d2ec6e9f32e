"""Readers of what others left: tables and folders of Markdown, as rows of values."""

from pathlib import Path

from django.utils.translation import gettext as _

from exchange.importing import markdown_files, tables
from exchange.importing.errors import ImportSetupError
from exchange.importing.mapping import ReadingOptions
from exchange.importing.records import Row, decode


def read(source: Path, options: ReadingOptions) -> list[Row]:
    """All rows of `source`: a `.csv` or `.xlsx` file, or a folder of `.md` and `.mdx` files.

    Raises `ImportSetupError` when nothing can be read.
    """
    try:
        if source.is_dir():
            return markdown_files.read_folder(source, options)
        if not source.exists():
            raise ImportSetupError(_("There is no file or folder “%(path)s”.") % {"path": source})
        match source.suffix.lower():
            case ".csv" | ".tsv" | ".txt":
                return tables.read_csv(decode(source.read_bytes(), options), options)
            case ".xlsx" | ".xlsm":
                return tables.read_xlsx(source, options)
            case ".md" | ".mdx":
                return [markdown_files.read_file(source, source.parent, options)]
    except OSError as error:
        raise ImportSetupError(
            _("“%(path)s” cannot be read: %(error)s")
            % {"path": source, "error": error.strerror or error}
        ) from error
    raise ImportSetupError(
        _("“%(path)s” cannot be imported. Give a .csv or .xlsx file, or a folder of .md files.")
        % {"path": source}
    )
