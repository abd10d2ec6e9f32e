"""From a dossier to the answer that a browser saves."""

from collections.abc import Iterator
from dataclasses import replace

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import override

from core.caching import for_one_reader
from exchange.exporting import progress
from exchange.exporting.dossier import Dossier
from exchange.exporting.formats import Format
from exchange.exporting.progress import Counted, told
from exchange.exporting.volumes import in_volumes


def download(
    chosen: Format, dossier: Dossier, *, total: int, is_told: bool = False
) -> StreamingHttpResponse:
    """The dossier in this format, sent piece by piece as it is made; as several files if need be.

    Where `is_told`, the pieces come with how far it is: see `progress`.
    """
    if chosen.files_of(total) > 1:
        chosen = in_volumes(chosen)
    name = f"{dossier.file_name}.{chosen.extension}"
    counted = Counted(dossier.records)
    pieces = _in_language(chosen.write(replace(dossier, records=counted)), dossier.language)
    if is_told:
        lines = told(pieces, counted, name=name, content_type=chosen.content_type, total=total)
        response = StreamingHttpResponse(lines, content_type=progress.CONTENT_TYPE)
        # What is held back, to be compressed or sent in larger pieces, tells nothing.
        response["Content-Encoding"] = "identity"
        response["X-Accel-Buffering"] = "no"
    else:
        response = StreamingHttpResponse(filter(None, pieces), content_type=chosen.content_type)
        response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Robots-Tag"] = "noindex"
    # What it holds depends on who asks.
    for_one_reader(response, varies_by=["Accept"])
    return response


def _in_language(pieces: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Each piece made in `language`: by then the request and its language are long over."""
    while True:
        with override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
