"""What is asked of the search."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

Sort = Literal["relevance", "newest", "oldest", "verified", "title"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "verified", "title")


@dataclass(frozen=True)
class SearchQuery:
    """One question to the search.

    `audience` holds the viewer's tokens and is never left out: a document is found when it shares
    one. `locale` is the reader's language, for the analysis of `text`; `locales` the languages of
    the documents to look in (empty: all). `selections` gives the chosen values by facet, `facets`
    the facets to count. `page` counts from 1; a page beyond the last one is empty. Instead of a
    page, `cursor` asks for what follows results that gave it as their `next_cursor`. A `size` of 0
    asks for totals and counts alone.
    """

    locale: str
    audience: frozenset[str]
    text: str = ""
    locales: frozenset[str] = frozenset()
    selections: Mapping[str, frozenset[str]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    highlight: bool = True
    cursor: str = ""

    def respelled(self, text: str) -> Self:
        """The same question in other words, from its first results."""
        return replace(self, text=text, page=1, cursor="")


class InvalidCursor(ValueError):
    """A cursor that no results of this search gave."""

    def __init__(self) -> None:
        super().__init__("This cursor is not one that the search gave: start again without it.")


def first_rank(query: SearchQuery) -> int:
    """How many hits to skip, for engines that count them. Raises `InvalidCursor`."""
    if not query.cursor:
        return max(0, query.page - 1) * max(0, query.size)
    try:
        return int(base64.urlsafe_b64decode(query.cursor.encode("ascii")).decode("ascii"))
    except (ValueError, binascii.Error) as error:
        raise InvalidCursor from error


def cursor_after(query: SearchQuery, found: int, total: int) -> str:
    """The cursor for what follows a page of `found` hits, for such engines; "" at the end."""
    rank = first_rank(query) + found
    return base64.urlsafe_b64encode(str(rank).encode()).decode() if found and rank < total else ""
