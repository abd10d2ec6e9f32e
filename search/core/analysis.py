"""From a text to the terms that are compared, in French and in English.

The French chain: elision, lower case, stop words, stem, and accents folded last (folding first
would make stop words and stems of accented words go wrong). Inclusive writing is spelled out:
« enseignant·e·s » stands for « enseignants » and « enseignantes ».
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

LOCALES = ("fr", "en")

# Words longer than this are noise (addresses, encoded files) and would only swell the index.
MAX_WORD_LENGTH = 60

_APOSTROPHES = "'’ʼ＇"
# A word, with the apostrophes and inclusive endings inside it.
_INCLUSIVE = (
    r"(?:[·•‧∙.\-(](?:e|le|ne|te|ve|se|fe|ère|ière|rice|trice|euse|esse)\)?(?:[·•‧∙.\-]?s)?(?!\w))"
)
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*{_INCLUSIVE}?")
_INCLUSIVE_PARTS = re.compile(
    r"^(?P<stem>.+?)[·•‧∙.\-(](?P<ending>[a-zè]+)\)?(?P<plural>[·•‧∙.\-]?s)?$"
)
_ELISION = re.compile(rf"^(?:l|d|j|m|t|s|c|n|qu|jusqu|lorsqu|puisqu|quoiqu)[{_APOSTROPHES}](?=\w)")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s?$")

_STOP_WORDS = {
    "fr": frozenset(
        [
            "au",
            "aux",
            "avec",
            "ce",
            "ces",
            "cet",
            "cette",
            "dans",
            "de",
            "des",
            "du",
            "elle",
            "elles",
            "en",
            "et",
            "est",
            "été",
            "être",
            "eu",
            "il",
            "ils",
            "je",
            "la",
            "le",
            "les",
            "leur",
            "leurs",
            "lui",
            "ma",
            "mais",
            "me",
            "même",
            "mes",
            "moi",
            "mon",
            "ne",
            "nos",
            "notre",
            "nous",
            "on",
            "ont",
            "ou",
            "où",
            "par",
            "pas",
            "pour",
            "qu",
            "que",
            "quel",
            "quelle",
            "quelles",
            "quels",
            "qui",
            "sa",
            "sans",
            "se",
            "ses",
            "si",
            "son",
            "sont",
            "sur",
            "ta",
            "te",
            "tes",
            "toi",
            "ton",
            "tu",
            "un",
            "une",
            "vos",
            "votre",
            "vous",
            "c",
            "d",
            "j",
            "l",
            "à",
            "m",
            "n",
            "s",
            "t",
            "y",
        ]
    ),
    "en": frozenset(
        [
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "but",
            "by",
            "for",
            "if",
            "in",
            "into",
            "is",
            "it",
            "no",
            "not",
            "of",
            "on",
            "or",
            "such",
            "that",
            "the",
            "their",
            "then",
            "there",
            "these",
            "they",
            "this",
            "to",
            "was",
            "will",
            "with",
        ]
    ),
}
_STEMMERS = {
    "fr": snowballstemmer.stemmer("french"),
    "en": snowballstemmer.stemmer("english"),
}
_FEMININES = {
    "rice": (3, "rice"), "trice": (4, "trice"), "euse": (3, "euse"), "esse": (1, "esse"),
    "ve": (1, "ve"), "fe": (1, "ve"), "se": (1, "se"), "ère": (2, "ère"), "ière": (3, "ière"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: its stemmed term, its exact (folded) form, and its span in characters."""

    term: str
    exact: str
    start: int
    end: int


def analyse(text: str, locale: str) -> list[Token]:
    """The words of `text` that count in a search, in the language `locale` ("fr" or "en").

    A word in inclusive writing gives two tokens of the same span. Stop words give none.
    """
    chain = "en" if locale.startswith("en") else "fr"
    tokens = []
    for word, start, end in _words(text):
        for exact, term in _terms(word, chain):
            tokens.append(Token(term, exact, start, end))
    return tokens


def fold(text: str) -> str:
    """`text` in lower case without accents: what a reader may type for it."""
    decomposed = unicodedata.normalize(
        "NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae")
    )
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    # Composed characters, so that an accent typed apart stays inside its word. A text that
    # changes length is rare, and its spans are then those of the composed text.
    for match in _WORD.finditer(compose(text)):
        if match.end() - match.start() <= MAX_WORD_LENGTH:
            yield match.group(), match.start(), match.end()


def compose(text: str) -> str:
    """`text` with composed accents: spans of tokens refer to this form."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=200_000)
def _terms(word: str, chain: str) -> tuple[tuple[str, str], ...]:
    """(exact form, stemmed term) of each word that `word` stands for; none for a stop word."""
    word = word.casefold() if word.isascii() else unicodedata.normalize("NFC", word.lower())
    found = {}
    for form in _spelled_out(word):
        if chain == "fr":
            form = _ELISION.sub("", form)
        else:
            form = _POSSESSIVE.sub("", form)
        if not form or form in _STOP_WORDS[chain]:
            continue
        exact = fold(form)
        term = fold(_STEMMERS[chain].stemWord(form))
        if exact:
            found[exact] = term or exact
    return tuple(found.items())


def _spelled_out(word: str) -> tuple[str, ...]:
    """The masculine and feminine words of inclusive writing, or the word itself."""
    match = _INCLUSIVE_PARTS.match(word)
    if match is None:
        return (word,)
    stem, ending, plural = (
        match["stem"],
        match["ending"],
        "s" if match["plural"] else "",
    )
    cut, feminine = _FEMININES.get(ending, (0, ending))
    return (stem + plural, (stem[:-cut] if cut else stem) + feminine + plural)
