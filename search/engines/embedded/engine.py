"""The engine itself: generations in folders, one writer at a time, readers that follow."""

import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import tantivy

from search.core.documents import Write
from search.core.engine import Entry, Health, SearchUnavailable, WriteOutcome
from search.core.highlighting import NO_MARKS, HitHighlights
from search.core.query import SearchQuery, cursor_after, first_rank
from search.core.results import FacetResult, Hit, SearchResults
from search.core.schema import Schema
from search.core.suggestions import typed_words
from search.core.weights import level_of_terms
from search.engines.embedded.index import SORT_FIELDS, content_of, to_index
from search.engines.embedded.opened import (
    OpenedIndex,
    count,
    count_values,
    every_address,
    unavailable_on_error,
)
from search.engines.embedded.queries import QueryBuilder, every, without
from search.engines.embedded.ranking import by_score, in_order_of
from search.engines.embedded.writing import WritingTurn
from search.engines.facets import ordered_values
from search.engines.likeness import telling_terms
from search.engines.spelling import closest_spelling

LIVE_FILE = "live"


class EmbeddedEngine:
    """A tantivy index under `folder`. See `search.core.engine.SearchEngine`.

    The folder's name below `folder` holds the hash of the schema and the version of tantivy: an
    index made for others is left alone and a new one is asked for. Several processes may read and
    write; a lock file lets one write at a time.
    """

    name = "embedded"

    def __init__(self, schema: Schema, folder: Path) -> None:
        self.schema = schema
        self.root = folder / f"{schema.hash}-tantivy-{version('tantivy')}"
        self._open: dict[str, OpenedIndex] = {}
        self._opening = threading.Lock()
        self._turn = WritingTurn(self.root)

    # Writing

    def write(self, batch: Sequence[Write], *, generation: str = "") -> list[WriteOutcome]:
        with self._turn.held():
            opened = self._opened(generation or self._live_or_first())
            with unavailable_on_error(opened.path):
                return self._write(opened, batch)

    def _write(self, opened: OpenedIndex, batch: Sequence[Write]) -> list[WriteOutcome]:
        known = opened.versions([write.key for write in batch])
        outcomes: list[WriteOutcome] = []
        records: dict[str, tantivy.Document] = {}
        for write in batch:
            if write.version <= known.get(write.key, -1):
                outcomes.append(WriteOutcome(write.key, stale=True))
                continue
            try:
                records[write.key] = to_index(write, self.schema)
            except (ValueError, TypeError, OverflowError) as error:
                outcomes.append(WriteOutcome(write.key, error=f"{type(error).__name__}: {error}"))
                continue
            known[write.key] = write.version
            outcomes.append(WriteOutcome(write.key))
        if records:
            with self._turn.writer(opened) as writer:
                for key, record in records.items():
                    writer.delete_documents_by_term("key", key)
                    writer.add_document(record)
                writer.commit()
            opened.follow()
        return outcomes

    def refresh(self, *, generation: str = "") -> None:
        if name := generation or self.live_generation():
            self._opened(name).follow()

    def scan(self, *, generation: str = "") -> Iterator[Entry]:
        name = generation or self.live_generation()
        if not name:
            return
        opened = self._opened(name)
        searcher = opened.searcher()
        with unavailable_on_error(opened.path):
            for address in every_address(searcher):
                record = searcher.doc(address)
                if checksum := content_of(record).get("checksum"):
                    yield Entry(
                        str(record.get_first("key")),
                        int(record.get_first("version") or 0),
                        checksum,
                    )

    # Generations

    def live_generation(self) -> str:
        try:
            return (self.root / LIVE_FILE).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    def generations(self) -> list[str]:
        if not self.root.exists():
            return []
        return sorted(path.name for path in self.root.iterdir() if path.is_dir())

    def create_generation(self) -> str:
        with self._turn.held():
            numbers = [int(name.rsplit("-", 1)[1]) for name in self.generations()]
            name = f"generation-{max(numbers, default=0) + 1:04d}"
            opened = OpenedIndex.create(self.schema, self.root / name)
            with self._opening:
                self._open[name] = opened
            return name

    def promote_generation(self, generation: str) -> None:
        with self._turn.held():
            if generation not in self.generations():
                known = ", ".join(self.generations())
                raise ValueError(f"No generation '{generation}'. Known: {known}.")
            self._point_to(generation)

    def drop_generation(self, generation: str) -> None:
        with self._turn.held():
            if generation == self.live_generation():
                raise ValueError(f"Generation '{generation}' answers now: promote another first.")
            self._turn.give_back()
            with self._opening:
                self._open.pop(generation, None)
            if generation in self.generations():
                shutil.rmtree(self.root / generation, ignore_errors=True)

    def health(self) -> Health:
        try:
            opened = self._answering()
            with unavailable_on_error(opened.path):
                documents = opened.documents()
        except SearchUnavailable as error:
            return Health(False, str(error))
        return Health(True, "", opened.path.name, documents)

    def close(self) -> None:
        self._turn.give_back()
        with self._opening:
            self._open.clear()

    # Reading

    def search(self, query: SearchQuery) -> SearchResults:
        started = time.perf_counter()
        first = first_rank(query)
        opened = self._answering()
        searcher, build = opened.searcher(), opened.queries
        with unavailable_on_error(opened.path):
            base = build.base(query)
            found = every([base, *build.selections(query)])
            if query.sort == "relevance" and self.schema.parse(query.text, query.locale).ranks:
                ranked, total = by_score(searcher, found, first, query.size)
            else:
                order = SORT_FIELDS.get(query.sort, SORT_FIELDS["newest"])
                ranked, total = in_order_of(searcher, found, order, first, query.size)
            highlights = HitHighlights(self.schema, query)
            hits = [_hit(searcher.doc(place), score, highlights) for score, place in ranked]
            return SearchResults(
                hits=tuple(hits),
                total=total,
                facets=self._facets(searcher, build, base, found, query),
                suggestion="" if total else self._suggestion(searcher, build, query),
                took_ms=(time.perf_counter() - started) * 1000,
                engine=self.name,
                next_cursor=cursor_after(query, len(hits), total),
            )

    def suggest(
        self, text: str, *, locale: str, audience: frozenset[str], size: int = 8
    ) -> list[Hit]:
        words = typed_words(text, locale)
        if not words:
            return []
        opened = self._answering()
        searcher, build = opened.searcher(), opened.queries
        query = every([build.visible(audience, frozenset({locale})), build.titled(words)])
        with unavailable_on_error(opened.path):
            found, _total = in_order_of(searcher, query, SORT_FIELDS["title"], 0, size)
            return [_hit(searcher.doc(place)) for _title, place in found]

    def similar(
        self, key: str, *, locale: str, audience: frozenset[str], size: int = 5
    ) -> list[Hit]:
        opened = self._answering()
        searcher, build = opened.searcher(), opened.queries
        with unavailable_on_error(opened.path):
            own = build.any_of("key", [key])
            seen = searcher.search(
                every([own, build.visible(audience, frozenset())]), limit=1, count=False
            ).hits
            if not seen:
                return []
            content = content_of(searcher.doc(seen[0][1]))
            others = without(build.visible(audience, frozenset({locale})), own)
            terms = telling_terms(
                level_of_terms(self.schema.words(content["texts"], content["locale"])),
                lambda term: count(searcher, every([others, build.has_term(term)])),
                count(searcher, others),
            )
            if not terms:
                return []
            found, _total = by_score(searcher, every([others, build.like(terms)]), 0, size)
            return [_hit(searcher.doc(place), score) for score, place in found]

    def _facets(
        self,
        searcher: tantivy.Searcher,
        build: QueryBuilder,
        base: tantivy.Query,
        found: tantivy.Query,
        query: SearchQuery,
    ) -> tuple[FacetResult, ...]:
        """All facets that share their selections in one pass, one more per facet with its own."""
        shared: list[str] = []
        apart: list[str] = []
        for name in query.facets:
            chosen = query.selections.get(name)
            own_pass = chosen and self.schema.facet(name).within == "or"
            (apart if own_pass else shared).append(name)
        counts = count_values(searcher, found, shared)
        for name in apart:
            without_own = every([base, *build.selections(query, but=name)])
            counts |= count_values(searcher, without_own, [name])
        return tuple(
            FacetResult(
                name,
                ordered_values(
                    self.schema.facet(name), counts[name], query.selections.get(name, frozenset())
                ),
            )
            for name in query.facets
        )

    def _suggestion(
        self, searcher: tantivy.Searcher, build: QueryBuilder, query: SearchQuery
    ) -> str:
        visible = build.visible(query.audience, query.locales)

        def words_starting_with(start: str) -> list[tuple[str, str, int]]:
            found = searcher.terms_with_prefix("exact", start, visible)
            accented = {each.partition("|")[0] for each, _count in found if "|" in each}
            words = [(each.partition("|"), count) for each, count in found]
            return [
                (exact, surface or exact, count)
                for (exact, bar, surface), count in words
                if bar or exact not in accented
            ]

        text = closest_spelling(query.text, query.locale, words_starting_with)
        if not text:
            return ""
        corrected = query.respelled(text)
        helps = count(searcher, every([build.base(corrected), *build.selections(corrected)]))
        return text if helps else ""

    # Files

    def _answering(self) -> OpenedIndex:
        name = self.live_generation()
        if not name:
            raise SearchUnavailable("There is no index yet: run search_rebuild.")
        opened = self._opened(name)
        opened.follow()
        return opened

    def _live_or_first(self) -> str:
        name = self.live_generation()
        if not name:
            name = self.create_generation()
            self._point_to(name)
        return name

    def _opened(self, generation: str) -> OpenedIndex:
        with self._opening:
            opened = self._open.get(generation)
            if opened is None:
                opened = OpenedIndex(self.schema, self.root / generation)
                self._open[generation] = opened
            return opened

    def _point_to(self, generation: str) -> None:
        new = self.root / f"{LIVE_FILE}.new"
        new.write_text(generation, encoding="ascii")
        os.replace(new, self.root / LIVE_FILE)


def _hit(
    record: tantivy.Document, score: float = 0.0, highlights: HitHighlights | None = None
) -> Hit:
    content = content_of(record)
    marks = highlights.of(content["texts"], content["locale"]) if highlights else NO_MARKS
    return Hit(str(record.get_first("key")), content["stored"], score, *marks)
