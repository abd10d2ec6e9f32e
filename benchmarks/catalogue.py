"""What is measured, why, over what, and how far it has to reach."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from benchmarks.measuring import Measured

# The engines that an entry runs on: SQLite and the embedded engine, or real servers.
Pair = Literal["embedded", "servers"]
PAIRS: tuple[Pair, ...] = ("embedded", "servers")


@dataclass(frozen=True)
class Reach:
    """How far a value has to go: at least, or at most, so much."""

    sign: Literal["≥", "≤"]
    value: float

    def is_met(self, value: float) -> bool:
        """Whether `value` is good enough."""
        return value >= self.value if self.sign == "≥" else value <= self.value

    def __str__(self) -> str:
        return f"{self.sign} {self.value:,g}"


@dataclass(frozen=True)
class Entry:
    """One thing that is measured.

    `function` (“module:name” below `benchmarks`) measures it, in a process that has the database
    and the engine of `pair`; it is told whether to be quick.
    """

    name: str
    pair: Pair
    what: str
    why: str
    workload: str
    unit: str
    reach: Reach | None
    function: str

    def load(self) -> Callable[[bool], Measured]:
        """The function that measures it."""
        module, name = self.function.split(":")
        found: Callable[[bool], Measured] = getattr(import_module(f"benchmarks.{module}"), name)
        return found


# In the order in which they run: those that need nothing but the demo come first.
ENTRIES = (
    Entry(
        "quality",
        "embedded",
        "nDCG@10 of the embedded engine",
        "The fastest search is of no use when the right page is on the second screen.",
        "the half of the golden queries that nothing was tuned on, over the demo and the 18F cards",
        "nDCG@10",
        Reach("≥", 0.87),
        "ranking:quality",
    ),
    Entry(
        "import",
        "embedded",
        "import of a table of lessons, published",
        "An organization that joins brings thousands of sheets.",
        "rows of the NASA set, each a new page with its tags, people and first revision",
        "rows/s",
        Reach("≥", 60),
        "importing:rows_per_second",
    ),
    Entry(
        "queries",
        "embedded",
        "most SQL queries of a results page",
        "A number that grows with what is found is a page that gets slow one day.",
        "10 and 50 hits, no facet chosen, 1 and 12, few documents and many",
        "queries",
        Reach("≤", 8),
        "query_counts:most_queries",
    ),
    Entry(
        "findable",
        "embedded",
        "publish → findable, 95th percentile",
        "Whoever publishes looks for their page at once.",
        "from the end of a publish until a search finds its new title; the worker is a thread",
        "ms",
        Reach("≤", 150),
        "findable:by_thread",
    ),
    Entry(
        "results-page",
        "embedded",
        "Wagtail’s own search page ÷ our results page",
        "The facets are what the product is for.",
        "10 hits: our whole request, 15 facets, highlights; Wagtail’s view, six `facet()` calls;"
        " words that about half of the pages have",
        "times faster",
        Reach("≥", 100),
        "results_page:beside_wagtail",
    ),
    Entry(
        "facets-at-scale",
        "embedded",
        "facet page of many documents ÷ of a thousand",
        "A base that grows must not become a base that waits.",
        "one search of the embedded engine: words, 10 hits, 8 facets, a value chosen in 2 of them",
        "ratio",
        Reach("≤", 15),
        "facets_at_scale:many_beside_few",
    ),
    Entry(
        "quality-elasticsearch",
        "servers",
        "nDCG@10 of Elasticsearch",
        "Both engines owe the reader the same order.",
        "the same queries and pages as for the embedded engine",
        "nDCG@10",
        Reach("≥", 0.87),
        "ranking:quality",
    ),
    Entry(
        "findable-elasticsearch",
        "servers",
        "publish → findable, 95th percentile",
        "The same, through another process and over the network.",
        "the worker is `search_worker`, a process of its own that also feeds the stand-in",
        "ms",
        Reach("≤", 1500),
        "findable:by_process",
    ),
    Entry(
        "publish-hanging",
        "servers",
        "publish while the engine hangs ÷ with search off",
        "A search engine that is down must not keep editors from their work.",
        "an engine that accepts connections and never answers, with a worker that waits for it",
        "ratio",
        Reach("≤", 1.2),
        "hanging:publishing",
    ),
    Entry(
        "pipeline",
        "servers",
        "pages → index ÷ `helpers.bulk` of ready documents",
        "What reading and analysing cost beside what Elasticsearch costs anyway.",
        "documents/s of a rebuild from PostgreSQL, beside sending the same finished documents",
        "ratio",
        Reach("≥", 0.7),
        "pipeline:beside_bulk",
    ),
    Entry(
        "rebuild",
        "servers",
        "modelsearch’s `update_index` ÷ our rebuild",
        "A rebuild is the way out of every trouble: it must not take a night.",
        "the same pages of PostgreSQL into the same node; modelsearch is told of the same content",
        "times faster",
        Reach("≥", 10),
        "pipeline:beside_update_index",
    ),
    Entry(
        "one-request",
        "servers",
        "all facets in one request ÷ one request per facet",
        "modelsearch asks once for the hits and once more for each facet.",
        "10 hits and 8 facets, two of them with a chosen value; counts compared",
        "ratio",
        Reach("≤", 0.4),
        "beside_elasticsearch:one_request",
    ),
    Entry(
        "page-beside-search",
        "servers",
        "HTTP results page ÷ raw `_search` with the same body",
        "What the product adds to Elasticsearch’s own time.",
        "10 hits with highlights and 15 facets, by HTTP; the body that the page itself sends",
        "ratio",
        Reach("≤", 2.0),
        "beside_elasticsearch:page",
    ),
)


def named(names: list[str]) -> list[Entry]:
    """The entries with these names, or all; a bilingual `KeyError` that lists the known ones."""
    known = {entry.name: entry for entry in ENTRIES}
    for name in names:
        if name not in known:
            listed = ", ".join(known)
            raise KeyError(
                f"Aucune mesure « {name} ». Connues : {listed}.",
                f"No benchmark “{name}”. Known: {listed}.",
            )
    return [entry for entry in ENTRIES if not names or entry.name in names]
