"""Rich text as plain text, for search, feeds and descriptions."""

import re
from html import unescape

_BREAKS = re.compile(r"<(?:br|/p|/h[1-6]|/li|/ul|/ol|/td|/tr)\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")
_SPACES = re.compile(r"\s+")


def plain_text(html: str) -> str:
    """The words of a rich text on one line; blocks stay apart by a space."""
    return _SPACES.sub(" ", unescape(_TAGS.sub("", _BREAKS.sub(" ", html)))).strip()
