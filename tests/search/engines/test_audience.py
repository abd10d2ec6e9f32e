"""What a viewer may not see changes nothing of what they get, of every engine."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from search.core.documents import Document
from search.core.engine import SearchEngine
from search.core.query import SearchQuery
from tests.search.engines.corpus import (
    PUBLIC,
    answer,
    ask,
    corpora,
    counts,
    document,
    fill,
    keys,
    questions,
    start_anew,
    typed,
)

MEMBER = frozenset({"public", "community", "org:1"})


def library(engine: SearchEngine) -> None:
    """One document for each level of sharing."""
    fill(
        engine,
        [
            document("public", "Tutorat", type="sheet"),
            document("community", "Tutorat", type="sheet", audience=["community"]),
            document("one", "Tutorat", type="case", audience=["org:1"]),
            document("two", "Tutorat", type="lesson", audience=["org:2"]),
            document("both", "Tutorat", type="case", audience=["org:1", "org:2"]),
        ],
    )


def test_a_document_is_found_by_those_who_share_a_token(engine: SearchEngine) -> None:
    library(engine)

    assert keys(engine.search(ask())) == ["public"]
    assert set(keys(engine.search(ask(audience=MEMBER)))) == {"public", "community", "one", "both"}
    assert set(keys(engine.search(ask(audience=["org:2"])))) == {"two", "both"}


def test_who_holds_no_token_finds_nothing(engine: SearchEngine) -> None:
    library(engine)

    results = engine.search(ask("tutorat", audience=()))
    assert (results.hits, results.total, counts(results, "type")) == ((), 0, {})


def test_counts_and_totals_leave_out_what_is_hidden(engine: SearchEngine) -> None:
    library(engine)

    results = engine.search(ask("tutorat", selections={"type": "sheet"}))
    assert results.total == 1
    assert counts(results, "type") == {"sheet": 1}


def test_titles_are_suggested_to_those_who_may_see_them(engine: SearchEngine) -> None:
    library(engine)

    def suggested(audience: frozenset[str]) -> set[str]:
        return {hit.key for hit in engine.suggest("tut", locale="fr", audience=audience)}

    assert suggested(PUBLIC) == {"public"}
    assert suggested(MEMBER) == {"public", "community", "one", "both"}


def test_spelling_is_corrected_by_words_that_may_be_seen(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("open", "Tutorial"),
            document("hidden", "Mentorat confidentiel", audience=["org:1"]),
        ],
    )

    assert engine.search(ask("mentorta ")).suggestion == ""
    assert engine.search(ask("mentorta ", audience=MEMBER)).suggestion == "mentorat "


def test_what_is_like_a_hidden_document_is_not_told(engine: SearchEngine) -> None:
    library(engine)

    assert engine.similar("one", locale="fr", audience=PUBLIC) == []
    found = {hit.key for hit in engine.similar("public", locale="fr", audience=MEMBER)}
    assert found == {"community", "one", "both"}
    assert engine.similar("public", locale="fr", audience=PUBLIC) == []


@given(documents=corpora(), question=questions(), text=typed())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_removing_what_a_viewer_may_not_see_changes_nothing_for_them(
    engine: SearchEngine, documents: list[Document], question: SearchQuery, text: str
) -> None:
    visible = [each for each in documents if each.audience & question.audience]

    def everything() -> list[object]:
        asked = [question, *(replace(question, text=text, sort=s) for s in ("relevance", "title"))]
        options = {"locale": question.locale, "audience": question.audience}
        got: list[object] = [answer(engine.search(replace(q, size=50, page=1))) for q in asked]
        got.append(answer(engine.search(question)))
        got.append([hit.key for hit in engine.suggest(text, **options)])
        got += [[h.key for h in engine.similar(d.key, **options)] for d in documents]
        return got

    start_anew(engine, documents)
    with_hidden = everything()
    start_anew(engine, visible)

    assert everything() == with_hidden
