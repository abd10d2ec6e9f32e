"""What is kept in an index."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from search.core.analysis import fold


@dataclass(frozen=True)
class Document:
    """One page in one language, ready to be indexed.

    `audience` holds the tokens of those who may find it. `facets` gives the values of each facet;
    the values of a tree facet are full paths ("teaching/assessment") and engines add their
    ancestors. `sort` gives sort keys by name: "published" and "verified" are whole numbers (such as
    seconds since 1970), "title" a text. `stored` is what a results page shows of it, as JSON.
    """

    key: str
    locale: str
    audience: frozenset[str]
    texts: Mapping[str, str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Mapping[str, int | str] = field(default_factory=dict)
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title_key(self) -> str:
        """The text by which it is put in the order of titles."""
        return str(self.sort.get("title", "")) or fold(self.texts.get("title", ""))

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the whole content: equal when there is nothing to write again."""
        content = [
            self.key,
            self.locale,
            sorted(self.audience),
            sorted(self.texts.items()),
            sorted((name, sorted(values)) for name, values in self.facets.items()),
            sorted((name, str(value)) for name, value in self.sort.items()),
            self.stored,
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Write:
    """One write of a batch: the document at this version, or its removal where it is None.

    Versions grow; an engine ignores a write that is not newer than what it knows of the key,
    removed or not.
    """

    key: str
    version: int
    document: Document | None


def with_ancestors(path: str) -> list[str]:
    """A tree value and its ancestors: "a/b/c" gives "a", "a/b" and "a/b/c"."""
    parts = path.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]
