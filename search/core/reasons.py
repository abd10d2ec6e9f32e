"""Why a document was found: in which of its texts, and by what other words than those typed."""

from collections.abc import Iterable, Iterator

from search.core.analysis import analyse, fold
from search.core.parsing import ParsedText, parse
from search.core.results import Fragment, Match
from search.core.synonyms import Terms, by_position

# How far apart the words of one expression may stand: “déficit de l’attention”.
WIDEST_GAP = 6  # characters
MOST_WORDS = 3


class Reasons:
    """Tells the words that a reader typed from those that only mean the same."""

    def __init__(self, text: str, parsed: ParsedText, locale: str) -> None:
        self._locale = locale
        typed = parse(text, locale)
        self._typed, self._begun = typed.terms, typed.prefixes
        self._others: set[Terms] = {phrase for word in parsed.words for phrase in word.phrases}
        self._others |= {(term,) for word in parsed.words for term in word.terms}

    def of(self, field: str, fragments: Iterable[Fragment]) -> Match | None:
        """What answers the query in the pieces of one text, or None where nothing does."""
        words: dict[str, str] = {}
        others: dict[str, str] = {}
        for fragment in fragments:
            for piece, is_typed in self._pieces(fragment):
                if is_typed:
                    words.setdefault(fold(piece), piece)
                elif self._means_the_same(piece):
                    others.setdefault(fold(piece), piece)
        if not words and not others:
            return None
        return Match(field, tuple(words.values())[:MOST_WORDS], tuple(others.values())[:MOST_WORDS])

    def _pieces(self, fragment: Fragment) -> Iterator[tuple[str, bool]]:
        """Each word that matches and whether it was typed; expressions of others in one piece."""
        text = fragment.text
        start = end = -1
        for first, last in fragment.spans:
            is_typed = self._is_typed(text[first:last])
            if start >= 0 and not is_typed and first - end <= WIDEST_GAP:
                end = last
                continue
            if start >= 0:
                yield text[start:end], False
                start = -1
            if is_typed:
                yield text[first:last], True
            else:
                start, end = first, last
        if start >= 0:
            yield text[start:end], False

    def _is_typed(self, word: str) -> bool:
        return any(
            token.term in self._typed or token.exact.startswith(self._begun)
            for token in analyse(word, self._locale)
        )

    def _means_the_same(self, piece: str) -> bool:
        """Whether a whole expression is there, and not a word of it alone."""
        readings = [
            {token.term for token in tokens} for tokens in by_position(analyse(piece, self._locale))
        ]
        return any(
            all(term in readings[at + place] for place, term in enumerate(other))
            for other in self._others
            for at in range(len(readings) - len(other) + 1)
        )
