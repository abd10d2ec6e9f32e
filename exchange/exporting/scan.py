"""All that a search finds, batch after batch, without holding it in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.batches import batches
from exchange.exporting.records import Record, records
from practices.selectors import Viewer
from search import service
from search.audience import audience_of
from search.params import SearchParams

BATCH = 100


def found_by(params: SearchParams, *, viewer: Viewer, root: str) -> Iterator[Record]:
    """The pages that `params` finds for `viewer`, in the order of the results.

    The index says which, the database says whether they may be seen and what they hold now. What
    moves while it is read comes once.
    """
    audience = audience_of(viewer)
    query = replace(params.with_page(1), size=BATCH).query(audience, facets=(), highlight=False)
    seen: set[int] = set()
    while True:
        results = service.search(query)
        fresh = [hit.stored["id"] for hit in results.hits if hit.stored["id"] not in seen]
        seen.update(fresh)
        yield from records(fresh, viewer=viewer, root=root)
        if not results.next_cursor:
            return
        query = replace(query, cursor=results.next_cursor)


def chosen(pks: Sequence[int], *, viewer: Viewer, root: str) -> Iterator[Record]:
    """The pages `pks` that `viewer` may see, in the same order."""
    for batch in batches(pks, BATCH):
        yield from records(batch, viewer=viewer, root=root)
