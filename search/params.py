"""The address of a search: read into a query, and written back in one form only."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, Self, get_args
from urllib.parse import urlencode

from search.core.declarations import Facet
from search.core.query import SearchQuery, Sort

# The facet that is chosen when nobody chose: readers first want what they can read.
LANGUAGE = "language"
SORTS: tuple[Sort, ...] = get_args(Sort)
MAX_TEXT = 200
MAX_PAGE = 1_000
MAX_SIZE = 100
DEFAULT_SIZE = 10
# A person ticks a handful of values; an address with hundreds is not a person's.
MAX_VALUES = 200

# What mailings and social networks append to links says nothing to the search.
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|mc_[ce]id")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]+")

Kind = Literal["facet", "value", "sort", "number", "page", "lang", "text", "values"]


class Parameters(Protocol):
    """Parameters that may each come several times, such as Django's `QueryDict`."""

    def __iter__(self) -> Iterator[str]: ...

    def getlist(self, key: str) -> list[Any]: ...


@dataclass(frozen=True)
class Problem:
    """A part of an address that was not understood, and what could stand there instead."""

    kind: Kind
    parameter: str
    value: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Range:
    """From one whole number to another, both included; None leaves a side open."""

    first: int | None
    last: int | None
    bounds: tuple[int, int]

    @property
    def values(self) -> frozenset[str]:
        """The values of a facet that lie in it."""
        lowest, highest = self.bounds
        first = lowest if self.first is None else self.first
        last = highest if self.last is None else self.last
        return frozenset(str(number) for number in range(first, last + 1))


@dataclass(frozen=True)
class SearchParams:
    """What an address asks for. It makes addresses that differ from it by one step."""

    locale: str
    facets: tuple[str, ...]  # the names of the known ones, in the order in which they are shown
    text: str = ""
    selections: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    sort: Sort | None = None
    page: int = 1
    size: int = DEFAULT_SIZE

    @property
    def effective_sort(self) -> Sort:
        """The chosen order, or the fitting one: relevance needs words to be relevant to."""
        if self.sort and (self.text or self.sort != "relevance"):
            return self.sort
        return "relevance" if self.text else "newest"

    @property
    def is_plain(self) -> bool:
        """Whether this is the first page of everything, in the usual order."""
        return not self.querystring()

    @property
    def chosen(self) -> dict[str, frozenset[str]]:
        """The selections that the reader made: the reader's own language goes without saying."""
        usual = {LANGUAGE: frozenset({self.locale})}
        return {
            name: self.selections[name]
            for name in self.facets
            if self.selections.get(name) and self.selections[name] != usual.get(name)
        }

    def query(
        self,
        audience: frozenset[str],
        *,
        facets: Sequence[str] | None = None,
        size: int | None = None,
        highlight: bool = True,
    ) -> SearchQuery:
        """The question to put to the engine for a viewer with these tokens."""
        selections = self.chosen
        selections |= {name: chosen.values for name, chosen in self.ranges.items()}
        if LANGUAGE in self.facets:
            selections.setdefault(LANGUAGE, frozenset({self.locale}))
        return SearchQuery(
            locale=self.locale,
            audience=audience,
            text=self.text,
            selections=selections,
            facets=self.facets if facets is None else tuple(facets),
            sort=self.effective_sort,
            page=self.page,
            size=self.size if size is None else size,
            highlight=highlight,
        )

    def querystring(self) -> str:
        """The one query string for this search, empty for a plain one, with no leading “?”."""
        pairs = [("q", self.text)] if self.text else []
        chosen = self.chosen
        for name in self.facets:
            pairs += [(name, value) for value in sorted(chosen.get(name, ()))]
            if ends := self.ranges.get(name):
                numbers = zip(range_parameters(name), (ends.first, ends.last), strict=True)
                pairs += [(end, str(number)) for end, number in numbers if number is not None]
        if self.sort and self.sort != replace(self, sort=None).effective_sort:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs, safe="/")

    def url(self, path: str) -> str:
        """`path` with the query string of this search."""
        query = self.querystring()
        return f"{path}?{query}" if query else path

    def with_text(self, text: str) -> Self:
        """The same filters with other words, from the first page."""
        return replace(self, text=text, page=1)

    def with_page(self, page: int) -> Self:
        """Another page of the same results."""
        return replace(self, page=page)

    def with_selection(self, facet: str, values: Iterable[str]) -> Self:
        """The same search with exactly these values of `facet`, from the first page."""
        selections = {**self.selections, facet: frozenset(values)}
        return replace(self.without_range(facet), selections=selections)

    def without_value(self, facet: str, value: str) -> Self:
        """The same search with one filter less, from the first page."""
        return self.with_selection(facet, self.selections.get(facet, frozenset()) - {value})

    def without_range(self, facet: str) -> Self:
        """The same search without the range of `facet`, from the first page."""
        others = {name: ends for name, ends in self.ranges.items() if name != facet}
        return replace(self, ranges=others, page=1)

    def without_filters(self) -> Self:
        """The same words with no filter, from the first page."""
        return replace(self, selections={}, ranges={}, page=1)


def range_parameters(facet: str) -> tuple[str, str]:
    """The parameters for the two ends of a range of a facet with bounds."""
    return f"{facet}_from", f"{facet}_to"


def parse(
    data: Parameters, *, locale: str, facets: Sequence[Facet], api: bool = False
) -> tuple[SearchParams, list[Problem]]:
    """What the address asks for, and the parts of it that mean nothing and were left out.

    The API knows `page_size` and `lang` too, and takes nothing in silence. Whether a value exists
    is not known here: see `search.answers.ask`. A range of a facet takes the place of its values;
    the two ends may come in either order.
    """
    problems: list[Problem] = []
    names = {facet.name for facet in facets}
    names |= {end for facet in facets if facet.bounds for end in range_parameters(facet.name)}
    own = {"q", "sort", "page"} | ({"page_size", "lang"} if api else set())
    for name in data:
        if name not in names | own and (api or not _TRACKING.fullmatch(name)):
            known = tuple(facet.name for facet in facets)
            problems.append(Problem("facet", _clean(name), known=known))

    text = _clean(_last(data, "q"))
    if len(text) > MAX_TEXT:
        problems.append(Problem("text", "q", known=(str(MAX_TEXT),)))
        text = text[:MAX_TEXT]
    selections: dict[str, frozenset[str]] = {}
    ranges: dict[str, Range] = {}
    for facet in facets:
        values = {_clean(value) for value in data.getlist(facet.name)} - {""}
        if len(values) > MAX_VALUES:
            problems.append(Problem("values", facet.name, known=(str(MAX_VALUES),)))
            values = set(sorted(values)[:MAX_VALUES])
        if ends := _range(data, facet, problems):
            ranges[facet.name] = ends
        elif values:
            selections[facet.name] = frozenset(values)
    params = SearchParams(
        locale=locale,
        facets=tuple(facet.name for facet in facets),
        text=text.strip(),
        selections=selections,
        ranges=ranges,
        sort=_sort(data, problems),
        page=_number(data, "page", (1, MAX_PAGE), problems) or 1,
        size=(_number(data, "page_size", (1, MAX_SIZE), problems) if api else None) or DEFAULT_SIZE,
    )
    return params, problems


def _sort(data: Parameters, problems: list[Problem]) -> Sort | None:
    asked = _clean(_last(data, "sort"))
    for sort in SORTS:
        if sort == asked:
            return sort
    if asked:
        problems.append(Problem("sort", "sort", asked, SORTS))
    return None


def _range(data: Parameters, facet: Facet, problems: list[Problem]) -> Range | None:
    if facet.bounds is None:
        return None
    first, last = (
        _number(data, name, facet.bounds, problems) for name in range_parameters(facet.name)
    )
    if first is not None and last is not None:
        first, last = sorted((first, last))
    return None if first is last is None else Range(first, last, facet.bounds)


def _number(
    data: Parameters, name: str, bounds: tuple[int, int], problems: list[Problem]
) -> int | None:
    asked = _clean(_last(data, name))
    if not asked:
        return None
    lowest, highest = bounds
    # Long before it is too large for a page, a number can be too long to be read.
    number = int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else lowest - 1
    if lowest <= number <= highest:
        return number
    problems.append(Problem("number", name, asked, (str(lowest), str(highest))))
    return None


def _last(data: Parameters, name: str) -> str:
    values = data.getlist(name)
    return values[-1] if values else ""


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
