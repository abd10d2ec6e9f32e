"""One page of hits in a stable order, out of what tantivy finds."""

from itertools import groupby

import tantivy

from search.engines.embedded.opened import Found, count, total_of

# Hits of equal score are put in order (the newest first, then by key) where there are no more of
# them than this; a longer run stays in the order of the index, which is the same for all pages.
MAX_TIES = 10_000


def in_order_of(
    searcher: tantivy.Searcher, found: tantivy.Query, field: str, first: int, size: int
) -> tuple[list[Found], int]:
    """The hits from `first` on by rising `field`, whose texts all differ; the total."""
    total = count(searcher, found)
    size = min(size, total - first)
    if size <= 0:
        return [], total
    hits = searcher.search(
        found, limit=size, offset=first, count=False,
        order_by_field=field, order=tantivy.Order.Asc,
    ).hits  # fmt: skip
    return [(0.0, address) for _text, address in hits], total


def by_score(
    searcher: tantivy.Searcher, found: tantivy.Query, first: int, size: int
) -> tuple[list[Found], int]:
    """The hits from `first` on by falling score; the total."""
    if first or size <= 0:
        total = count(searcher, found)
        size = min(size, total - first)
        if size <= 0:
            return [], total
    wanted = first + size
    result = searcher.search(found, limit=wanted + 1)
    total, hits = total_of(result), result.hits
    while wanted < len(hits) < total and hits[-1][0] == hits[wanted - 1][0]:
        # The run of equals at the end of the page goes on: all of it is needed to put it in order.
        start = next(rank for rank, hit in enumerate(hits) if hit[0] == hits[-1][0])
        if len(hits) - start > MAX_TIES:
            break
        limit = min(len(hits) * 4, start + MAX_TIES + 1)
        hits = searcher.search(found, limit=limit, count=False).hits
    page: list[Found] = []
    start = 0
    for _score, run in groupby(hits, key=lambda hit: hit[0]):
        equals = list(run)
        end = start + len(equals)
        if end > first and start < wanted:
            page += _ordered(searcher, equals)[max(0, first - start) : wanted - start]
        start = end
    return page, total


def _ordered(searcher: tantivy.Searcher, equals: list[Found]) -> list[Found]:
    if not 1 < len(equals) <= MAX_TIES:
        return equals
    dates = searcher.fast_field_values("published", [address for _score, address in equals])
    dated = sorted(zip(dates, equals, strict=True), key=lambda each: -int(each[0] or 0))
    ordered: list[Found] = []
    for _date, run in groupby(dated, key=lambda each: each[0]):
        same = [hit for _each, hit in run]
        if len(same) > 1:
            same.sort(key=lambda hit: str(searcher.doc(hit[1]).get_first("key")))
        ordered += same
    return ordered
