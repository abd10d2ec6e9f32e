"""Any engine, any documents, any question: the answer of the oracle."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.core.documents import Document
from search.core.engine import SearchEngine
from search.core.query import SearchQuery
from search.engines.brute_force import BruteForceEngine
from tests.search.engines.corpus import (
    AUDIENCES,
    SCHEMA,
    ask,
    corpora,
    document,
    fill,
    keys,
    questions,
    start_anew,
)

patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(documents=corpora(), asked=st.lists(questions(), min_size=1, max_size=5))
@patient
def test_hits_in_order_totals_and_every_count_are_those_of_the_oracle(
    engine: SearchEngine, documents: list[Document], asked: list[SearchQuery]
) -> None:
    oracle = BruteForceEngine(SCHEMA)
    start_anew(oracle, documents)
    start_anew(engine, documents)

    for question in asked:
        expected, got = oracle.search(question), engine.search(question)
        assert got.total == expected.total, question
        assert got.facets == expected.facets, question
        assert keys(got) == keys(expected), question
        assert [hit.highlights for hit in got.hits] == [hit.highlights for hit in expected.hits]


@given(documents=corpora(), writes=st.data())
@patient
def test_after_any_deliveries_the_index_holds_what_the_oracle_holds(
    engine: SearchEngine, documents: list[Document], writes: st.DataObject
) -> None:
    from search.core.documents import Write

    deliveries = writes.draw(
        st.lists(
            st.builds(
                Write,
                st.sampled_from([each.key for each in documents] or ["page:0"]),
                st.integers(1, 4),
                st.just(None),
            ),
            max_size=10,
        )
    )
    by_key = {each.key: each for each in documents}
    batches = [
        [
            # A version always says the same, as the ledger of versions promises.
            Write(each.key, each.version, by_key.get(each.key) if each.version % 2 else None)
            for each in deliveries[start : start + 3]
        ]
        for start in range(0, len(deliveries), 3)
    ]
    oracle = BruteForceEngine(SCHEMA)
    start_anew(oracle)
    start_anew(engine)
    for batch in batches:
        oracle.write(batch)
        engine.write(batch)
    engine.refresh()

    assert sorted(engine.scan(), key=lambda e: e.key) == list(oracle.scan())


@given(
    text=st.text(max_size=80)
    | st.text(st.sampled_from("\"«»“”-'’·.*?~:()[]{}\\/ aé1"), max_size=40),
    locale=st.sampled_from(["fr", "en", "fr-ca", "de"]),
)
@patient
def test_arbitrary_text_never_raises_and_finds_what_the_oracle_finds(
    engine: SearchEngine, text: str, locale: str
) -> None:
    documents = [
        document("said", text[:40], locale=locale, audience=AUDIENCES),
        document("other", "aé 1", locale="fr", audience=AUDIENCES),
    ]
    oracle = BruteForceEngine(SCHEMA)
    start_anew(oracle, documents)
    start_anew(engine, documents)

    for typed in (text, text[:40], f'"{text}', f"-{text}"):
        question = ask(typed)
        assert set(keys(engine.search(question))) == set(keys(oracle.search(question))), typed
        options = {"locale": locale, "audience": frozenset(AUDIENCES)}
        assert {h.key for h in engine.suggest(typed, **options)} == {
            h.key for h in oracle.suggest(typed, **options)
        }, typed
    engine.similar("said", locale=locale, audience=frozenset(AUDIENCES))


def test_a_very_long_text_is_answered(engine: SearchEngine) -> None:
    fill(engine, [document("1", "tutorat")])

    for text in ("tutorat " * 2_000, "a" * 100_000, "é-" * 5_000, "a b c d e f g h " * 500):
        engine.search(ask(text))
        engine.suggest(text, locale="fr", audience=frozenset({"public"}))
