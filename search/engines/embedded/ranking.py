"""One page of hits in a stable order, out of what tantivy finds."""

from itertools import groupby

import tantivy

from search.engines.embedded.opened import Found, count, total_of

# Hits of equal score are put in order (the newest first, then by key) where there are no more of
# them than this; a longer run stays in the order of the index, which is the same for all pages.
MAX_TIES = 10_000
# Most runs are short: this many hits are looked at before as many as the longest run.
SHORT_RUN = 500


def in_order_of(
    searcher: tantivy.Searcher, found: tantivy.Query, field: str, first: int, size: int
) -> tuple[list[Found], int]:
    """The hits from `first` on by rising `field`, whose texts all differ; the total."""
    total, size = _within(searcher, found, first, size)
    if size <= 0:
        return [], total
    result = searcher.search(
        found, limit=size, offset=first, count=not first,
        order_by_field=field, order=tantivy.Order.Asc,
    )  # fmt: skip
    return [(0.0, address) for _text, address in result.hits], total or total_of(result)


def by_score(
    searcher: tantivy.Searcher, found: tantivy.Query, first: int, size: int
) -> tuple[list[Found], int]:
    """The hits from `first` on by falling score; the total."""
    total, size = _within(searcher, found, first, size)
    if size <= 0:
        return [], total
    end = first + size
    result = searcher.search(found, limit=end + 1)
    total, hits = total_of(result), result.hits
    for longest in (SHORT_RUN, MAX_TIES):
        if not end < len(hits) < total or hits[-1][0] != hits[end - 1][0]:
            break
        # The run of equals at the end of the page goes on: all of it is needed to put it in order.
        start = next(rank for rank, hit in enumerate(hits) if hit[0] == hits[-1][0])
        hits = searcher.search(found, limit=max(end, start + longest) + 1, count=False).hits
    page: list[Found] = []
    rank = 0
    for _score, run in groupby(hits, key=lambda hit: hit[0]):
        equals = list(run)
        if rank < end and rank + len(equals) > first:
            page += _in_order(searcher, equals, max(0, first - rank), end - rank)
        rank += len(equals)
    return page, total


def _within(
    searcher: tantivy.Searcher, found: tantivy.Query, first: int, size: int
) -> tuple[int, int]:
    """The total, and the part of `size` that lies before it; 0 and `size` where it is not needed.

    A page far beyond the end would otherwise cost as much memory as its number says.
    """
    if not first and 0 < size <= MAX_TIES:
        return 0, size
    total = count(searcher, found)
    return total, min(size, total - first)


def _in_order(searcher: tantivy.Searcher, equals: list[Found], first: int, end: int) -> list[Found]:
    """The hits from rank `first` to `end` of a run of equals: the newest first, then by key."""
    if not 1 < len(equals) <= MAX_TIES:
        return equals[first:end]
    dates = searcher.fast_field_values("published", [address for _score, address in equals])
    dated = sorted(zip(dates, equals, strict=True), key=lambda each: -int(each[0] or 0))
    ordered: list[Found] = []
    for _date, run in groupby(dated, key=lambda each: each[0]):
        same = [hit for _each, hit in run]
        # Reading keys is slow, and only those of this page matter.
        if len(same) > 1 and len(ordered) < end and len(ordered) + len(same) > first:
            same.sort(key=lambda hit: str(searcher.doc(hit[1]).get_first("key")))
        ordered += same
    return ordered[first:end]
