"""The facets as a reader sees them: labelled, in trees, with long lists folded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from search.answers import Answer
from search.core.declarations import Facet
from search.core.results import FacetValue
from search.params import Range, range_parameters

# How many values of a facet are in sight before one asks for more.
IN_SIGHT = 8


@dataclass
class FacetChoice:
    """One value that can be ticked, and the narrower ones below it."""

    id: str
    value: str
    label: str
    count: int
    selected: bool
    children: "list[Self]" = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something below it is chosen, which must then be in sight."""
        return any(child.selected or child.is_open for child in self.children)


@dataclass(frozen=True)
class Option:
    """One entry of a menu."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class RangeEnd:
    """The menu for one end of a range. Each entry says how much there is with it."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class FacetGroup:
    """One facet: the values in sight, and those behind “more”, or the two ends of a range."""

    name: str
    label: str
    shown: list[FacetChoice]
    folded: list[FacetChoice]
    ends: Sequence[RangeEnd] = ()


def facet_groups(answer: Answer) -> list[FacetGroup]:
    """The facets of an answer that have at least one value, in the declared order.

    Where nothing was found, only what the reader chose: nothing else could help.
    """
    results = {facet.name: facet.values for facet in answer.results.facets}
    groups = []
    for facet in answer.facets:
        values = results.get(facet.name, ())
        chosen = answer.params.ranges.get(facet.name)
        if not answer.results.total and not chosen and facet.name not in answer.params.chosen:
            continue
        if not values and not chosen:
            continue
        ends = _ends(facet, values, chosen)
        if ends:
            # An address may name values one by one: they are shown, to be taken back.
            values = () if chosen else tuple(each for each in values if each.selected)
        labels = answer.labels.labels(facet.name, [each.value for each in values])
        choices = _choices(facet.name, values, labels, tree=facet.kind == "tree")
        shown, folded = _in_sight(choices)
        groups.append(FacetGroup(facet.name, str(facet.label), shown, folded, ends))
    return groups


def _ends(facet: Facet, values: Sequence[FacetValue], chosen: Range | None) -> list[RangeEnd]:
    """The menus of a range; choosing an entry finds what it says, the other end being as it is."""
    if facet.bounds is None:
        return []
    chosen = chosen or Range(None, None, facet.bounds)
    lowest, highest = facet.bounds
    first = lowest if chosen.first is None else chosen.first
    last = highest if chosen.last is None else chosen.last
    counts = {int(each.value): each.count for each in values if each.value.isdecimal()}

    def count(start: int, end: int) -> int:
        return sum(each for number, each in counts.items() if start <= number <= end)

    firsts = {each for each in counts if each <= last} | ({first} & {chosen.first})
    lasts = {each for each in counts if each >= first} | ({last} & {chosen.last})
    names = range_parameters(facet.name)
    return [
        RangeEnd(
            names[0],
            pgettext("range", "From"),
            _options({each: count(each, last) for each in firsts}, chosen.first),
        ),
        RangeEnd(
            names[1],
            pgettext("range", "To"),
            _options({each: count(first, each) for each in lasts}, chosen.last),
        ),
    ]


def _options(counts: dict[int, int], chosen: int | None) -> list[Option]:
    """The numbers of `counts`, the highest first, each with what it would find."""
    found = [Option("", pgettext("range", "No limit"), chosen is None)]
    for number in sorted(counts, reverse=True):
        count = number_format(counts[number], force_grouping=True)
        label = _("%(value)s (%(n)s)") % {"value": number, "n": count}
        found.append(Option(str(number), label, number == chosen))
    return found


def _choices(
    facet: str, values: Sequence[FacetValue], labels: dict[str, str], *, tree: bool
) -> list[FacetChoice]:
    choices = {
        each.value: FacetChoice(
            id=f"facet-{facet}-{each.value.replace('/', '--')}",
            value=each.value,
            label=labels[each.value],
            count=each.count,
            selected=each.selected,
        )
        for each in values
    }
    roots: list[FacetChoice] = []
    for value, choice in choices.items():
        parent = choices.get(value.rpartition("/")[0]) if tree else None
        (parent.children if parent else roots).append(choice)
    return roots


def _in_sight(
    choices: list[FacetChoice],
) -> tuple[list[FacetChoice], list[FacetChoice]]:
    """The first values and every chosen one; a list barely too long is not worth folding."""
    if len(choices) <= IN_SIGHT + 2:
        return choices, []
    shown: list[FacetChoice] = []
    folded: list[FacetChoice] = []
    for rank, choice in enumerate(choices):
        in_sight = rank < IN_SIGHT or choice.selected or choice.is_open
        (shown if in_sight else folded).append(choice)
    return shown, folded
