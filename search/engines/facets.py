"""How the values of a facet are listed."""

from collections.abc import Mapping

from search.core.declarations import Facet
from search.core.results import FacetValue


def ordered_values(
    facet: Facet, counts: Mapping[str, int], selected: frozenset[str]
) -> tuple[FacetValue, ...]:
    """Every value that was counted and every selected one, in the facet's order."""
    values = [
        FacetValue(value, counts.get(value, 0), value in selected)
        for value in sorted(counts.keys() | selected)
    ]
    if facet.order == "value-desc":
        values.reverse()
    elif facet.order == "count":
        values.sort(key=lambda v: -v.count)
    return tuple(values)
