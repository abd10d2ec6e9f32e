"""An index that this process has open, and how it follows what other processes write."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from search.core.engine import SearchUnavailable
from search.core.schema import Schema
from search.engines.embedded.index import build_schema, facet_field
from search.engines.embedded.queries import QueryBuilder, anything

# Tantivy counts at most 65,000 values in one pass; longer facets are counted value by value.
MAX_FACET_VALUES = 60_000
META_FILE = "meta.json"
RELOAD_TRIES = 5
RELOAD_PAUSE = 0.02  # seconds, growing with each try

# A score, or what else the hits were ordered by, and where the document is.
Found = tuple[float, tantivy.DocAddress]


@contextmanager
def unavailable_on_error(path: Path) -> Iterator[None]:
    """Turn what tantivy and the file system raise into `SearchUnavailable`."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchUnavailable(f"The index in {path} does not answer: {error}") from error
    except BaseException as error:
        # What Rust code gives up on, such as a damaged file, is no `Exception` in Python.
        if type(error).__name__ != "PanicException":
            raise
        raise SearchUnavailable(f"The index in {path} is damaged: {error}") from error


class OpenedIndex:
    """A tantivy index in a folder that exists already; `SearchUnavailable` where it does not."""

    def __init__(self, schema: Schema, path: Path) -> None:
        self.path = path
        if not (path / META_FILE).exists():
            raise SearchUnavailable(f"There is no index in {path}: run search_rebuild.")
        with unavailable_on_error(path):
            self.index = tantivy.Index.open(str(path))
            self.index.config_reader("manual")
        self.queries = QueryBuilder(schema, self.index.schema)
        self._seen: object = None
        self._reloading = threading.Lock()
        self.follow()

    @classmethod
    def create(cls, schema: Schema, path: Path) -> "OpenedIndex":
        """Make a new index in the folder `path`."""
        with unavailable_on_error(path):
            path.mkdir(parents=True)
            tantivy.Index(build_schema(schema), path=str(path), reuse=False)
        return cls(schema, path)

    def searcher(self) -> tantivy.Searcher:
        """The index as it was when last followed; it stays the same while it is held."""
        return self.index.searcher()

    def follow(self) -> None:
        """See the latest commit, of this process or another."""
        if self._changed_at() == self._seen:
            return
        with self._reloading:
            for attempt in range(RELOAD_TRIES):
                seen = self._changed_at()
                try:
                    self.index.reload()
                except ValueError as error:
                    # Another process replaces files at this very moment.
                    if attempt == RELOAD_TRIES - 1:
                        raise SearchUnavailable(
                            f"The index in {self.path} cannot be read: {error}"
                        ) from error
                    time.sleep(RELOAD_PAUSE * (attempt + 1))
                else:
                    self._seen = seen
                    return

    def versions(self, keys: Sequence[str]) -> dict[str, int]:
        """The version that the index knows of each key, removed or not."""
        searcher = self.searcher()
        query = self.queries.any_of("key", keys)
        found = searcher.search(query, limit=max(1, len(keys)), count=False).hits
        records = [searcher.doc(address) for _score, address in found]
        return {str(each.get_first("key")): int(each.get_first("version") or 0) for each in records}

    def documents(self) -> int:
        """How many documents can be found by somebody; those removed left out."""
        present = tantivy.Query.term_query(self.index.schema, "removed", False)
        return count(self.searcher(), present)

    def _changed_at(self) -> object:
        try:
            stat = (self.path / META_FILE).stat()
        except OSError as error:
            raise SearchUnavailable(
                f"The index in {self.path} is gone: run search_rebuild."
            ) from error
        return stat.st_ino, stat.st_mtime_ns, stat.st_size


def count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents match."""
    return total_of(searcher.search(query, limit=1))


def total_of(result: tantivy.SearchResult) -> int:
    """How many documents a search found, beyond those that it gives back."""
    total: int | None = result.count  # type: ignore[attr-defined]  # its stub forgot it
    return total or 0


def count_values(
    searcher: tantivy.Searcher, query: tantivy.Query, facets: Sequence[str]
) -> dict[str, dict[str, int]]:
    """The number of documents of each value of each of `facets`, in one pass."""
    if not facets:
        return {}
    wanted = {
        name: {"terms": {"field": facet_field(name), "size": MAX_FACET_VALUES}} for name in facets
    }
    try:
        found = searcher.aggregate(query, wanted)
    except ValueError:
        # Too many values in all.
        return {name: _count_each(searcher, query, name) for name in facets}
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]}
        if not found[name]["sum_other_doc_count"]
        else _count_each(searcher, query, name)
        for name in facets
    }


def _count_each(searcher: tantivy.Searcher, query: tantivy.Query, facet: str) -> dict[str, int]:
    return dict(searcher.terms_with_prefix(facet_field(facet), "", query))


def every_address(searcher: tantivy.Searcher) -> Iterator[tantivy.DocAddress]:
    """Where each document is, the removed ones as well."""
    if searcher.num_docs:
        for _score, address in searcher.search(
            anything(), limit=searcher.num_docs, count=False
        ).hits:
            yield address
