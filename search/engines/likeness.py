"""Which documents are like another one: those that share its telling words."""

import math
from collections.abc import Callable, Mapping

from search.core.weights import SCORES

# The heaviest words of a document are looked at, and the most telling of these are compared.
CANDIDATES = 40
TELLING = 15


def heaviest_terms(levels: Mapping[str, int]) -> list[str]:
    """The terms of a document with these `levels` that may tell what it is about."""
    return sorted(levels, key=lambda term: (-levels[term], term))[:CANDIDATES]


def telling_terms(
    levels: Mapping[str, int], documents_with: Callable[[str], int], documents: int
) -> dict[str, int]:
    """Terms of a document with these `levels`, and what each one is worth.

    `documents_with` gives the number of other documents with a term, out of `documents`: a word
    that few have says most. Only documents that the reader may find may be counted.
    """
    worth = {}
    for term in heaviest_terms(levels):
        if count := documents_with(term):
            rarity = math.log2(1 + documents / count)
            worth[term] = max(1, round(rarity * math.sqrt(SCORES[levels[term]])))
    best = sorted(worth, key=lambda term: (-worth[term], term))[:TELLING]
    return {term: worth[term] for term in best}


def likeness(levels: Mapping[str, int], terms: Mapping[str, int]) -> int:
    """How like a document with these `levels` is: the worth of the telling terms that it has."""
    return sum(worth for term, worth in terms.items() if term in levels)
