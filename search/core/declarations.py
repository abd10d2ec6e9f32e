"""What a room declares so that its pages can be found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from search.core.documents import Document

# Value → label, for a set of values, in a language such as "fr".
Labels = Callable[[Iterable[str], str], Mapping[str, str]]


@dataclass(frozen=True)
class Field:
    """A text of a document that words are searched in. A higher `boost` makes it weigh more."""

    name: str
    boost: float = 1.0
    highlight: bool = False
    label: object = ""  # what readers call it, perhaps lazily translated: shown with str()


@dataclass(frozen=True)
class Facet:
    """A way to narrow results.

    `kind` is "flat", or "tree" where values are paths such as "teaching/assessment" and a parent
    counts the distinct documents of all its descendants. `within` says how several values of the
    facet combine: "or" (the default) or "and". `order` says how values are listed: by falling
    "count", by "value", or by falling value ("value-desc"). `suggested` offers the labels of its
    values while a reader types. `bounds` are the lowest and the highest value where all are whole
    numbers and a document has one at most, such as a year: readers then choose from one to another.
    """

    name: str
    label: object  # a text, perhaps lazily translated: shown with str()
    labels: Labels | None = None
    kind: Literal["flat", "tree"] = "flat"
    within: Literal["or", "and"] = "or"
    order: Literal["count", "value", "value-desc"] = "count"
    suggested: bool = False
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True)
class Profile:
    """How one kind of page becomes documents.

    `model` is the label of its Django model ("practices.PracticeSheetPage"). `documents` builds
    the documents of the pages with these primary keys, as the database has them now and with a
    constant number of queries; a page that must not be found is left out.
    """

    model: str
    fields: tuple[Field, ...]
    facets: tuple[Facet, ...]
    documents: Callable[[Sequence[int]], list[Document]]
