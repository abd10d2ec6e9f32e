"""A dossier of many pages as several files, one after the other, in one archive."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count, islice
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _

from exchange.exporting.dossier import Dossier
from exchange.exporting.formats import Format


def in_volumes(chosen: Format) -> Format:
    """`chosen` as a ZIP of files of at most its `most` pages, of which none is left out."""
    assert chosen.most is not None
    others = chosen.most - 1  # beside the first of a file

    def write(dossier: Dossier) -> Iterator[bytes]:
        sent = _Sent()
        records = iter(dossier.records)
        with ZipFile(sent, "w") as archive:  # what it holds is compressed already
            for number in count(1):
                first = next(records, None)
                if first is None:
                    break
                volume = replace(
                    dossier,
                    title=_("%(title)s – part %(n)d") % {"title": dossier.title, "n": number},
                    records=chain([first], islice(records, others)),
                )
                name = f"{dossier.file_name}-{number}.{chosen.extension}"
                info = ZipInfo(name, (*dossier.day.timetuple()[:3], 0, 0, 0))
                with archive.open(info, "w", force_zip64=True) as file:
                    for piece in chosen.write(volume):
                        file.write(piece)
                        yield sent.taken()
        yield sent.taken()

    return replace(chosen, extension="zip", content_type="application/zip", write=write)


class _Sent(io.RawIOBase):
    """What was written and not yet sent: an archive needs no more than to be written on."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """All that was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
