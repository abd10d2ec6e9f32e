"""What is asked of the search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Sort = Literal["relevance", "newest", "oldest", "verified", "title"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "verified", "title")


@dataclass(frozen=True)
class SearchQuery:
    """One question to the search.

    `audience` holds the viewer's tokens and is never left out: a document is found when it shares
    one. `locale` is the reader's language, for the analysis of `text`; `locales` the languages of
    the documents to look in (empty: all). `selections` gives the chosen values by facet, `facets`
    the facets to count. `page` counts from 1.
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
