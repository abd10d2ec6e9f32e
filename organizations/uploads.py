"""What every uploaded file passes, whatever the door: its content is what its name says, and what
it tells beside its content (where a photo was taken, who wrote a document) is taken out.
"""

import re
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

MAX_DOCUMENT_SIZE = 20 * 1024 * 1024
# Of a compressed document, once it is unpacked: beyond, it is made to fill a memory.
MAX_UNPACKED_SIZE = 200 * 1024 * 1024
# Of a picture, in pixels: that of twelve million which phones take, and half that of forty-eight.
LONGEST_SIDE = 4032
# What becomes a JPEG: a phone may put two pictures into one, or use what few browsers show.
AS_JPEG = frozenset({"MPO", "HEIF"})
# What Pillow notes of an image that changes how it looks; all the rest goes.
KEPT = frozenset({"icc_profile", "transparency", "background", "duration", "loop", "disposal"})

ZIP, PDF = b"PK\x03\x04", b"%PDF-"
# A file that a document of each kind holds when it is what it says.
INSIDE = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
TEXTS = frozenset({"csv", "txt"})
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The parts of documents that name their authors, and what stands there instead.
SILENT = {
    "docprops/core.xml": _HEAD + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/'
    'package/2006/metadata/core-properties"/>',
    "docprops/app.xml": _HEAD + '<Properties xmlns="http://schemas.openxmlformats.org/'
    'officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": _HEAD + '<Properties xmlns="http://schemas.openxmlformats.org/'
    'officeDocument/2006/custom-properties"/>',
    "meta.xml": _HEAD + '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:'
    'xmlns:office:1.0" office:version="1.2"/>',
}
# Who changed or commented a text, where Word keeps it in the text itself.
_NAMES_IN_TEXT = re.compile(rb'\b(\w+:(?:author|initials|userId))="[^"]*"')
# What the libraries raise on files that are damaged, or made to be so.
BROKEN_IMAGE = (OSError, SyntaxError, ValueError, TypeError, RuntimeError, EOFError, struct.error)
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError)


class CleanImageForm(BaseImageForm):
    """Keeps an image without what the camera wrote in it."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return without_metadata(file) if isinstance(file, UploadedFile) else file


class CheckedDocumentForm(BaseDocumentForm):
    """Keeps a document that is what its name says, without the names of its authors."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return checked_document(file) if isinstance(file, UploadedFile) else file


def without_metadata(file: UploadedFile) -> UploadedFile:
    """The same picture, upright, without place, date, device, names or thumbnail.

    One that is larger than any screen becomes smaller; one from an iPhone (HEIC) becomes a JPEG.
    """
    file.seek(0)
    try:
        with Image.open(file) as picture:
            kind = "JPEG" if picture.format in AS_JPEG else str(picture.format)
            if getattr(picture, "is_animated", False) and kind != "JPEG":
                frames = [_bare(frame.copy()) for frame in ImageSequence.Iterator(picture)]
            else:
                # With a gap of one a JPEG is read at a fraction of its size, never whole.
                picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
                ImageOps.exif_transpose(picture, in_place=True)
                frames = [_bare(picture)]
        if kind == "JPEG" and frames[0].mode not in {"RGB", "L", "CMYK"}:
            frames = [frames[0].convert("RGB")]
        written = BytesIO()
        more: dict[str, Any] = {"quality": 90} if kind in {"JPEG", "WEBP"} else {}
        if len(frames) > 1:
            more |= {"save_all": True, "append_images": frames[1:]}
        frames[0].save(written, kind, **more)
    except BROKEN_IMAGE as error:
        raise ValidationError(_("This image is damaged: it cannot be read to its end.")) from error
    if Path(file.name or "").suffix.lower() == ".heic":
        file.name = str(Path(file.name or "").with_suffix(".jpg"))
    return _renewed(file, written.getvalue())


def _bare(picture: Image.Image) -> Image.Image:
    bare = picture.copy()
    bare.info = {name: value for name, value in picture.info.items() if name in KEPT}
    bare.getexif().clear()
    return bare


def checked_document(file: UploadedFile) -> UploadedFile:
    """The document without the names of its authors. `ValidationError` for what it is not.

    What a PDF says of its author stays: the form says so to those who choose one.
    """
    size = file.size or 0
    if size > MAX_DOCUMENT_SIZE:
        raise ValidationError(
            _("This document is too large (%(size)s): %(most)s at most.")
            % {"size": filesizeformat(size), "most": filesizeformat(MAX_DOCUMENT_SIZE)}
        )
    kind = Path(file.name or "").suffix.removeprefix(".").lower()
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    if kind in INSIDE:
        return _renewed(file, _silenced(file, kind))
    wrong = {
        "pdf": PDF not in start,
        "zip": not start.startswith((ZIP, b"PK\x05\x06")),
    }.get(kind, kind in TEXTS and b"\x00" in start)
    if wrong:
        raise _other_content(kind)
    return file


def _silenced(file: BinaryIO | UploadedFile, kind: str) -> bytes:
    """The parts of a document of an office suite, those that name people emptied."""
    written = BytesIO()
    try:
        with zipfile.ZipFile(file) as source, zipfile.ZipFile(written, "w") as copy:
            parts = source.infolist()
            if INSIDE[kind] not in {part.filename for part in parts}:
                raise _other_content(kind)
            if sum(part.file_size for part in parts) > MAX_UNPACKED_SIZE:
                raise ValidationError(_("This document is too large once it is unpacked."))
            for part in parts:
                content: bytes | str = SILENT.get(part.filename.lower()) or source.read(part)
                if isinstance(content, bytes) and part.filename.lower().startswith("word/"):
                    content = _NAMES_IN_TEXT.sub(rb'\1=""', content)
                copy.writestr(part, content)
    except BROKEN_ARCHIVE as error:
        raise _other_content(kind) from error
    return written.getvalue()


def _other_content(kind: str) -> ValidationError:
    return ValidationError(
        _("The content of this file is not what its name says (“.%(kind)s”).") % {"kind": kind}
    )


def _renewed(file: UploadedFile, content: bytes) -> UploadedFile:
    return SimpleUploadedFile(file.name or "file", content, file.content_type or "")
