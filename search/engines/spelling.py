"""A better spelling for a query that finds nothing, made of words that its reader may see."""

from collections.abc import Callable, Iterable

from search.core.analysis import analyse

# Visible words that begin with these letters, each with the number of documents that have it.
WordsStartingWith = Callable[[str], Iterable[tuple[str, int]]]

MAX_WORDS = 8


def closest_word(text: str, locale: str, words_starting_with: WordsStartingWith) -> str:
    """`text` with each unknown word replaced by the closest known one; "" when that is no help."""
    corrected: list[str] = []
    changed = False
    for token in analyse(text, locale)[:MAX_WORDS]:
        known = dict(words_starting_with(token.exact[:1]))
        if token.exact in known:
            corrected.append(token.exact)
            continue
        best = _closest(token.exact, known)
        if best is None:
            return ""
        corrected.append(best)
        changed = True
    return " ".join(corrected) if changed else ""


def _closest(word: str, known: dict[str, int]) -> str | None:
    limit = 1 if len(word) <= 5 else 2
    best: tuple[int, int, str] | None = None
    for candidate, count in known.items():
        if abs(len(candidate) - len(word)) > limit:
            continue
        distance = _distance(word, candidate, limit)
        if distance <= limit:
            score = (distance, -count, candidate)
            best = score if best is None or score < best else best
    return best[2] if best else None


def _distance(a: str, b: str, limit: int) -> int:
    """Edits between `a` and `b` (insert, delete, replace, swap neighbours); > limit may be cut."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, start=1):
        older, before, row = before, row, [i] + [0] * len(b)
        for j, other in enumerate(b, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]
