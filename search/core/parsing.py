"""What a reader typed, as clauses that every engine understands the same way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from search.core.analysis import Token, analyse
from search.core.synonyms import Synonyms, Terms, by_position

MAX_TEXT_LENGTH = 500
MAX_CLAUSES = 32
# A single letter begins too many words to say anything.
MIN_PREFIX_LENGTH = 2

_QUOTED = re.compile(
    r"(?P<minus>(?<!\S)-)?(?:\"(?P<straight>[^\"]*)\"|«(?P<french>[^»]*)»|“(?P<curly>[^”]*)”)"
)
_MINUS_WORD = re.compile(r"(?<!\S)-(?=[^\W\d_])(\S+)")


@dataclass(frozen=True)
class Word:
    """A word to find: any of its `terms`, or one of `phrases`, which mean the same.

    `exact` are its folded spellings, found or not; documents that have one come first. For a
    `prefix`, any word that starts with one of them is found as well.
    """

    terms: tuple[str, ...]
    exact: tuple[str, ...]
    prefix: bool = False
    phrases: tuple[Terms, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """Terms to find next to one another, in this order, in one field."""

    terms: Terms


@dataclass(frozen=True)
class ParsedText:
    """All of `words` and `phrases` must be found, none of `excluded` may be."""

    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.excluded)

    @property
    def ranks(self) -> bool:
        """Whether it says what is more relevant than what: exclusions alone do not."""
        return bool(self.words or self.phrases)

    @property
    def terms(self) -> frozenset[str]:
        """Every term to highlight."""
        found = {term for word in self.words for term in word.terms}
        found |= {term for word in self.words for phrase in word.phrases for term in phrase}
        return frozenset(found | {term for phrase in self.phrases for term in phrase.terms})

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The exact beginnings to highlight."""
        return tuple(exact for word in self.words if word.prefix for exact in word.exact)


def parse(text: str, locale: str, synonyms: Synonyms | None = None) -> ParsedText:
    """The clauses of any text at all: "exact phrases", -excluded words, and words.

    The last word also stands for the words that start with it, unless a space or a mark follows:
    the reader may still be typing. Synonyms widen words, not phrases, which are meant to the
    letter.
    """
    text = "".join(c if c.isprintable() else " " for c in text[:MAX_TEXT_LENGTH])
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []

    def take_phrase(match: re.Match[str]) -> str:
        inner = match["straight"] or match["french"] or match["curly"] or ""
        if terms := _first_terms(inner, locale):
            (excluded if match["minus"] else phrases).append(Phrase(terms))
        return " . "

    def take_excluded(match: re.Match[str]) -> str:
        if terms := _first_terms(match[1], locale):
            excluded.append(Phrase(terms))
        return " . "

    rest = _MINUS_WORD.sub(take_excluded, _QUOTED.sub(take_phrase, text))
    positions = list(by_position(analyse(rest, locale)))
    others = (synonyms or Synonyms()).found_in(positions, locale)
    words = [
        _word(tokens, alternatives, typing=tokens[0].end == len(rest))
        for tokens, alternatives in zip(positions, others, strict=True)
    ]
    return ParsedText(
        tuple(dict.fromkeys(words))[:MAX_CLAUSES],
        tuple(dict.fromkeys(phrases))[:MAX_CLAUSES],
        tuple(dict.fromkeys(excluded))[:MAX_CLAUSES],
    )


def _word(tokens: Sequence[Token], others: Sequence[Terms], *, typing: bool) -> Word:
    terms = [token.term for token in tokens] + [each[0] for each in others if len(each) == 1]
    exact = dict.fromkeys(token.exact for token in tokens)
    return Word(
        tuple(dict.fromkeys(terms)),
        tuple(exact),
        prefix=typing and all(len(each) >= MIN_PREFIX_LENGTH for each in exact),
        phrases=tuple(each for each in others if len(each) > 1),
    )


def _first_terms(text: str, locale: str) -> Terms:
    return tuple(tokens[0].term for tokens in by_position(analyse(text, locale)))
