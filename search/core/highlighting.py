"""Where the words of a query stand in a text."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from search.core.analysis import Form, compose, spans_of
from search.core.parsing import ParsedText
from search.core.query import SearchQuery
from search.core.reasons import Reasons
from search.core.results import Fragment, Match
from search.core.schema import Schema

FRAGMENT_LENGTH = 220  # characters
# A long text full of matches is not searched to its end for a better piece.
MOST_SPANS = 200


class Highlighter:
    """Finds the words of a query in texts in the language `locale`.

    What is known of a word in one text holds in the next: texts share most of their words.
    """

    def __init__(self, parsed: ParsedText, locale: str) -> None:
        self._terms, self._prefixes = parsed.terms, parsed.prefixes
        self._locale = locale
        self._known: dict[str, bool] = {}

    def fragments(self, text: str, *, whole: bool = False) -> tuple[Fragment, ...]:
        """The piece of `text` that says most about the query, with its matches; () for no match.

        `whole` keeps the whole text, for a title.
        """
        if not text or not (self._terms or self._prefixes):
            return ()
        text = compose(text)
        spans = spans_of(text, self._locale, self._is_wanted, self._known)
        if not spans:
            return ()
        if whole or len(text) <= FRAGMENT_LENGTH:
            return (Fragment(text, tuple(spans)),)
        start, end = _best_window(text, spans[:MOST_SPANS])
        inside = [(s - start, e - start) for s, e in spans if s >= start and e <= end]
        return (Fragment(text[start:end], tuple(inside)),)

    def _is_wanted(self, form: Form) -> bool:
        return form.term in self._terms or form.exact.startswith(self._prefixes)


class Marks(NamedTuple):
    """What of one document matches: the pieces to show, by field, and the reasons."""

    highlights: dict[str, tuple[Fragment, ...]]
    matches: tuple[Match, ...]


NO_MARKS = Marks({}, ())


class HitHighlights:
    """The highlights of the hits of one query, each in the language of its document."""

    def __init__(self, schema: Schema, query: SearchQuery) -> None:
        self._schema = schema
        self._text = query.text if query.highlight else ""
        self._shown = {field.name for field in schema.fields if field.highlight}
        self._by_locale: dict[str, tuple[Highlighter, Reasons]] = {}

    def of(self, texts: Mapping[str, str], locale: str) -> Marks:
        """What matches in a document, given its `texts` by field."""
        if not self._text:
            return NO_MARKS
        if locale not in self._by_locale:
            parsed = self._schema.parse(self._text, locale)
            self._by_locale[locale] = (
                Highlighter(parsed, locale),
                Reasons(self._text, parsed, locale),
            )
        highlighter, reasons = self._by_locale[locale]
        found = {
            field.name: highlighter.fragments(
                texts.get(field.name, ""), whole=field.name == "title"
            )
            for field in self._schema.fields
        }
        matches = (reasons.of(name, fragments) for name, fragments in found.items() if fragments)
        return Marks(
            {name: each for name, each in found.items() if each and name in self._shown},
            tuple(match for match in matches if match),
        )


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
