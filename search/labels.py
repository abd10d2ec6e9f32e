"""The labels of facet values, in few queries however many facets a page shows."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.errors import DATABASE_AWAY
from search.core.declarations import Facet

# Names of lists, language → label by value, in the order of the list, for each name.
ListSource = Callable[[frozenset[str], str], Mapping[str, Mapping[str, str]]]

logger = logging.getLogger(__name__)

# What each list said when it was last asked, by source, name and language: good enough while the
# database is away.
_last_known: dict[tuple[ListSource, str, str], Mapping[str, str]] = {}


@dataclass(frozen=True)
class ClosedList:
    """Labels of a facet whose values are the entries of a list, such as a vocabulary.

    Give it to `Facet(labels=…)`. A value that is not in the list does not exist, whereas one that
    nothing is filed under yet does. Facets with the same `source` are answered by one call of it.
    """

    source: ListSource
    name: str

    def __call__(self, values: Iterable[str], locale: str) -> dict[str, str]:
        """The labels of those `values` that are in the list, in the language `locale`."""
        entries = self.source(frozenset({self.name}), locale).get(self.name, {})
        return {value: entries[value] for value in values if value in entries}


class LabelBook:
    """The labels of all facets in one language, each source asked at most once.

    Made for one request and dropped with it, so that a renamed term shows at once. While the
    database is away it gives the labels that this process has seen before.
    """

    def __init__(self, facets: Iterable[Facet], locale: str) -> None:
        self._facets = {facet.name: facet for facet in facets}
        self._locale = locale
        self._lists: dict[str, Mapping[str, str]] | None = None
        self._open: dict[str, dict[str, str]] = {}
        self._expected: dict[str, set[str]] = {}

    def expect(self, facet: str, values: Iterable[str]) -> None:
        """Say what will be asked for: the first question about `facet` is then the only one."""
        self._expected.setdefault(facet, set()).update(values)

    def entries(self, facet: str) -> Mapping[str, str] | None:
        """Every value of a facet and its label, or None for no closed list or an unknown one."""
        if not isinstance(self._facets[facet].labels, ClosedList):
            return None
        if self._lists is None:
            self._lists = self._load_lists()
        return self._lists.get(facet)

    def labels(self, facet: str, values: Iterable[str]) -> dict[str, str]:
        """A label for each value, the value itself where there is no other."""
        values = list(values)
        entries = self.entries(facet)
        if entries is None:
            entries = self._open_labels(self._facets[facet], values)
        return {value: entries.get(value) or _last_step(value) for value in values}

    def _load_lists(self) -> dict[str, Mapping[str, str]]:
        closed = {
            name: facet.labels
            for name, facet in self._facets.items()
            if isinstance(facet.labels, ClosedList)
        }
        names: dict[ListSource, set[str]] = {}
        for labels in closed.values():
            names.setdefault(labels.source, set()).add(labels.name)
        for source, each in names.items():
            try:
                found = source(frozenset(each), self._locale)
            except DATABASE_AWAY as problem:
                logger.warning("Labels as they were last known: %s", problem)
                continue
            _last_known.update({(source, name, self._locale): found[name] for name in found})
        known = {
            facet: _last_known.get((labels.source, labels.name, self._locale))
            for facet, labels in closed.items()
        }
        return {facet: entries for facet, entries in known.items() if entries is not None}

    def _open_labels(self, facet: Facet, values: list[str]) -> Mapping[str, str]:
        if facet.labels is None:
            return {}
        known = self._open.setdefault(facet.name, {})
        if set(values) - known.keys():
            missing = sorted((self._expected.pop(facet.name, set()) | set(values)) - known.keys())
            try:
                found = facet.labels(missing, self._locale)
            except DATABASE_AWAY:
                found = {}
            known.update({value: str(found.get(value, "")) for value in missing})
        return known


def _last_step(value: str) -> str:
    return value.rpartition("/")[2]
