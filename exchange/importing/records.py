"""One record of a source, and the text of its files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from charset_normalizer import from_bytes

from core.text import printable
from exchange.importing.mapping import ReadingOptions

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# What detection may answer: with every codec of Python it finds Hebrew in a short French text.
_ENCODINGS = ["cp1252", "mac_roman", "cp850"]
_STRAYS = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Row:
    """One record of a source: where it stands (for messages) and its values by column.

    A `problem` says why the record cannot be read at all.
    """

    place: str
    values: Mapping[str, Any]
    sections: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def decode(data: bytes, options: ReadingOptions) -> str:
    """`data` as text, with U+FFFD for bytes that neither the encoding nor the table knows."""
    encoding = options.encoding or detect_encoding(data)
    try:
        text = data.decode(encoding, "surrogateescape")
    except UnicodeDecodeError:
        # UTF-16 that ends in the middle of a character has no single stray byte.
        text = data.decode(encoding, "replace")
    text = _STRAYS.sub(lambda m: options.stray_bytes.get(ord(m[0]) - 0xDC00, REPLACEMENT), text)
    return cleaned(text, options)


def cleaned(text: str, options: ReadingOptions) -> str:
    """`text` without control characters, and with the replacements of the mapping."""
    text = printable(text)
    for old, new in options.replace.items():
        text = text.replace(old, new)
    return text


def detect_encoding(data: bytes) -> str:
    """The name of the encoding that `data` is most likely written in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    text = data.decode("utf-8", "surrogateescape")
    strays = len(_STRAYS.findall(text))
    # A few damaged bytes do not make another encoding of a text that is UTF-8 elsewhere.
    if not strays or strays * 4 < sum(1 for character in text if "\x80" <= character < "\ud800"):
        return "utf-8"
    guess = from_bytes(data, cp_isolation=_ENCODINGS).best()
    return guess.encoding if guess else "cp1252"
