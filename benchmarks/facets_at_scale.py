"""What a facet page of the embedded engine costs when the base has grown a thousandfold."""

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks import corpus
from benchmarks.measuring import Measured, interleaved, median, milliseconds
from search import registry
from search.audience import PUBLIC
from search.core.documents import Write
from search.core.query import SearchQuery
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.index import to_index
from search.engines.embedded.writing import WRITER_MEMORY

# Words that a title of a thousand holds, too.
TEXTS = ("évaluation", "rétroaction", "élève", "numérique", "formation")
DISTINCT = 20_000
FACETS = ("type", "theme", "setting", "audience", "level", "mode", "year", "tag")


def many_beside_few(quick: bool) -> Measured:
    """The same questions of two indexes."""
    few, many = 1_000, 60_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        small = EmbeddedEngine(registry.schema(), Path(folder) / "small")
        large = EmbeddedEngine(registry.schema(), Path(folder) / "large")
        corpus.fill(small, corpus.documents(few, body=0))
        _fill_many(large, many)
        questions = [_question(small, text) for text in TEXTS for _twice in range(2)]
        for question in questions:
            assert small.search(question).total, question.text
            large.search(question)
        slow, fast = interleaved(
            [(partial(large.search, each), partial(small.search, each)) for each in questions]
        )
        return Measured(
            median(slow) / median(fast),
            f"{milliseconds(median(slow))} and {milliseconds(median(fast))}",
            f"{many:,} documents ({DISTINCT:,} different ones, repeated) and {few:,},"
            " each with a title and facets",
        )


def _fill_many(engine: EmbeddedEngine, number: int) -> None:
    """An index of `number` documents, which are analysed once and written many times over."""
    engine.promote_generation(engine.create_generation())
    writer = engine._opened(engine.live_generation()).index.writer(WRITER_MEMORY, num_threads=1)
    for document in corpus.documents(DISTINCT, body=0):
        record = to_index(Write(document.key, 1, document), engine.schema)
        for _time in range(number // DISTINCT):
            writer.add_document(record)
    writer.commit()
    writer.wait_merging_threads()
    found = engine.health().documents
    assert found == number, f"{found:,} documents instead of {number:,}"


def _question(engine: EmbeddedEngine, text: str) -> SearchQuery:
    """A word, and the most frequent value of two facets."""
    asked = SearchQuery("fr", PUBLIC, text, facets=FACETS)
    facets = {facet.name: facet.values for facet in engine.search(asked).facets}
    chosen = {name: frozenset({facets[name][0].value}) for name in ("type", "theme")}
    return replace(asked, selections=chosen)
