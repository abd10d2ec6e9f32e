"""How much a word weighs in a document, decided by that document alone.

The usual formula (BM25) also looks at how common a word is in the whole index. Documents that a
reader may not see would then change the order of those they may see, which would betray them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from search.core.analysis import Words
from search.core.declarations import Field

# Weights are kept as one of so many levels, each `STEP` times the one below: an engine then only
# has to know which documents have a term at a level. Scores are whole numbers, and their sums are
# the same in every engine.
LEVELS = 28
STEP = 1.2
LOWEST = 10
SCORES: tuple[int, ...] = tuple(round(LOWEST * STEP**level) for level in range(LEVELS))

# What a word adds that is spelled as the reader did, and what the beginning of a word is worth.
EXACT_SCORE = 20
PREFIX_SCORE = 4


def level_of_terms(fields: Iterable[tuple[Field, Words]]) -> dict[str, int]:
    """The level (0 to `LEVELS` - 1) of each term of a document, given the words of its fields.

    A term weighs more in a field of high boost, in a short one, and when it comes back, but less
    and less each time.
    """
    weights: dict[str, float] = {}
    for field, words in fields:
        damping = 0.3 * math.log2(1 + len(words.readings))
        for term, count in Counter(words.terms).items():
            weight = field.boost * count / (count + damping)
            weights[term] = weights.get(term, 0.0) + weight
    return {term: _level(weight) for term, weight in weights.items()}


# Most terms come once, in texts of a few lengths.
@lru_cache(maxsize=10_000)
def _level(weight: float) -> int:
    if weight <= 0:
        return 0
    level = round(math.log(100 * weight / LOWEST, STEP))
    return min(max(level, 0), LEVELS - 1)


def word_score(levels: Mapping[str, int], terms: Iterable[str]) -> int:
    """The score of the heaviest of `terms` in a document with these `levels`; 0 for none."""
    return max((SCORES[levels[term]] for term in terms if term in levels), default=0)
