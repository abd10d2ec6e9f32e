"""Versions, removals and generations, of every engine."""

import itertools

import pytest

from search.core.documents import Document, Write
from search.core.engine import Entry, SearchEngine
from tests.search.engines.corpus import ask, document, fill, keys


def written(engine: SearchEngine, *writes: Write, generation: str = "") -> list[bool]:
    """Write, make findable, and say of each write whether it was stale."""
    outcomes = engine.write(writes, generation=generation)
    engine.refresh(generation=generation)
    assert [each.key for each in outcomes] == [each.key for each in writes]
    assert not any(each.error for each in outcomes)
    return [each.stale for each in outcomes]


def titles(engine: SearchEngine) -> list[str]:
    """The titles of everything that can be found."""
    return sorted(str(hit.stored["title"]) for hit in engine.search(ask()).hits)


def held(engine: SearchEngine, generation: str = "") -> dict[str, int]:
    """The version of each document that the index holds."""
    return {each.key: each.version for each in engine.scan(generation=generation)}


FIRST, SECOND = document("1", "First"), document("1", "Second")


def test_a_newer_write_replaces_the_older_one(engine: SearchEngine) -> None:
    assert written(engine, Write("1", 1, FIRST)) == [False]
    assert written(engine, Write("1", 2, SECOND)) == [False]

    assert titles(engine) == ["Second"]
    assert held(engine) == {"1": 2}


def test_an_older_write_comes_too_late(engine: SearchEngine) -> None:
    written(engine, Write("1", 2, SECOND))

    assert written(engine, Write("1", 1, FIRST)) == [True]
    assert titles(engine) == ["Second"]


def test_the_same_write_twice_is_stale_and_harmless(engine: SearchEngine) -> None:
    written(engine, Write("1", 1, FIRST))

    assert written(engine, Write("1", 1, SECOND)) == [True]
    assert titles(engine) == ["First"]


def test_a_removed_document_is_not_found(engine: SearchEngine) -> None:
    written(engine, Write("1", 1, FIRST), Write("2", 1, document("2", "Stays")))
    written(engine, Write("1", 2, None))

    results = engine.search(ask())
    assert (keys(results), results.total) == (["2"], 1)
    assert held(engine) == {"2": 1}
    assert engine.health().documents == 1
    assert engine.similar("1", locale="fr", audience=frozenset({"public"})) == []


def test_a_removal_is_remembered(engine: SearchEngine) -> None:
    written(engine, Write("1", 3, None))

    assert written(engine, Write("1", 2, FIRST)) == [True]
    assert titles(engine) == []
    assert written(engine, Write("1", 4, SECOND)) == [False]
    assert titles(engine) == ["Second"]


def test_one_batch_may_hold_a_key_several_times(engine: SearchEngine) -> None:
    written(
        engine,
        Write("1", 2, SECOND),
        Write("2", 5, document("2", "Gone")),
        Write("1", 1, FIRST),
        Write("2", 6, None),
    )

    assert titles(engine) == ["Second"]
    assert held(engine) == {"1": 2}


def test_any_order_and_any_repetition_of_writes_ends_the_same(engine: SearchEngine) -> None:
    writes = [
        Write("1", 1, FIRST),
        Write("1", 2, None),
        Write("1", 3, SECOND),
        Write("2", 4, document("2", "Other")),
        Write("2", 5, None),
    ]
    for number, order in enumerate(itertools.permutations(writes)):
        if number % 6 == 0:
            generation = engine.create_generation()
            for write in (*order, *order[:2]):
                written(engine, write, generation=generation)
            assert held(engine, generation) == {"1": 3}, order
            engine.drop_generation(generation)


def test_an_empty_batch_is_nothing(engine: SearchEngine) -> None:
    assert engine.write([]) == []
    engine.refresh()
    assert titles(engine) == []


def test_one_document_that_cannot_be_indexed_does_not_hold_up_the_others(
    engine: SearchEngine,
) -> None:
    bad = Document("bad", "fr", frozenset({"public"}), {}, sort={"published": "yesterday"})
    outcomes = engine.write([Write("bad", 1, bad), Write("1", 1, FIRST)])
    engine.refresh()

    assert [bool(each.error) for each in outcomes] == [True, False]
    assert titles(engine) == ["First"]


def test_a_scan_gives_the_version_and_checksum_of_every_document(engine: SearchEngine) -> None:
    documents = [document(str(number), "x") for number in range(250)]
    fill(engine, documents, version=7)

    scanned = sorted(engine.scan(), key=lambda each: int(each.key))
    assert scanned == [Entry(each.key, 7, each.checksum) for each in documents]


# Generations


def test_the_first_generation_answers_once_it_is_promoted(engine: SearchEngine) -> None:
    assert engine.generations() == [engine.live_generation()]
    assert engine.health().generation == engine.live_generation()
    assert engine.health().available


def test_a_new_generation_answers_only_once_it_is_promoted(engine: SearchEngine) -> None:
    fill(engine, [document("1", "Old")])
    old = engine.live_generation()
    new = engine.create_generation()
    written(engine, Write("1", 1, document("1", "New")), generation=new)

    assert titles(engine) == ["Old"]
    assert engine.generations() == [old, new]
    engine.promote_generation(new)
    assert titles(engine) == ["New"]
    assert engine.live_generation() == new


def test_a_promotion_can_be_taken_back(engine: SearchEngine) -> None:
    fill(engine, [document("1", "Old")])
    old = engine.live_generation()
    engine.promote_generation(engine.create_generation())
    assert titles(engine) == []

    engine.promote_generation(old)
    assert titles(engine) == ["Old"]


def test_versions_count_for_each_generation_by_itself(engine: SearchEngine) -> None:
    written(engine, Write("1", 5, SECOND))
    new = engine.create_generation()

    assert written(engine, Write("1", 1, FIRST), generation=new) == [False]
    assert held(engine, new) == {"1": 1}
    assert held(engine) == {"1": 5}


def test_a_generation_can_be_dropped_unless_it_answers(engine: SearchEngine) -> None:
    old = engine.live_generation()
    with pytest.raises(ValueError, match="answers now"):
        engine.drop_generation(old)

    new = engine.create_generation()
    engine.promote_generation(new)
    engine.drop_generation(old)
    assert engine.generations() == [new]
    engine.drop_generation(old)  # again, after a crash


def test_names_of_generations_are_not_given_twice_while_they_last(engine: SearchEngine) -> None:
    names = [engine.create_generation() for _number in range(12)]

    assert len(set(names)) == 12
    assert engine.generations()[1:] == names


def test_only_a_generation_that_exists_can_be_promoted(engine: SearchEngine) -> None:
    with pytest.raises(ValueError, match="No generation 'other'"):
        engine.promote_generation("other")
