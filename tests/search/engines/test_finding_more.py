"""Suggestions, other spellings and similar documents, of every engine."""

import pytest

from search.core.declarations import Facet, Field
from search.core.engine import SearchEngine
from search.core.schema import Schema
from search.core.suggestions import Suggestion, suggest
from tests.search.engines.conftest import MakeEngine
from tests.search.engines.corpus import PUBLIC, ask, document, fill

LABELS = {
    "uq": {"fr": "Université du Québec", "en": "University of Quebec"},
    "cq": {"fr": "Collège du Quai", "en": "Quay College"},
    "a": {"fr": "Évaluation", "en": "Assessment"},
    "a/b": {"fr": "Évaluation formative", "en": "Formative assessment"},
}


def suggested(engine: SearchEngine, text: str, **options: object) -> list[str]:
    """The keys of the titles that are suggested."""
    found = engine.suggest(text, **{"locale": "fr", "audience": PUBLIC, **options})
    return [hit.key for hit in found]


def test_titles_are_suggested_by_the_beginnings_of_their_words(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("1", "L’évaluation par les pairs"),
            document("2", "Évaluer en après-midi"),
            document("3", "Tutorat", texts={"body": "évaluation"}),
            document("4", "Evaluation at work", locale="en"),
        ],
    )

    assert suggested(engine, "eva") == ["1", "2"]
    assert suggested(engine, "ÉVAL pai") == []  # whole words before the last
    assert suggested(engine, "pairs éval") == ["1"]
    assert suggested(engine, "l'éval") == suggested(engine, "éval")
    assert suggested(engine, "apres-mi") == ["2"]
    assert suggested(engine, "eval", locale="en") == ["4"]
    assert suggested(engine, "") == suggested(engine, " ' ") == suggested(engine, "les") == []


def test_titles_are_suggested_in_order_and_no_more_than_asked(engine: SearchEngine) -> None:
    fill(engine, [document(f"{n:02d}", f"Tutorat {n:02d}") for n in reversed(range(20))])

    assert suggested(engine, "tuto", size=3) == ["00", "01", "02"]
    assert len(suggested(engine, "tuto")) == 8


@pytest.fixture
def named(make_engine: MakeEngine) -> tuple[SearchEngine, Schema]:
    """An engine whose organizations and themes are suggested."""

    def labels(values: object, locale: str) -> dict[str, str]:
        return {value: LABELS[value][locale] for value in values}

    schema = Schema(
        (Field("title"),),
        (
            Facet("theme", "Theme", labels, kind="tree", suggested=True),
            Facet("organization", "Organization", labels, suggested=True),
            Facet("year", "Year"),
        ),
    )
    engine = make_engine(schema)
    fill(
        engine,
        [
            document("1", "Université d'été", theme="a/b", organization="uq", year="2025"),
            document("2", "Tutorat", theme="a", organization="uq"),
            document("3", "Caché", theme="a/b", organization="cq", audience=["org:1"]),
            document("4", "Peers", theme="a/b", organization="cq", locale="en"),
        ],
    )
    return engine, schema


def test_terms_and_organizations_are_suggested_beside_titles(
    named: tuple[SearchEngine, Schema],
) -> None:
    engine, schema = named
    options = {"locale": "fr", "audience": PUBLIC}

    assert suggest(engine, schema, "univ", **options) == [
        Suggestion("title", "Université d'été", "1", url="/1/"),
        Suggestion("organization", "Université du Québec", "uq", 2),
    ]
    assert suggest(engine, schema, "évaluation", **options) == [
        Suggestion("theme", "Évaluation", "a", 2),
        Suggestion("theme", "Évaluation formative", "a/b", 1),
    ]
    assert suggest(engine, schema, "eval form", **options) == []
    assert suggest(engine, schema, "evaluation form", **options) == [
        Suggestion("theme", "Évaluation formative", "a/b", 1)
    ]
    assert suggest(engine, schema, " ", **options) == []
    assert suggest(engine, schema, "2025", **options) == []


def test_what_only_hidden_documents_are_under_is_not_suggested(
    named: tuple[SearchEngine, Schema],
) -> None:
    engine, schema = named

    assert suggest(engine, schema, "quai", locale="fr", audience=PUBLIC) == []
    assert suggest(engine, schema, "quai", locale="fr", audience=frozenset({"org:1"})) == [
        Suggestion("organization", "Collège du Quai", "cq", 1)
    ]
    assert suggest(engine, schema, "quay", locale="en", audience=PUBLIC) == [
        Suggestion("organization", "Quay College", "cq", 1)
    ]


# Other spellings


def test_a_word_that_finds_nothing_is_corrected_with_its_accents(engine: SearchEngine) -> None:
    fill(engine, [document("1", "L’évaluation des élèves"), document("2", "L’élevage")])

    for typed in ("evalutaion ", "évauation ", "evaluatoin ", "véaluation "):
        assert engine.search(ask(typed)).suggestion == "évaluation ", typed


def test_what_is_right_stays_as_it_was_typed(engine: SearchEngine) -> None:
    fill(engine, [document("1", "La gestion de classe au primaire")])

    suggestion = engine.search(ask('"gestion de clase" Primaire ')).suggestion
    assert suggestion == '"gestion de classe" Primaire '


def test_a_spelling_is_offered_only_where_it_finds_something(engine: SearchEngine) -> None:
    fill(
        engine,
        [document("1", "Évaluation", type="sheet"), document("2", "Collège", type="case")],
    )

    assert engine.search(ask("evalutaion collège ")).suggestion == ""
    assert engine.search(ask("evalutaion ", selections={"type": "case"})).suggestion == ""
    assert engine.search(ask("evalutaion ", selections={"type": "sheet"})).suggestion != ""
    assert engine.search(ask("xyzxyzxyz ")).suggestion == ""
    assert engine.search(ask("évaluation ")).suggestion == ""


# Similar documents


def test_the_most_alike_come_first_and_never_the_document_itself(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("it", "Le tutorat par les pairs au collège"),
            document("near", "Le tutorat par les pairs à l’université"),
            document("far", "La vie au collège"),
            document("none", "Une pompe à eau"),
            document("english", "Tutorat peer collège", locale="en"),
        ],
    )

    similar = engine.similar("it", locale="fr", audience=PUBLIC)
    assert [hit.key for hit in similar] == ["near", "far"]
    assert len(engine.similar("it", locale="fr", audience=PUBLIC, size=1)) == 1


def test_a_rare_word_in_common_says_more_than_a_common_one(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("it", "Pratique ludopédagogique"),
            document("rare", "Fiche ludopédagogique"),
            *(document(f"common-{n}", f"Pratique {n}") for n in range(10)),
        ],
    )

    assert engine.similar("it", locale="fr", audience=PUBLIC)[0].key == "rare"


def test_an_unknown_document_is_like_nothing(engine: SearchEngine) -> None:
    assert engine.similar("nowhere", locale="fr", audience=PUBLIC) == []
