"""A better spelling for a query that finds nothing, made of words that its reader may see."""

from collections.abc import Callable, Iterable

from search.core.analysis import Token, analyse, compose
from search.core.parsing import MAX_TEXT_LENGTH

# Visible words that begin with a letter: folded, with accents, and in how many documents.
WordsStartingWith = Callable[[str], Iterable[tuple[str, str, int]]]

MAX_WORDS = 8


def closest_spelling(text: str, locale: str, words_starting_with: WordsStartingWith) -> str:
    """`text` with each unknown word replaced by the closest known one; "" when that is no help.

    Quotes, marks and known words stay as they were typed.
    """
    text = compose(text[:MAX_TEXT_LENGTH])
    spans: dict[tuple[int, int], list[Token]] = {}
    for token in analyse(text, locale):
        spans.setdefault((token.start, token.end), []).append(token)
    corrected = text
    # From the last to the first, so that what is replaced moves nothing that is yet to be.
    for (start, end), tokens in sorted(spans.items(), reverse=True)[-MAX_WORDS:]:
        spellings = {token.exact for token in tokens}
        # The second letter too: the first may have been forgotten, or swapped.
        letters = {letter for spelling in spellings for letter in spelling[:2]}
        known = {each for letter in letters for each in words_starting_with(letter)}
        if spellings & {exact for exact, _surface, _count in known}:
            continue
        best = _closest(spellings, known)
        if best is None:
            return ""
        corrected = corrected[:start] + best + corrected[end:]
    return corrected if corrected != text else ""


def _closest(spellings: Iterable[str], known: Iterable[tuple[str, str, int]]) -> str | None:
    """The known word with the fewest edits, then the most documents."""
    best: tuple[int, int, str] | None = None
    for word in sorted(spellings):
        limit = 1 if len(word) <= 5 else 2
        for exact, surface, count in known:
            if abs(len(exact) - len(word)) > limit:
                continue
            distance = _distance(word, exact, limit)
            if distance <= limit:
                score = (distance, -count, surface)
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
