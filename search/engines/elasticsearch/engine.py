"""The engine itself: sends what `queries` builds, reads what comes back."""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from search.core.analysis import CHAINS, Chain, chain_of
from search.core.documents import Write
from search.core.engine import Entry, Health, SearchUnavailable, WriteOutcome
from search.core.highlighting import NO_MARKS, HitHighlights
from search.core.query import SearchQuery
from search.core.results import FacetResult, Hit, SearchResults
from search.core.schema import Schema
from search.core.suggestions import typed_words
from search.core.weights import level_of_terms
from search.engines.elasticsearch import queries
from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.client import READ_SECONDS, answering, connect, patient
from search.engines.elasticsearch.generations import Generations
from search.engines.elasticsearch.writing import Writer
from search.engines.facets import ordered_values
from search.engines.likeness import heaviest_terms, telling_terms
from search.engines.spelling import closest_spelling

SCANNED = 2_000  # documents at a time
NO_INDEX = "There is no index for this version of the site: run search_rebuild."


class ElasticsearchEngine:
    """Indexes named after `address.prefix`. See `search.core.engine.SearchEngine`.

    Any number of threads and processes may use the same indexes. A reader's question is sent once
    and given up soon; writes take their time.
    """

    name = "elasticsearch"

    def __init__(
        self,
        schema: Schema,
        address: Address,
        *,
        ca_certs: str | None = None,
        api_key: str | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self.schema = schema
        self._client = connect(
            address, ca_certs=ca_certs, api_key=api_key, read_seconds=read_seconds
        )
        self._patient = patient(self._client)
        self._generations = Generations(self._patient, schema, address.prefix)
        # Copies of an index show a change at different moments: one engine always asks the same
        # copy while it is there, so that no reader sees a result come and go.
        self._preference = uuid.uuid4().hex

    @classmethod
    def from_url(
        cls,
        schema: Schema,
        url: str,
        *,
        ca_certs: str | None = None,
        api_key: str | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> "ElasticsearchEngine":
        """The engine at `url` (`https://user:secret@host:9200/prefix`, hosts between commas).

        `ca_certs` is the file of the authority that signed its certificate; `api_key` takes the
        place of name and secret. A reader's question is given up after `read_seconds`. Raises
        `ValueError` for a malformed address.
        """
        return cls(
            schema,
            Address.parse(url),
            ca_certs=ca_certs,
            api_key=api_key,
            read_seconds=read_seconds,
        )

    # Writing

    def write(self, batch: Sequence[Write], *, generation: str = "") -> list[WriteOutcome]:
        with answering():
            if not generation and not self._generations.live():
                self._generations.promote(self._generations.create())
            aliases = {chain: self._generations.alias(chain, generation) for chain in CHAINS}
            return Writer(self._patient, self.schema, aliases).write(batch)

    def refresh(self, *, generation: str = "") -> None:
        with answering():
            if generation or self._generations.live():
                self._patient.indices.refresh(index=self._aliases(generation))

    def scan(self, *, generation: str = "") -> Iterator[Entry]:
        with answering():
            if not generation and not self._generations.live():
                return
            with self._point_in_time(self._aliases(generation)) as pit:
                after: list[Any] | None = None
                while True:
                    body = queries.scan_body(pit, after, SCANNED)
                    answer = self._patient.search(body=body)
                    hits = answer["hits"]["hits"]
                    for hit in hits:
                        fields = hit["fields"]
                        yield Entry(fields["key"][0], hit["_version"], fields["checksum"][0])
                    if len(hits) < SCANNED:
                        return
                    after = hits[-1]["sort"]

    @contextmanager
    def _point_in_time(self, indexes: list[str]) -> Iterator[str]:
        pit: str = self._patient.open_point_in_time(index=indexes, keep_alive="2m")["id"]
        try:
            yield pit
        finally:
            self._patient.options(ignore_status=404).close_point_in_time(id=pit)

    # Generations

    def live_generation(self) -> str:
        with answering():
            return self._generations.live()

    def generations(self) -> list[str]:
        with answering():
            return self._generations.names()

    def create_generation(self) -> str:
        with answering():
            return self._generations.create()

    def promote_generation(self, generation: str) -> None:
        with answering():
            self._generations.promote(generation)
            self._generations.sweep()

    def drop_generation(self, generation: str) -> None:
        with answering():
            if generation == self._generations.live():
                raise ValueError(f"Generation '{generation}' answers now: promote another first.")
            self._generations.drop(generation)

    def health(self) -> Health:
        try:
            with answering():
                live = self._generations.live()
                if not live:
                    return Health(False, NO_INDEX)
                body = {
                    "query": {"term": {"removed": False}},
                    "size": 0,
                    "track_total_hits": True,
                }
                answer = self._ask(self._aliases(), body)
        except SearchUnavailable as problem:
            return Health(False, str(problem))
        return Health(True, "", live, answer["hits"]["total"]["value"])

    def close(self) -> None:
        self._client.close()

    # Reading

    def search(self, query: SearchQuery) -> SearchResults:
        started = time.perf_counter()
        body = queries.search_body(self.schema, query)
        with answering():
            answer = self._ask(self._read(queries.chains_of(query)), body)
            total: int = answer["hits"]["total"]["value"]
            suggestion = "" if total else self._suggestion(query)
        found = answer["hits"]["hits"]
        highlights = HitHighlights(self.schema, query)
        return SearchResults(
            hits=tuple(_hit(hit, highlights) for hit in found),
            total=total,
            facets=tuple(self._facet(name, answer, query) for name in query.facets),
            suggestion=suggestion,
            took_ms=(time.perf_counter() - started) * 1000,
            engine=self.name,
            next_cursor=self._next_cursor(query, found, total),
        )

    def suggest(
        self, text: str, *, locale: str, audience: frozenset[str], size: int = 8
    ) -> list[Hit]:
        words = typed_words(text, locale)
        if not words:
            return []
        body = queries.suggest_body(words, locale, audience, size)
        with answering():
            answer = self._ask(self._read([chain_of(locale)]), body)
        return [_hit(hit) for hit in answer["hits"]["hits"]]

    def similar(
        self, key: str, *, locale: str, audience: frozenset[str], size: int = 5
    ) -> list[Hit]:
        others = self._read([chain_of(locale)])
        with answering():
            own = self._ask(self._read(CHAINS), queries.own_body(key, audience))["hits"]["hits"]
            if not own:
                return []
            content = own[0]["_source"]["content"]
            levels = level_of_terms(self.schema.words(content["texts"], content["locale"]))
            if not levels:
                return []
            body = queries.commonness_body(key, heaviest_terms(levels), locale, audience)
            common = self._ask(others, body)
            having = common["aggregations"]["having"]["buckets"]
            terms = telling_terms(
                levels,
                lambda term: having[term]["doc_count"],
                common["hits"]["total"]["value"],
            )
            if not terms:
                return []
            answer = self._ask(others, queries.similar_body(key, terms, locale, audience, size))
        return [_hit(hit) for hit in answer["hits"]["hits"]]

    def _ask(self, indexes: list[str], body: Mapping[str, Any]) -> Any:
        """One search. An answer that leaves a part out is no answer."""
        return self._client.search(
            index=indexes,
            body=dict(body),
            allow_partial_search_results=False,
            preference=self._preference,
        )

    def _read(self, chains: Iterable[Chain]) -> list[str]:
        return [self._generations.live_alias(chain) for chain in chains]

    def _aliases(self, generation: str = "") -> list[str]:
        return [self._generations.alias(chain, generation) for chain in CHAINS]

    def _facet(self, name: str, answer: Any, query: SearchQuery) -> FacetResult:
        buckets = answer["aggregations"][name]["values"]["buckets"]
        counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
        chosen = query.selections.get(name, frozenset())
        return FacetResult(name, ordered_values(self.schema.facet(name), counts, chosen))

    def _next_cursor(self, query: SearchQuery, found: Sequence[Any], total: int) -> str:
        # Full pages alone can be followed by another one; the total says when that is empty.
        last_rank = max(0, query.page - 1) * query.size + len(found)
        if len(found) < max(1, query.size) or (not query.cursor and last_rank >= total):
            return ""
        return queries.cursor_of(queries.order_of(self.schema, query), found[-1]["sort"])

    def _suggestion(self, query: SearchQuery) -> str:
        """A better spelling, of words that this reader may find and that find something."""
        if not queries.words_to_spell(query.text, query.locale):
            return ""
        indexes = self._read(queries.chains_of(query))
        answer = self._ask(indexes, queries.spelling_body(query))
        words = [
            (*bucket["key"].split(" ", 1), bucket["doc_count"])
            for bucket in answer["aggregations"]["spellings"]["buckets"]
        ]
        text = closest_spelling(
            query.text,
            query.locale,
            lambda start: [each for each in words if each[0].startswith(start)],
        )
        if not text:
            return ""
        counted = self._ask(indexes, queries.counting_body(self.schema, query.respelled(text)))
        return text if counted["hits"]["total"]["value"] else ""


def _hit(found: Mapping[str, Any], highlights: HitHighlights | None = None) -> Hit:
    content = found["_source"]["content"]
    texts, locale = content.get("texts", {}), content["locale"]
    marks = highlights.of(texts, locale) if highlights else NO_MARKS
    return Hit(found["_id"], content["stored"], found.get("_score") or 0.0, *marks)
