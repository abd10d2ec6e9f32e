"""What a facet page of the embedded engine costs when the base has grown a thousandfold."""

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks import corpus
from benchmarks.measuring import Measured, interleaved, median, milliseconds
from search import registry
from search.audience import PUBLIC
from search.core.engine import SearchEngine
from search.core.query import SearchQuery
from search.engines.embedded import EmbeddedEngine

FACETS = ("type", "theme", "setting", "audience", "level", "mode", "year", "tag")


def many_beside_few(quick: bool) -> Measured:
    """The same questions of two indexes."""
    few, many = 1_000, 50_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        small = EmbeddedEngine(registry.schema(), Path(folder) / "small")
        large = EmbeddedEngine(registry.schema(), Path(folder) / "large")
        corpus.fill(small, corpus.documents(few, body=0))
        corpus.fill(large, corpus.documents(many, body=0))
        questions = [_question(small, text) for text in corpus.QUERIES for _twice in range(2)]
        for engine in (small, large):
            engine.search(questions[0])
        rounds = [
            (lambda question=question: large.search(question),
             lambda question=question: small.search(question))
            for question in questions
        ]  # fmt: skip
        slow, fast = interleaved(rounds)
        return Measured(
            median(slow) / median(fast),
            f"{milliseconds(median(slow))} and {milliseconds(median(fast))}",
            f"{many:,} and {few:,} documents with a title and facets",
        )


def _question(engine: SearchEngine, text: str) -> SearchQuery:
    """Words, and the most frequent value of two facets."""
    asked = SearchQuery("fr", PUBLIC, text, facets=FACETS)
    facets = {facet.name: facet.values for facet in engine.search(asked).facets}
    chosen = {name: frozenset({facets[name][0].value}) for name in ("type", "theme")}
    return replace(asked, selections=chosen)
