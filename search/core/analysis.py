"""From a text to the terms that are compared, in French and in English.

The French chain: elision, lower case, stop words, stem, and accents folded last (folding first
would make stop words and stems of accented words go wrong). Inclusive writing is spelled out:
« enseignant·e·s » stands for « enseignants » and « enseignantes ». A word with hyphens stands for
its parts and for the whole written as one, and an acronym with dots for the one without.
"""

import re
import threading
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import snowballstemmer

Chain = Literal["fr", "en"]
CHAINS: tuple[Chain, ...] = ("fr", "en")

# Words longer than this are noise (addresses, encoded files) and would only swell the index.
MAX_WORD_LENGTH = 60
# A longer string of hyphens is a list or an address rather than one word.
MAX_PARTS = 4

_APOSTROPHES = "'’ʼ＇"
_HYPHENS = "-‐‑"
_INCLUSIVE_MARKS = r"·•‧∙.\-("
# Feminine ending → how many letters of the masculine it replaces.
_FEMININES = {
    "e": 0, "le": 0, "ne": 0, "te": 0, "ve": 1, "ive": 2, "se": 1, "euse": 3, "enne": 2,
    "rice": 3, "trice": 4, "ère": 2, "ière": 3, "esse": 1,
}  # fmt: skip
# Possessive (`++`): what is a letter of a word is never tried again as anything else.
_PART = rf"[^\W_]++(?:[{_APOSTROPHES}][^\W_]++)*+"
_WORD = re.compile(
    rf"""
      (?P<acronym> (?<![^\W_]) (?:[^\W\d_]\.){{2,}} (?: [^\W\d_] (?![^\W_]) )? )
    | (?P<stem> {_PART} )
      (?:
        [{_INCLUSIVE_MARKS}] (?P<feminine> (?i:{"|".join(_FEMININES)}) ) \)?
        (?P<plural> [{_INCLUSIVE_MARKS}]? [sS] )? (?![^\W_])
      | (?: [{_HYPHENS}] {_PART} )+
      )?
    """,
    re.VERBOSE,
)
_HYPHEN = re.compile(f"[{_HYPHENS}]")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
# What goes with an apostrophe and is no part of the word. English texts name French things too.
_ELISION: dict[Chain, re.Pattern[str]] = {
    "fr": re.compile(r"^(?:[ldjmtscn]|(?:jus|lors|puis|quoi)?qu)'(?=\w)"),
    "en": re.compile(r"^[ld]'(?=\w\w)|'s?$"),
}
_FRENCH_STOP_WORDS = """
    au aux avec ce ces cet cette dans de des du elle elles en et est être eu il ils je la le les
    leur leurs lui ma mais me même mes moi mon ne nos notre nous on ont ou où par pas pour qu que
    quel quelle quelles quels qui sa sans se ses si son sont sur ta te tes toi ton tu un une vos
    votre vous à c d j l m n s t y
"""
_ENGLISH_STOP_WORDS = """
    a an and are as at be but by for if in into is it no not of on or such that the their then
    there these they this to was will with
"""
_STOP_WORDS: dict[Chain, frozenset[str]] = {
    "fr": frozenset(_FRENCH_STOP_WORDS.split()),
    "en": frozenset(_ENGLISH_STOP_WORDS.split()),
}
_ALGORITHMS = {"fr": "french", "en": "english"}
# A stemmer works on one word at a time: each thread has its own.
_stemmers = threading.local()


def _stem(word: str, chain: str) -> str:
    stemmer = getattr(_stemmers, chain, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(_ALGORITHMS[chain])
        setattr(_stemmers, chain, stemmer)
    stem: str = stemmer.stemWord(word)
    return stem


class Form(NamedTuple):
    """One way to read a word: its stem, its folded spelling, and its spelling with accents."""

    term: str
    exact: str
    surface: str


class Token(NamedTuple):
    """A form of one word of a text, with the word's span in characters.

    Tokens of the same `position` are readings of one place; positions count from 0 the words that
    are no stop words.
    """

    term: str
    exact: str
    surface: str
    start: int
    end: int
    position: int


class Words(NamedTuple):
    """The words of a text, without their places in it.

    `readings` holds the terms of each position, `terms` those of each word and `spellings` its
    folded spellings with those with accents, as often as they come.
    """

    readings: list[tuple[str, ...]]
    terms: list[str]
    spellings: list[tuple[str, str]]


def chain_of(locale: str) -> Chain:
    """The chain for texts in `locale`, such as "fr-ca" or "en"; French for other languages."""
    return "en" if locale.partition("-")[0] == "en" else "fr"


def analyse(text: str, locale: str) -> list[Token]:
    """The words of `text` that count in a search, in the language `locale`.

    Inclusive writing gives several tokens of one position, a word with hyphens one position for
    each part. Stop words give none.
    """
    chain = chain_of(locale)
    tokens = []
    position = 0
    # Spans are those of composed characters, so that an accent typed apart stays in its word.
    for match in _WORD.finditer(compose(text)):
        start, end = match.span()
        for forms in _read(match.group(), chain):
            for term, exact, surface in forms:
                tokens.append(Token(term, exact, surface, start, end, position))
            position += 1
    return tokens


def spans_of(
    text: str, locale: str, wanted: Callable[[Form], bool], known: dict[str, bool]
) -> list[tuple[int, int]]:
    """The span in characters of each word of `text` that has a form which is `wanted`.

    `known` keeps the answer for each word, and spares the question for the texts that follow.
    """
    chain = chain_of(locale)
    spans = []
    for match in _WORD.finditer(compose(text)):
        word = match.group()
        found = known.get(word)
        if found is None:
            found = any(wanted(form) for forms in _read(word, chain) for form in forms)
            known[word] = found
        if found:
            spans.append(match.span())
    return spans


def words_of(text: str, locale: str) -> Words:
    """The words that `analyse` finds, many times cheaper.

    What stands between two spaces says the same in every text: no match of `_WORD` holds a space,
    or looks beyond one.
    """
    chain = chain_of(locale)
    found = Words([], [], [])
    for piece in compose(text).split():
        readings, terms, spellings = _words_of_piece(piece, chain)
        found.readings.extend(readings)
        found.terms.extend(terms)
        found.spellings.extend(spellings)
    return found


def fold(text: str) -> str:
    """`text` in lower case without accents: what a reader may type for it."""
    if text.isascii():
        return text.lower()
    # Decomposed first, for capitals that only look like letters, and again, for what they become.
    spelled = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", spelled)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def compose(text: str) -> str:
    """`text` with composed accents: spans of tokens refer to this form."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=200_000)
def _read(word: str, chain: Chain) -> tuple[tuple[Form, ...], ...]:
    """The forms of each part of `word`, a match of `_WORD`; nothing for a stop word."""
    match = _WORD.fullmatch(word)
    word = _APOSTROPHE.sub("'", word.lower())
    if match and match["acronym"]:
        return _one_part([word.replace(".", "")], chain)
    if match and match["feminine"]:
        return _one_part(_spelled_out(match), chain)
    parts = _HYPHEN.split(word)
    read = [forms for part in parts for forms in _one_part([part], chain)]
    if read and 1 < len(parts) <= MAX_PARTS:
        # The whole stands at each part: who types it as one word finds it, and the other way.
        for forms in _one_part(["".join(parts)], chain):
            read = [(*part, *forms) for part in read]
    return tuple(read)


@lru_cache(maxsize=200_000)
def _words_of_piece(piece: str, chain: Chain) -> Words:
    words = [_read(match.group(), chain) for match in _WORD.finditer(piece)]
    forms = [[form for position in word for form in position] for word in words]
    return Words(
        readings=[
            tuple(dict.fromkeys(form.term for form in position))
            for word in words
            for position in word
        ],
        # A word that stands for several, such as its parts, has each of their terms once.
        terms=[term for word in forms for term in dict.fromkeys(form.term for form in word)],
        spellings=list(
            dict.fromkeys((form.exact, form.surface) for word in forms for form in word)
        ),
    )


def _one_part(words: list[str], chain: Chain) -> tuple[tuple[Form, ...], ...]:
    """One position with the forms of `words`, or none when nothing remains of them."""
    forms: dict[Form, None] = {}
    for spelled in words:
        word = _ELISION[chain].sub("", spelled)
        if len(word) > MAX_WORD_LENGTH or word in _STOP_WORDS[chain]:
            continue
        surface = word.replace("'", "")
        exact = _letters(surface)
        if exact:
            # A reader who leaves accents out must find what the stem of the accented word hides.
            for stem in (_stem(surface, chain), _stem(exact, chain)):
                forms[Form(_letters(stem) or exact, exact, surface)] = None
    return (tuple(forms),) if forms else ()


def _spelled_out(match: re.Match[str]) -> list[str]:
    """The masculine and the feminine of a word in inclusive writing, in lower case."""
    stem = _APOSTROPHE.sub("'", match["stem"].lower())
    feminine = match["feminine"].lower()
    plural = "s" if match["plural"] else ""
    cut = _FEMININES[feminine]
    return [stem + plural, (stem[:-cut] if cut else stem) + feminine + plural]


def _letters(text: str) -> str:
    """`text` folded, and only its letters and digits: folding can bring in marks and spaces."""
    return "".join(c for c in fold(text) if c.isalnum())
