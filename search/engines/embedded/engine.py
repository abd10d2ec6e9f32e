"""The engine itself: generations in folders, one writer at a time, readers that follow."""

import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import tantivy
from filelock import FileLock, Timeout

from search.core.analysis import analyse
from search.core.documents import Write
from search.core.engine import Entry, Health, SearchUnavailable, WriteOutcome
from search.core.highlighting import highlight
from search.core.parsing import parse
from search.core.query import SearchQuery
from search.core.results import FacetResult, Hit, SearchResults
from search.core.schema import Schema
from search.engines.embedded.index import (
    SORT_FIELDS,
    content_of,
    facet_field,
    open_index,
    to_index,
)
from search.engines.embedded.queries import QueryBuilder, every
from search.engines.facets import ordered_values
from search.engines.spelling import closest_word

logger = logging.getLogger(__name__)

LIVE_FILE = "live"
LOCK_SECONDS = 30
WRITER_MEMORY = 64_000_000  # bytes that tantivy may fill before it writes a segment
MAX_FACET_VALUES = 60_000
# Hits of equal score are put in the order of their keys, as far as this many of them.
MAX_TIES = 2_000


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
        self._open: dict[str, _Opened] = {}
        self._mutex = threading.RLock()
        self._lock = FileLock(self.root / "writer.lock")

    # Writing

    def write(self, batch: Sequence[Write], *, generation: str = "") -> list[WriteOutcome]:
        newest: dict[str, Write] = {}
        for write in batch:
            if write.key not in newest or write.version > newest[write.key].version:
                newest[write.key] = write
        with self._locked():
            opened = self._opened(generation or self._live_or_first())
            known = opened.versions(list(newest))
            errors: dict[str, str] = {}
            writer = opened.index.writer(heap_size=WRITER_MEMORY, num_threads=1)
            try:
                for key, write in newest.items():
                    if write.version <= known.get(key, -1):
                        continue
                    try:
                        record = to_index(write, self.schema)
                    except (ValueError, TypeError) as error:
                        errors[key] = f"{type(error).__name__}: {error}"
                        continue
                    writer.delete_documents_by_term("key", key)
                    writer.add_document(record)
                writer.commit()
            finally:
                writer.wait_merging_threads()
            opened.reload()
        return [
            WriteOutcome(
                write.key,
                stale=write.version <= known.get(write.key, -1)
                or write.version < newest[write.key].version,
                error=errors.get(write.key, ""),
            )
            for write in batch
        ]

    def refresh(self, *, generation: str = "") -> None:
        if name := generation or self.live_generation():
            self._opened(name).reload()

    def scan(self, *, generation: str = "") -> Iterator[Entry]:
        name = generation or self.live_generation()
        if not name:
            return
        searcher = self._opened(name).searcher()
        query = tantivy.Query.term_query(self._opened(name).index.schema, "removed", False)
        size, offset = 5_000, 0
        while hits := searcher.search(
            query, limit=size, offset=offset, count=False,
            order_by_field="key", order=tantivy.Order.Asc,
        ).hits:  # fmt: skip
            for _key, address in hits:
                record = searcher.doc(address)
                yield Entry(
                    record.get_first("key"),
                    record.get_first("version"),
                    record.get_first("checksum"),
                )
            offset += size

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
        with self._locked():
            numbers = [int(name.rsplit("-", 1)[1]) for name in self.generations()]
            name = f"generation-{max(numbers, default=0) + 1:04d}"
            self._opened(name)
            return name

    def promote_generation(self, generation: str) -> None:
        with self._locked():
            if generation not in self.generations():
                known = ", ".join(self.generations())
                raise ValueError(f"No generation '{generation}'. Known: {known}.")
            self._point_to(generation)

    def drop_generation(self, generation: str) -> None:
        with self._locked():
            if generation == self.live_generation():
                raise ValueError(f"Generation '{generation}' answers now: promote another first.")
            with self._mutex:
                self._open.pop(generation, None)
            shutil.rmtree(self.root / generation, ignore_errors=True)

    def health(self) -> Health:
        try:
            name = self.live_generation()
            if not name:
                return Health(False, "There is no index yet: run search_rebuild.")
            opened = self._opened(name)
            opened.reload()
            query = tantivy.Query.term_query(opened.index.schema, "removed", False)
            count = opened.searcher().search(query, limit=1).count or 0
        except (SearchUnavailable, OSError, ValueError) as error:
            return Health(False, str(error))
        return Health(True, "", name, count)

    def close(self) -> None:
        with self._mutex:
            self._open.clear()

    # Reading

    def search(self, query: SearchQuery) -> SearchResults:
        started = time.perf_counter()
        opened = self._answering()
        searcher = opened.searcher()
        build = opened.queries
        base = build.base(query)
        found = every([base, *build.selections(query)])
        hits, total = self._hits(searcher, found, query)
        return SearchResults(
            hits=hits,
            total=total,
            facets=self._facets(searcher, build, base, found, query),
            suggestion="" if total else self._suggestion(searcher, build, query),
            took_ms=(time.perf_counter() - started) * 1000,
            engine=self.name,
        )

    def suggest(
        self, text: str, *, locale: str, audience: frozenset[str], size: int = 8
    ) -> list[Hit]:
        words = [token.exact for token in analyse(text, locale)]
        if not words:
            return []
        opened = self._answering()
        build = opened.queries
        query = every(
            [
                build.visible(audience, frozenset({locale})),
                *(build.any_of("exact_title", [word]) for word in words[:-1]),
                build.starting_with("exact_title", words[-1]),
            ]
        )
        searcher = opened.searcher()
        ordered = searcher.search(
            query, limit=size, count=False,
            order_by_field=SORT_FIELDS["title"], order=tantivy.Order.Asc,
        )  # fmt: skip
        return [self._hit(searcher.doc(address)) for _sort, address in ordered.hits]

    def similar(
        self, key: str, *, locale: str, audience: frozenset[str], size: int = 5
    ) -> list[Hit]:
        opened = self._answering()
        build, searcher = opened.queries, opened.searcher()
        own = searcher.search(build.any_of("key", [key]), limit=1, count=False).hits
        if not own:
            return []
        texts = content_of(searcher.doc(own[0][1])).get("texts", {})
        terms = {token.term for text in texts.values() for token in analyse(text, locale)}
        likeness = [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(opened.index.schema, f"text_{name}", term),
                boost,
            )
            for name, boost in ((field.name, field.boost) for field in self.schema.fields)
            if name in texts
            for term in sorted(terms)
        ]
        if not likeness:
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, build.visible(audience, frozenset({locale}))),
                (tantivy.Occur.Must, tantivy.Query.boolean_query(
                    [(tantivy.Occur.Should, like) for like in likeness])),
                (tantivy.Occur.MustNot, build.any_of("key", [key])),
            ]
        )  # fmt: skip
        result = searcher.search(query, limit=size, count=False)
        return [self._hit(searcher.doc(address), score) for score, address in result.hits]

    def _hits(
        self, searcher: tantivy.Searcher, found: tantivy.Query, query: SearchQuery
    ) -> tuple[tuple[Hit, ...], int]:
        first = (query.page - 1) * query.size
        if query.sort == "relevance" and query.text.strip():
            scored, total = _by_score(searcher, found, first, query.size)
        else:
            order = SORT_FIELDS.get(query.sort, SORT_FIELDS["newest"])
            result = searcher.search(
                found, limit=query.size, offset=first,
                order_by_field=order, order=tantivy.Order.Asc,
            )  # fmt: skip
            scored, total = (
                [(0.0, address) for _sort, address in result.hits],
                result.count or 0,
            )
        hits = [self._hit(searcher.doc(address), score, query) for score, address in scored]
        return tuple(hits), total

    def _hit(
        self,
        record: tantivy.Document,
        score: float = 0.0,
        query: SearchQuery | None = None,
    ) -> Hit:
        content = content_of(record)
        highlights = {}
        if query is not None and query.highlight and query.text:
            parsed = parse(query.text, content["locale"])
            for name, text in content["texts"].items():
                fragments = highlight(text, parsed, content["locale"], whole=name == "title")
                if fragments:
                    highlights[name] = fragments
        return Hit(record.get_first("key"), content["stored"], score, highlights)

    def _facets(
        self,
        searcher: tantivy.Searcher,
        build: QueryBuilder,
        base: tantivy.Query,
        found: tantivy.Query,
        query: SearchQuery,
    ) -> tuple[FacetResult, ...]:
        """All facets that share their selections in one pass, one more per facet with its own."""
        shared, apart = [], []
        for name in query.facets:
            chosen = query.selections.get(name)
            own_pass = chosen and self.schema.facet(name).within == "or"
            (apart if own_pass else shared).append(name)
        counts = _count(searcher, found, shared)
        for name in apart:
            without = every([base, *build.selections(query, but=name)])
            counts |= _count(searcher, without, [name])
        return tuple(
            FacetResult(
                name,
                ordered_values(
                    self.schema.facet(name),
                    counts[name],
                    query.selections.get(name, frozenset()),
                ),
            )
            for name in query.facets
        )

    def _suggestion(
        self, searcher: tantivy.Searcher, build: QueryBuilder, query: SearchQuery
    ) -> str:
        visible = build.visible(query.audience, query.locales)
        return closest_word(
            query.text,
            query.locale,
            lambda start: searcher.terms_with_prefix("exact", start, visible),
        )

    # Files

    def _answering(self) -> "_Opened":
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

    def _opened(self, generation: str) -> "_Opened":
        with self._mutex:
            opened = self._open.get(generation)
            if opened is None:
                path = self.root / generation
                try:
                    opened = _Opened(self.schema, path)
                except ValueError as error:
                    raise SearchUnavailable(
                        f"The index in {path} cannot be read: {error}"
                    ) from error
                self._open[generation] = opened
            return opened

    def _point_to(self, generation: str) -> None:
        new = self.root / f"{LIVE_FILE}.new"
        new.write_text(generation, encoding="ascii")
        os.replace(new, self.root / LIVE_FILE)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the right to write, among all threads and processes."""
        self.root.mkdir(parents=True, exist_ok=True)
        # The thread's lock comes first: the file's one counts the holds of its process.
        with self._mutex:
            try:
                self._lock.acquire(timeout=LOCK_SECONDS)
            except Timeout as error:
                raise SearchUnavailable("Another process has been writing for too long.") from error
            try:
                yield
            finally:
                self._lock.release()


class _Opened:
    """An index of this process, and when it last looked at what other processes wrote."""

    def __init__(self, schema: Schema, path: Path) -> None:
        self.index = open_index(schema, path)
        self.index.config_reader("manual")
        self.queries = QueryBuilder(schema, self.index.schema)
        self._meta = path / "meta.json"
        self._seen = 0
        self.reload()

    def searcher(self) -> tantivy.Searcher:
        return self.index.searcher()

    def reload(self) -> None:
        self._seen = self._changed_at()
        self.index.reload()

    def follow(self) -> None:
        """See the commits of other processes."""
        if self._changed_at() != self._seen:
            self.reload()

    def versions(self, keys: list[str]) -> dict[str, int]:
        """The version that the index knows of each key."""
        self.reload()
        searcher = self.searcher()
        query = tantivy.Query.term_set_query(self.index.schema, "key", keys)
        found = searcher.search(query, limit=max(1, len(keys)), count=False).hits
        records = [searcher.doc(address) for _score, address in found]
        return {record.get_first("key"): record.get_first("version") for record in records}

    def _changed_at(self) -> int:
        try:
            return self._meta.stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def _count(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[str]
) -> dict[str, dict[str, int]]:
    """The number of documents of each value of each facet of `names`, in one pass."""
    if not names:
        return {}
    wanted = {
        name: {"terms": {"field": facet_field(name), "size": MAX_FACET_VALUES}} for name in names
    }
    found = searcher.aggregate(query, wanted)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]}
        for name in names
    }


def _by_score(
    searcher: tantivy.Searcher, query: tantivy.Query, first: int, size: int
) -> tuple[list[tuple[float, tantivy.DocAddress]], int]:
    """The hits from `first` on by falling score, equal scores in the order of keys; the total."""
    limit = first + size
    result = searcher.search(query, limit=limit + 1)
    total = result.count or 0
    hits = result.hits
    while len(hits) > limit and hits[limit - 1][0] == hits[-1][0] and len(hits) < limit + MAX_TIES:
        hits = searcher.search(query, limit=len(hits) * 2, count=False).hits
        if len(hits) >= total:
            break
    page: list[tuple[float, tantivy.DocAddress]] = []
    start = 0
    while start < min(limit, len(hits)):
        end = start
        while end < len(hits) and hits[end][0] == hits[start][0]:
            end += 1
        group = hits[start:end]
        if end > first and len(group) > 1:
            group = sorted(group, key=lambda hit: str(searcher.doc(hit[1]).get_first("key")))
        page += group
        start = end
    return page[first:limit], total
