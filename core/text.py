"""Rich text as plain text, for search, feeds and descriptions."""

import re
from html import unescape

_BREAKS = re.compile(r"<(?:br|/p|/h[1-6]|/li|/ul|/ol|/td|/tr)\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")
_SPACES = re.compile(r"\s+")
# What neither a database nor XML can hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
# The digits of the largest key that any database has.
_LONGEST_NUMBER = 18
# Where a line may break: the space inside « » may not.
_BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")


def plain_text(html: str) -> str:
    """The words of a rich text on one line; blocks stay apart by a space."""
    return _SPACES.sub(" ", unescape(_TAGS.sub("", _BREAKS.sub(" ", html)))).strip()


def reading_text(html: str) -> str:
    """The words of a rich text on one line, for people: what must not break apart does not."""
    return _BREAKABLE.sub(" ", unescape(_TAGS.sub("", _BREAKS.sub(" ", html)))).strip()


def beginning(text: str, words: int) -> str:
    """The first `words` words of `text`, and … where it goes on."""
    parts = text.split(" ")
    return text if len(parts) <= words else f"{' '.join(parts[:words]).rstrip(',;:')} …"


def paragraphs(html: str) -> list[str]:
    """The words of a rich text, one line for each paragraph, heading or item of a list."""
    lines = (reading_text(part) for part in _BREAKS.sub("\n", html).split("\n"))
    return [line for line in lines if line]


def printable(text: str) -> str:
    """`text` without the characters that no page, feed or table can hold."""
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """`text` on one line, as a title or the subject of a mail must be."""
    return _BREAKABLE.sub(" ", printable(text)).strip()


def number_in(text: str) -> int | None:
    """The number that a form or an address gives; None for what no row can be named by."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
