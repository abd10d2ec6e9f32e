"""What the counts of facets promise, of every engine."""

import pytest

from search.core.declarations import Field
from search.core.engine import SearchEngine
from search.core.results import FacetValue
from search.core.schema import Schema
from tests.search.engines.conftest import MakeEngine
from tests.search.engines.corpus import ask, counts, document, fill, keys


@pytest.fixture
def library(engine: SearchEngine) -> SearchEngine:
    """Four documents of several types, themes and tags."""
    fill(
        engine,
        [
            document("1", "Tutorat", type="sheet", theme="a/b", tag=["x", "y"], cost="1"),
            document("2", "Tutorat", type="sheet", theme=["a/b/c", "a/d"], tag=["x"], cost="2"),
            document("3", "Tutorat", type="case", theme="e", tag=["y"], cost="1"),
            document("4", "Mentorat", type="lesson", theme="a"),
        ],
    )
    return engine


def test_values_of_one_facet_widen_and_facets_narrow_each_other(library: SearchEngine) -> None:
    either = library.search(ask(selections={"type": ["sheet", "case"]}))
    both = library.search(ask(selections={"type": ["sheet", "case"], "cost": "1"}))

    assert set(keys(either)) == {"1", "2", "3"}
    assert set(keys(both)) == {"1", "3"}


def test_a_facet_counts_as_if_nothing_of_its_own_were_chosen(library: SearchEngine) -> None:
    results = library.search(ask(selections={"type": "sheet", "cost": "1"}))

    assert results.total == 1
    assert counts(results, "type") == {"case": 1, "sheet": 1}  # of those that cost 1
    assert counts(results, "cost") == {"1": 1, "2": 1}  # of the sheets
    assert counts(results, "tag") == {"x": 1, "y": 1}  # of both


def test_the_count_of_a_value_is_what_choosing_it_finds(library: SearchEngine) -> None:
    chosen = {"theme": "a", "cost": ["1", "2"]}
    for facet in library.search(ask("tutorat", selections=chosen)).facets:
        for value in facet.values:
            others = {name: v for name, v in chosen.items() if name != facet.name}
            with_it = library.search(ask("tutorat", selections={**others, facet.name: value.value}))
            assert with_it.total == value.count, f"{facet.name}: {value.value}"


def test_tags_are_to_be_found_all_together(library: SearchEngine) -> None:
    results = library.search(ask(selections={"tag": ["x", "y"]}))

    assert keys(results) == ["1"]
    assert counts(results, "tag") == {"x": 1, "y": 1}


def test_choosing_a_term_finds_all_that_is_filed_below_it(library: SearchEngine) -> None:
    assert set(keys(library.search(ask(selections={"theme": "a"})))) == {"1", "2", "4"}
    assert set(keys(library.search(ask(selections={"theme": "a/b"})))) == {"1", "2"}


def test_a_parent_counts_each_document_once(library: SearchEngine) -> None:
    found = counts(library.search(ask()), "theme")

    assert found == {"a": 3, "a/b": 2, "a/b/c": 1, "a/d": 1, "e": 1}


def test_a_chosen_value_is_shown_even_when_it_counts_nothing(library: SearchEngine) -> None:
    results = library.search(ask("mentorat", selections={"type": "case", "theme": "nowhere"}))

    found = {each.name: each.values for each in results.facets}
    assert FacetValue("case", 0, selected=True) in found["type"]
    assert FacetValue("nowhere", 0, selected=True) in found["theme"]


def test_an_eleventh_value_appears_and_a_thousandth_too(engine: SearchEngine) -> None:
    fill(engine, [document(f"{n:04d}", "x", year=str(1000 + n)) for n in range(1_000)])

    assert len(counts(engine.search(ask()), "year")) == 1_000


def test_values_are_listed_in_the_declared_order(library: SearchEngine) -> None:
    fill(
        library,
        [document(f"y{year}", "Tutorat", year=year) for year in ("2019", "2025", "2021")],
    )
    results = library.search(ask())

    assert list(counts(results, "year")) == ["2025", "2021", "2019"]
    assert list(counts(results, "cost")) == ["1", "2"]
    assert list(counts(results, "type")) == ["sheet", "case", "lesson"]  # by count, then value


def test_only_the_facets_that_were_asked_for_are_counted(library: SearchEngine) -> None:
    results = library.search(ask(facets=("cost",)))

    assert [each.name for each in results.facets] == ["cost"]


def test_a_document_without_a_value_counts_in_no_value(library: SearchEngine) -> None:
    assert sum(counts(library.search(ask()), "cost").values()) == 3


def test_values_keep_their_spelling(engine: SearchEngine) -> None:
    odd = ["Été & “quotes”", "a b", "ÉTÉ", "日本", "-1", "a.b:c*"]
    fill(engine, [document("1", "x", tag=odd)])

    assert set(counts(engine.search(ask()), "tag")) == set(odd)
    for value in odd:
        assert keys(engine.search(ask(selections={"tag": value}))) == ["1"], value


def test_a_value_given_twice_counts_once(engine: SearchEngine) -> None:
    fill(engine, [document("1", "x", type=["sheet", "sheet"], theme=["a/b", "a/b"])])

    results = engine.search(ask())
    assert counts(results, "type") == {"sheet": 1}
    assert counts(results, "theme") == {"a": 1, "a/b": 1}


def test_counts_need_no_page_of_hits(library: SearchEngine) -> None:
    results = library.search(ask(size=0))

    assert (results.hits, results.total) == ((), 4)
    assert counts(results, "cost") == {"1": 2, "2": 1}


def test_an_unknown_facet_is_a_mistake_of_the_caller_and_named(library: SearchEngine) -> None:
    with pytest.raises(KeyError, match="No facet 'secteur'"):
        library.search(ask(facets=("secteur",)))
    with pytest.raises(KeyError, match="No facet 'secteur'"):
        library.search(ask(selections={"secteur": "x"}))


def test_a_schema_without_facets_answers(make_engine: MakeEngine) -> None:
    engine = make_engine(Schema((Field("title"),), ()))
    fill(engine, [document("1", "Tutorat")])

    assert keys(engine.search(ask("tutorat", facets=()))) == ["1"]
