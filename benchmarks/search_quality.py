"""How well the search ranks: nDCG@10 and MRR over queries with graded judgements."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "quality"
DEPTH = 10

# A query to the keys of its results, the best first.
Ranker = Callable[["GoldenQuery"], Sequence[str]]


@dataclass(frozen=True)
class GoldenQuery:
    """What a reader asks, in which language, and the grade (1 to 3) of each fitting page."""

    language: str
    slice: str
    text: str
    grades: Mapping[str, int]
    split: str  # "tune" or "report"


@dataclass(frozen=True)
class Quality:
    """Means over the queries: nDCG@10 and MRR, both from 0 to 1, and how many queries."""

    ndcg: float
    mrr: float
    queries: int


def golden_queries() -> list[GoldenQuery]:
    """The whole golden set; within each slice, every other query is kept for the report."""
    rows = yaml.safe_load((FOLDER / "queries.yaml").read_text(encoding="utf-8"))
    seen: dict[str, int] = defaultdict(int)
    queries = []
    for language, name, text, grades in rows:
        split = ("tune", "report")[seen[name] % 2]
        seen[name] += 1
        queries.append(GoldenQuery(language, name, text, grades, split))
    return queries


def ndcg(results: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Normalized discounted cumulative gain of the first results; a grade gains 2^grade − 1."""

    def gain(found: Iterable[int]) -> float:
        return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(found))

    best = gain(sorted(grades.values(), reverse=True)[:depth])
    return gain(grades.get(key, 0) for key in results[:depth]) / best if best else 0.0


def reciprocal_rank(results: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 ÷ the rank of the first result that has one of the two best grades of the query, or 0."""
    wanted = max(grades.values(), default=0)
    for rank, key in enumerate(results, start=1):
        if grades.get(key, 0) >= max(1, wanted - 1):
            return 1 / rank
    return 0.0


def measure(queries: Iterable[GoldenQuery], ranker: Ranker) -> dict[str, Quality]:
    """The quality of `ranker` per slice, and over all under the name “all”."""
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries:
        results = ranker(query)
        score = ndcg(results, query.grades), reciprocal_rank(results, query.grades)
        scores[query.slice].append(score)
        scores["all"].append(score)
    return {
        name: Quality(
            sum(each for each, _rank in found) / len(found),
            sum(rank for _gain, rank in found) / len(found),
            len(found),
        )
        for name, found in scores.items()
    }
