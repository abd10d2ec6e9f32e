"""The oracle: an engine in memory that reads every document for every question.

It is slow and obviously right, and the other engines are held against it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from search.core.analysis import Token, analyse
from search.core.documents import Document, Write, with_ancestors
from search.core.engine import Entry, Health, WriteOutcome
from search.core.highlighting import HitHighlights
from search.core.parsing import ParsedText, Word
from search.core.query import SearchQuery, cursor_after, first_rank
from search.core.results import FacetResult, Hit, SearchResults
from search.core.schema import Schema
from search.core.suggestions import begins, typed_words
from search.core.synonyms import Terms, by_position
from search.core.weights import EXACT_SCORE, PREFIX_SCORE, level_of_terms, word_score
from search.engines.facets import ordered_values
from search.engines.likeness import likeness, telling_terms
from search.engines.spelling import closest_spelling


class _Words:
    """The words of one document."""

    def __init__(self, document: Document, schema: Schema) -> None:
        self.fields = {
            declared.name: analyse(document.texts.get(declared.name, ""), document.locale)
            for declared in schema.fields
        }
        tokens = [token for tokens in self.fields.values() for token in tokens]
        self.spellings = {(token.exact, token.surface) for token in tokens}
        self.exact = {token.exact for token in tokens}
        self.levels = level_of_terms(schema.words(document.texts, document.locale))

    @cached_property
    def positions(self) -> list[list[list[Token]]]:
        """For each field, the tokens of each position."""
        return [list(by_position(tokens)) for tokens in self.fields.values()]


@dataclass
class _Generation:
    versions: dict[str, int] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    words: dict[str, _Words] = field(default_factory=dict)


class BruteForceEngine:
    """Keeps documents in a dictionary. See `search.core.engine.SearchEngine`."""

    name = "brute-force"

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._generations: dict[str, _Generation] = {}
        self._live = ""
        self._made = 0

    # Writing

    def write(self, batch: Sequence[Write], *, generation: str = "") -> list[WriteOutcome]:
        kept = self._generation(generation)
        outcomes = []
        for write in batch:
            stale = write.version <= kept.versions.get(write.key, -1)
            error = "" if stale or write.document is None else _mistake(write.document)
            outcomes.append(WriteOutcome(write.key, stale=stale, error=error))
            if stale or error:
                continue
            kept.versions[write.key] = write.version
            if write.document is None:
                kept.documents.pop(write.key, None)
                kept.words.pop(write.key, None)
            else:
                kept.documents[write.key] = write.document
                kept.words[write.key] = _Words(write.document, self.schema)
        return outcomes

    def refresh(self, *, generation: str = "") -> None:
        """Every write is findable at once."""

    def scan(self, *, generation: str = "") -> Iterator[Entry]:
        kept = self._generation(generation)
        for key, document in sorted(kept.documents.items()):
            yield Entry(key, kept.versions[key], document.checksum)

    # Generations

    def live_generation(self) -> str:
        return self._live

    def generations(self) -> list[str]:
        return list(self._generations)

    def create_generation(self) -> str:
        self._made += 1
        name = f"generation-{self._made:04d}"
        self._generations[name] = _Generation()
        return name

    def promote_generation(self, generation: str) -> None:
        if generation not in self._generations:
            known = ", ".join(self._generations)
            raise ValueError(f"No generation '{generation}'. Known: {known}.")
        self._live = generation

    def drop_generation(self, generation: str) -> None:
        if generation == self._live:
            raise ValueError(f"Generation '{generation}' answers now: promote another first.")
        self._generations.pop(generation, None)

    def health(self) -> Health:
        return Health(True, "", self._live, len(self._generation("").documents))

    def close(self) -> None:
        """There is nothing to release."""

    def _generation(self, name: str) -> _Generation:
        if not self._live:
            self._live = self.create_generation()
        return self._generations[name or self._live]

    # Reading

    def search(self, query: SearchQuery) -> SearchResults:
        started = time.perf_counter()
        base = [
            d for d in self._visible(query.audience, query.locales) if self._says(d, query.text)
        ]
        found = [d for d in base if self._selected(d, query)]
        found.sort(key=self._sort_key(query))
        first = first_rank(query)
        hits = tuple(self._hit(d, query) for d in found[first : first + max(0, query.size)])
        return SearchResults(
            hits=hits,
            total=len(found),
            facets=tuple(self._facet(name, base, query) for name in query.facets),
            suggestion="" if found else self._suggestion(query),
            took_ms=(time.perf_counter() - started) * 1000,
            engine=self.name,
            next_cursor=cursor_after(query, len(hits), len(found)),
        )

    def suggest(
        self, text: str, *, locale: str, audience: frozenset[str], size: int = 8
    ) -> list[Hit]:
        words = typed_words(text, locale)
        if not words:
            return []
        found = [
            document
            for document in self._visible(audience, frozenset({locale}))
            if begins(document.texts.get("title", ""), words, document.locale)
        ]
        found.sort(key=lambda d: (d.title_key, d.key))
        return [Hit(d.key, d.stored) for d in found[:size]]

    def similar(
        self, key: str, *, locale: str, audience: frozenset[str], size: int = 5
    ) -> list[Hit]:
        own = self._generation("").documents.get(key)
        if own is None or not own.audience & audience:
            return []
        others = [d for d in self._visible(audience, frozenset({locale})) if d.key != key]
        terms = telling_terms(
            self._words(own).levels,
            lambda term: sum(term in self._words(other).levels for other in others),
            len(others),
        )
        scored = [(likeness(self._words(d).levels, terms), d) for d in others]
        scored.sort(key=lambda each: (-each[0], -_number(each[1], "published"), each[1].key))
        return [Hit(d.key, d.stored, score) for score, d in scored[:size] if score]

    # How a document is matched

    def _visible(self, audience: frozenset[str], locales: frozenset[str]) -> list[Document]:
        return [
            document
            for document in self._generation("").documents.values()
            if document.audience & audience and (not locales or document.locale in locales)
        ]

    def _words(self, document: Document) -> _Words:
        return self._generation("").words[document.key]

    def _says(self, document: Document, text: str) -> bool:
        parsed = self.schema.parse(text, document.locale)
        words = self._words(document)
        return (
            all(_has_word(words, word) for word in parsed.words)
            and all(_has_phrase(words, phrase.terms) for phrase in parsed.phrases)
            and not any(_has_phrase(words, phrase.terms) for phrase in parsed.excluded)
        )

    def _values(self, document: Document, facet: str) -> set[str]:
        values = document.facets.get(facet, ())
        if self.schema.facet(facet).kind == "tree":
            return {ancestor for value in values for ancestor in with_ancestors(value)}
        return set(values)

    def _selected(self, document: Document, query: SearchQuery, but: str = "") -> bool:
        for name, chosen in query.selections.items():
            if name == but or not chosen:
                continue
            values = self._values(document, name)
            if self.schema.facet(name).within == "and":
                if not chosen <= values:
                    return False
            elif not chosen & values:
                return False
        return True

    def _facet(self, name: str, base: list[Document], query: SearchQuery) -> FacetResult:
        facet = self.schema.facet(name)
        without_own = "" if facet.within == "and" else name
        counts: Counter[str] = Counter()
        for document in base:
            if self._selected(document, query, but=without_own):
                counts.update(self._values(document, name))
        return FacetResult(
            name, ordered_values(facet, counts, query.selections.get(name, frozenset()))
        )

    def _sort_key(self, query: SearchQuery) -> Callable[[Document], tuple[object, ...]]:
        match query.sort:
            case "title":
                return lambda d: (d.title_key, d.key)
            case "oldest":
                return lambda d: (_number(d, "published"), d.key)
            case "verified":
                return lambda d: (-_number(d, "verified"), d.key)
            case "relevance" if self.schema.parse(query.text, query.locale).ranks:
                return lambda d: (-self._score(d, query), -_number(d, "published"), d.key)
        return lambda d: (-_number(d, "published"), d.key)

    def _score(self, document: Document, query: SearchQuery) -> int:
        words = self._words(document)
        parsed: ParsedText = self.schema.parse(query.text, document.locale)
        score = 0
        for word in parsed.words:
            score += word_score(words.levels, word.terms)
            score += EXACT_SCORE * len(words.exact & set(word.exact))
            score += PREFIX_SCORE * (word.prefix and _begins(words, word))
        for phrase in parsed.phrases:
            score += sum(word_score(words.levels, [term]) for term in set(phrase.terms))
        return score

    def _hit(self, document: Document, query: SearchQuery) -> Hit:
        marks = HitHighlights(self.schema, query).of(document.texts, document.locale)
        return Hit(document.key, document.stored, self._score(document, query), *marks)

    def _suggestion(self, query: SearchQuery) -> str:
        counts: Counter[tuple[str, str]] = Counter()
        for document in self._visible(query.audience, query.locales):
            counts.update(self._words(document).spellings)
        found = closest_spelling(
            query.text,
            query.locale,
            lambda start: [
                (exact, surface, count)
                for (exact, surface), count in counts.items()
                if exact.startswith(start)
            ],
        )
        helps = found and any(
            self._says(d, found) and self._selected(d, query)
            for d in self._visible(query.audience, query.locales)
        )
        return found if helps else ""


def _mistake(document: Document) -> str:
    """Why a document cannot be indexed, or ""."""
    try:
        for name in ("published", "verified"):
            _number(document, name)
    except (ValueError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _number(document: Document, name: str) -> int:
    return int(document.sort.get(name, 0))


def _has_word(words: _Words, word: Word) -> bool:
    return (
        not words.levels.keys().isdisjoint(word.terms)
        or not words.exact.isdisjoint(word.exact)
        or any(_has_phrase(words, phrase) for phrase in word.phrases)
        or (word.prefix and _begins(words, word))
    )


def _begins(words: _Words, word: Word) -> bool:
    return any(exact.startswith(word.exact) for exact in words.exact)


def _has_phrase(words: _Words, terms: Terms) -> bool:
    return any(
        all(
            any(token.term == term for token in tokens)
            for tokens, term in zip(positions[start:], terms, strict=False)
        )
        for positions in words.positions
        for start in range(len(positions) - len(terms) + 1)
    )
