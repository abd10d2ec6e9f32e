"""Orders, pages and cursors, of every engine."""

from dataclasses import replace

import pytest

from search.core.engine import SearchEngine
from search.core.query import InvalidCursor, Sort
from tests.search.engines.corpus import ask, document, fill, keys


@pytest.fixture
def library(engine: SearchEngine) -> SearchEngine:
    """Twenty-three documents, many of them alike."""
    fill(
        engine,
        [
            document(
                f"{n:02d}",
                ["Été", "abri", "Abri", "zone"][n % 4],
                published=n // 5,
                verified=[0, -86_400, 3][n % 3],
            )
            for n in range(23)
        ],
    )
    return engine


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("newest", ["20", "21", "22", "15"]),
        ("oldest", ["00", "01", "02", "03"]),
        ("verified", ["02", "05", "08", "11"]),
        ("title", ["01", "02", "05", "06"]),
        ("relevance", ["20", "21", "22", "15"]),  # there are no words: the newest first
    ],
)
def test_orders_are_whole_and_ties_go_by_key(
    library: SearchEngine, sort: Sort, first: list[str]
) -> None:
    assert keys(library.search(ask(sort=sort, size=4))) == first


def test_the_order_of_writing_means_nothing(library: SearchEngine) -> None:
    for sort in ("newest", "oldest", "verified", "title"):
        before = keys(library.search(ask(sort=sort, size=50)))
        fill(
            library,
            [
                document(
                    f"{n:02d}",
                    ["Été", "abri", "Abri", "zone"][n % 4],
                    published=n // 5,
                    verified=[0, -86_400, 3][n % 3],
                )
                for n in (21, 7, 0, 13)
            ],
            version=before.index("07") + 2,
        )
        assert keys(library.search(ask(sort=sort, size=50))) == before


@pytest.mark.parametrize("sort", ["newest", "oldest", "verified", "title", "relevance"])
@pytest.mark.parametrize("text", ["", "abri"])
def test_pages_follow_one_another_without_gap_or_repetition(
    library: SearchEngine, sort: Sort, text: str
) -> None:
    whole = library.search(ask(text, sort=sort, size=100))
    paged = [
        key
        for page in range(1, 7)
        for key in keys(library.search(ask(text, sort=sort, size=4, page=page)))
    ]

    assert paged == keys(whole)
    assert whole.total == len(paged) == (23 if not text else 12)


@pytest.mark.parametrize("sort", ["newest", "title", "relevance"])
def test_a_cursor_goes_on_where_the_last_page_ended(library: SearchEngine, sort: Sort) -> None:
    question = ask("abri", sort=sort, size=5)
    walked: list[str] = []
    cursor = ""
    while True:
        results = library.search(replace(question, cursor=cursor))
        walked += keys(results)
        assert results.total == 12
        if not (cursor := results.next_cursor):
            break

    assert walked == keys(library.search(replace(question, size=100)))


def test_nothing_follows_the_last_hit(library: SearchEngine) -> None:
    assert library.search(ask(size=23)).next_cursor == ""
    assert library.search(ask("nothing of the kind")).next_cursor == ""


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "=", "12", "eyJ9"])
def test_a_cursor_that_was_never_given_is_refused(library: SearchEngine, cursor: str) -> None:
    with pytest.raises(InvalidCursor, match="start again"):
        library.search(ask(cursor=cursor))


@pytest.mark.parametrize("page", [4, 1_000, 10**9, 10**30])
@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_a_page_beyond_the_last_is_empty_and_keeps_its_total(
    library: SearchEngine, page: int, sort: Sort
) -> None:
    for text, total in (("", 23), ("abri", 12)):
        results = library.search(ask(text, page=page, sort=sort))
        assert (results.hits, results.total) == ((), total)


@pytest.mark.parametrize("page", [0, -1, -(10**30)])
def test_a_page_before_the_first_is_the_first(library: SearchEngine, page: int) -> None:
    assert keys(library.search(ask(page=page))) == keys(library.search(ask()))


@pytest.mark.parametrize("size", [0, -5, 24, 10_000])
def test_any_size_of_page_is_answered(library: SearchEngine, size: int) -> None:
    assert len(library.search(ask(size=size)).hits) == min(max(size, 0), 23)


def test_a_long_run_of_equals_keeps_its_order_from_page_to_page(engine: SearchEngine) -> None:
    fill(engine, [document(f"{n:04d}", "Tutorat") for n in range(1_500)])

    paged = [
        key
        for page in (1, 2, 75, 150)
        for key in keys(engine.search(ask("tutorat", page=page, size=10)))
    ]
    wanted = [n for page in (1, 2, 75, 150) for n in range(page * 10 - 10, page * 10)]
    assert paged == [f"{n:04d}" for n in wanted]
