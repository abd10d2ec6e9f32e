"""The oracle: an engine in memory that reads every document for every question.

It is slow and obviously right, and the other engines are held against it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from search.core.analysis import analyse
from search.core.documents import Document, Write, with_ancestors
from search.core.engine import Entry, Health, WriteOutcome
from search.core.highlighting import highlight
from search.core.parsing import ParsedText, Phrase, Word, parse
from search.core.query import SearchQuery
from search.core.results import FacetResult, Hit, SearchResults
from search.core.schema import Schema
from search.engines.facets import ordered_values
from search.engines.spelling import closest_word


@dataclass
class _Generation:
    versions: dict[str, int] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)


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
            outcomes.append(WriteOutcome(write.key, stale=stale))
            if stale:
                continue
            kept.versions[write.key] = write.version
            if write.document is None:
                kept.documents.pop(write.key, None)
            else:
                kept.documents[write.key] = write.document
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
        self._generation(generation)
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
        first = (query.page - 1) * query.size
        hits = tuple(self._hit(d, query) for d in found[first : first + query.size])
        return SearchResults(
            hits=hits,
            total=len(found),
            facets=tuple(self._facet(name, base, query) for name in query.facets),
            suggestion="" if found else self._suggestion(query),
            took_ms=(time.perf_counter() - started) * 1000,
            engine=self.name,
        )

    def suggest(
        self, text: str, *, locale: str, audience: frozenset[str], size: int = 8
    ) -> list[Hit]:
        tokens = analyse(text, locale)
        if not tokens:
            return []
        *before, last = (token.exact for token in tokens)

        def starts(document: Document) -> bool:
            words = [t.exact for t in analyse(document.texts.get("title", ""), document.locale)]
            return set(before) <= set(words) and any(w.startswith(last) for w in words)

        found = [d for d in self._visible(audience, frozenset({locale})) if starts(d)]
        found.sort(key=lambda d: (str(d.sort.get("title", "")), d.key))
        return [Hit(d.key, d.stored) for d in found[:size]]

    def similar(
        self, key: str, *, locale: str, audience: frozenset[str], size: int = 5
    ) -> list[Hit]:
        documents = self._generation("").documents
        if key not in documents:
            return []

        def terms(document: Document) -> set[str]:
            return {
                token.term
                for text in document.texts.values()
                for token in analyse(text, document.locale)
            }

        own = terms(documents[key])
        others = [d for d in self._visible(audience, frozenset({locale})) if d.key != key]
        scored = sorted(((-len(own & terms(d)), d.key, d) for d in others), key=lambda s: s[:2])
        return [Hit(d.key, d.stored, float(-score)) for score, _key, d in scored[:size] if score]

    # How a document is matched

    def _visible(self, audience: frozenset[str], locales: frozenset[str]) -> list[Document]:
        return [
            document
            for document in self._generation("").documents.values()
            if document.audience & audience and (not locales or document.locale in locales)
        ]

    def _says(self, document: Document, text: str) -> bool:
        parsed = parse(text, document.locale)
        fields = [
            analyse(document.texts.get(f.name, ""), document.locale) for f in self.schema.fields
        ]
        terms = [[token.term for token in tokens] for tokens in fields]
        words = {token.term for tokens in fields for token in tokens}
        exact = {token.exact for tokens in fields for token in tokens}

        def has_word(word: Word) -> bool:
            if words & set(word.terms) or exact & set(word.exact):
                return True
            return word.prefix and any(e.startswith(word.exact) for e in exact)

        def has_phrase(phrase: Phrase) -> bool:
            length = len(phrase.terms)
            return any(
                tuple(found[i : i + length]) == phrase.terms
                for found in terms
                for i in range(len(found) - length + 1)
            )

        return (
            all(map(has_word, parsed.words))
            and all(map(has_phrase, parsed.phrases))
            and not any(map(has_phrase, parsed.excluded))
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
        def number(document: Document, name: str) -> int:
            return int(document.sort.get(name, 0))

        match query.sort:
            case "title":
                return lambda d: (str(d.sort.get("title", "")), d.key)
            case "oldest":
                return lambda d: (number(d, "published"), d.key)
            case "verified":
                return lambda d: (-number(d, "verified"), d.key)
            case "relevance" if query.text.strip():
                return lambda d: (-self._score(d, query), d.key)
        return lambda d: (-number(d, "published"), d.key)

    def _score(self, document: Document, query: SearchQuery) -> float:
        parsed: ParsedText = parse(query.text, document.locale)
        return sum(
            declared.boost
            for declared in self.schema.fields
            for token in analyse(document.texts.get(declared.name, ""), document.locale)
            if token.term in parsed.terms
        )

    def _hit(self, document: Document, query: SearchQuery) -> Hit:
        highlights = {}
        if query.highlight and query.text:
            parsed = parse(query.text, document.locale)
            for declared in self.schema.fields:
                text = document.texts.get(declared.name, "")
                if declared.highlight and (
                    fragments := highlight(
                        text, parsed, document.locale, whole=declared.name == "title"
                    )
                ):
                    highlights[declared.name] = fragments
        return Hit(document.key, document.stored, self._score(document, query), highlights)

    def _suggestion(self, query: SearchQuery) -> str:
        visible = self._visible(query.audience, query.locales)
        counts: Counter[str] = Counter()
        for document in visible:
            counts.update(
                {
                    token.exact
                    for text in document.texts.values()
                    for token in analyse(text, document.locale)
                }
            )
        return closest_word(
            query.text,
            query.locale,
            lambda start: [i for i in counts.items() if i[0].startswith(start)],
        )
