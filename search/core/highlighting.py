"""Where the words of a query stand in a text."""

from collections.abc import Sequence

from search.core.analysis import analyse, compose
from search.core.parsing import ParsedText
from search.core.results import Fragment

FRAGMENT_LENGTH = 220  # characters
# A long text full of matches is not searched to its end for a better piece.
MOST_SPANS = 200


def highlight(
    text: str, parsed: ParsedText, locale: str, *, whole: bool = False
) -> tuple[Fragment, ...]:
    """The piece of `text` that says most about the query, with its matches; () for no match.

    `whole` keeps the whole text, for a title.
    """
    if not text or not (parsed.terms or parsed.prefixes):
        return ()
    text = compose(text)
    terms, prefixes = parsed.terms, parsed.prefixes
    spans = sorted(
        {
            (token.start, token.end)
            for token in analyse(text, locale)
            if token.term in terms or (prefixes and token.exact.startswith(prefixes))
        }
    )
    if not spans:
        return ()
    if whole or len(text) <= FRAGMENT_LENGTH:
        return (Fragment(text, tuple(spans)),)
    start, end = _best_window(text, spans[:MOST_SPANS])
    inside = [(s - start, e - start) for s, e in spans if s >= start and e <= end]
    return (Fragment(text[start:end], tuple(inside)),)


def _best_window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Start and end of the piece that holds most different matches, cut between words."""
    best, most = spans[0][0], 0
    for start, _end in spans:
        count = len(
            {text[s:e].casefold() for s, e in spans if start <= s and e <= start + FRAGMENT_LENGTH}
        )
        if count > most:
            best, most = start, count
    start = max(0, best - FRAGMENT_LENGTH // 5)
    if start:
        space = text.find(" ", start, best)
        start = space + 1 if space != -1 else best
    end = min(len(text), start + FRAGMENT_LENGTH)
    if end < len(text):
        space = text.rfind(" ", start, end)
        last = max((e for s, e in spans if s >= start and e <= end), default=start)
        end = space if space > last else end
    return start, end
