"""The facets as a reader sees them: labelled, in trees, with long lists folded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from search.answers import Answer
from search.core.results import FacetValue

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
class FacetGroup:
    """One facet: the values in sight, and those behind “more”."""

    name: str
    label: str
    shown: list[FacetChoice]
    folded: list[FacetChoice]


def facet_groups(answer: Answer) -> list[FacetGroup]:
    """The facets of an answer that have at least one value, in the declared order."""
    results = {facet.name: facet.values for facet in answer.results.facets}
    groups = []
    for facet in answer.facets:
        if values := results.get(facet.name):
            labels = answer.labels.labels(facet.name, [each.value for each in values])
            choices = _choices(facet.name, values, labels, tree=facet.kind == "tree")
            shown, folded = _in_sight(choices)
            groups.append(FacetGroup(facet.name, str(facet.label), shown, folded))
    return groups


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
