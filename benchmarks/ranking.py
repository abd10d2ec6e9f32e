"""How well the search ranks, beside Wagtail's own search in the same database."""

from benchmarks.golden_corpus import Corpus, load
from benchmarks.measuring import Measured
from benchmarks.search_quality import golden_queries, measure
from benchmarks.wagtail_search import told_of_the_content
from exchange.models import ImportRecord
from search import service
from search.indexing.rebuild import rebuild

NAMES = {"embedded": "the embedded engine", "elasticsearch": "Elasticsearch"}


def quality(quick: bool) -> Measured:
    """nDCG@10 over the half of the golden queries that is kept for the report."""
    if not ImportRecord.objects.filter(source="18f-methods").exists():
        load()
    service.reset()
    rebuild(service.engine())
    corpus = Corpus()
    queries = [query for query in golden_queries() if query.split == "report"]
    ours = measure(queries, corpus.search)
    with told_of_the_content():
        theirs = measure(queries, corpus.wagtail)
    engine = service.engine().name
    lines = [
        f"Search quality by kind of query, {NAMES[engine]} beside Wagtail’s own search:",
        "",
        "| kind of query | queries | nDCG@10 | MRR | Wagtail: nDCG@10 | MRR |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in sorted(ours, key=lambda name: (name == "all", name)):
        own, other = ours[name], theirs[name]
        lines.append(
            f"| {name} | {own.queries} | {own.ndcg:.3f} | {own.mrr:.3f} |"
            f" {other.ndcg:.3f} | {other.mrr:.3f} |"
        )
    every, wagtails = ours["all"], theirs["all"]
    return Measured(
        every.ndcg,
        f"MRR {every.mrr:.3f}; Wagtail’s own search {wagtails.ndcg:.3f} and {wagtails.mrr:.3f}",
        f"{every.queries} queries, {len(corpus.names())} pages",
        holds=every.ndcg > wagtails.ndcg,
        table="\n".join(lines),
    )
