"""What a reader typed, as clauses that every engine understands the same way."""

import re
from dataclasses import dataclass

from search.core.analysis import Token, analyse

MAX_TEXT_LENGTH = 500
MAX_CLAUSES = 32

_QUOTED = re.compile(
    r"(?P<minus>(?<!\S)-)?(?:\"(?P<straight>[^\"]*)\"|«(?P<french>[^»]*)»|“(?P<curly>[^”]*)”)"
)
_MINUS_WORD = re.compile(r"(?<!\S)-(?=[^\W\d_])(\S+)")


@dataclass(frozen=True)
class Word:
    """A word to find: any of its terms, or, for a `prefix`, any word that starts with it."""

    terms: tuple[str, ...]
    exact: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Phrase:
    """Terms to find next to one another, in this order, in one field."""

    terms: tuple[str, ...]


@dataclass(frozen=True)
class ParsedText:
    """All of `words` and `phrases` must be found, none of `excluded` may be."""

    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.excluded)

    @property
    def terms(self) -> frozenset[str]:
        """Every term to highlight."""
        found = {term for word in self.words for term in word.terms}
        return frozenset(found | {term for phrase in self.phrases for term in phrase.terms})

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The exact beginnings to highlight."""
        return tuple(exact for word in self.words if word.prefix for exact in word.exact)


def parse(text: str, locale: str) -> ParsedText:
    """The clauses of any text at all: "exact phrases", -excluded words, and words.

    The last word also stands for the words that start with it, unless a space or a mark follows:
    the reader may still be typing.
    """
    text = "".join(c if c.isprintable() else " " for c in text[:MAX_TEXT_LENGTH])
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []

    def take_phrase(match: re.Match[str]) -> str:
        inner = match["straight"] or match["french"] or match["curly"] or ""
        if terms := tuple(token.term for token in _one_per_span(analyse(inner, locale))):
            (excluded if match["minus"] else phrases).append(Phrase(terms))
        return " . "

    def take_excluded(match: re.Match[str]) -> str:
        for token in _one_per_span(analyse(match[1], locale)):
            excluded.append(Phrase((token.term,)))
        return " . "

    rest = _MINUS_WORD.sub(take_excluded, _QUOTED.sub(take_phrase, text))
    spans: dict[tuple[int, int], list[Token]] = {}
    for token in analyse(rest, locale):
        spans.setdefault((token.start, token.end), []).append(token)
    words = [
        Word(
            tuple(dict.fromkeys(token.term for token in tokens)),
            tuple(dict.fromkeys(token.exact for token in tokens)),
            prefix=end == len(rest) and end - start >= 2,
        )
        for (start, end), tokens in spans.items()
    ]
    return ParsedText(
        tuple(dict.fromkeys(words))[:MAX_CLAUSES],
        tuple(dict.fromkeys(phrases))[:MAX_CLAUSES],
        tuple(dict.fromkeys(excluded))[:MAX_CLAUSES],
    )


def _one_per_span(tokens: list[Token]) -> list[Token]:
    return list({(token.start, token.end): token for token in reversed(tokens)}.values())[::-1]
