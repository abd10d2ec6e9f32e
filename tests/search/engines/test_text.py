"""How words are found, of every engine: behaviour, never stems."""

import pytest

from search.core.engine import SearchEngine
from tests.search.engines.corpus import ask, document, fill, keys


def found(engine: SearchEngine, text: str, **options: object) -> list[str]:
    """The keys of what `text` finds, in order."""
    return keys(engine.search(ask(text, **options)))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Les élèves du secondaire", "eleve"),
        ("Un eleve du secondaire", "élèves"),
        ("L’élève du secondaire", "élève"),
        ("L'élève du secondaire", "l’élève"),
        ("L'ÉLÈVE DU SECONDAIRE", "eleves"),
        ("Un cours à la TÉLUQ", "teluq"),
        ("Un cours à la TELUQ", "téluq"),
        ("Les enseignant·e·s du collège", "enseignante"),
        ("Les enseignant·e·s du collège", "enseignants"),
        ("Les enseignant.e.s du collège", "enseignantes"),
        ("Les enseignant(e)s du collège", "enseignante"),
        ("Les enseignantes du collège", "enseignant·e·s"),
        ("Les étudiant·es du collège", "étudiantes"),
        ("Les directeur·trice·s d'école", "directrice"),
        ("Les directeur·trice·s d'école", "directeurs"),
        ("Une activité en après-midi", "après midi"),
        ("Une activité en après-midi", "apres-midi"),
        ("Le porte-folio numérique", "portefolio"),
        ("Le portefolio numérique", "porte-folio"),
        ("Le C.L.S.C. du quartier", "clsc"),
        ("Le CLSC du quartier", "C.L.S.C."),
        ("Le plan d'action 2025", "2025"),
        ("Le 1er cycle", "1er"),
        ("Une œuvre collective", "oeuvre"),
        ("Une oeuvre collective", "œuvre"),
        ("Ex æquo", "aequo"),
        ("Les évaluées", "evaluees"),
        ("Aujourd’hui même", "aujourd'hui"),
        ("Bilan de l’an 2000", "bilan an"),
        ("Le dépôt GitHub", "github"),
        ("Cours d'été", "été"),
        ("Un stage à l'école", "ecole"),
        ("Des e\u0301le\u0300ves", "élèves"),  # accents typed apart
    ],
)
def test_readers_of_french_find_what_they_mean(
    engine: SearchEngine, written: str, typed: str
) -> None:
    fill(engine, [document("it", written), document("other", "Rien de commun")])

    assert found(engine, typed) == ["it"]
    assert found(engine, f"{typed} ") == ["it"]  # as a whole word, not as a beginning


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("The students' portfolios", "student portfolio"),
        ("A student’s work", "students"),
        ("Peer assessments", "assessment"),
        ("Teaching at the Université", "universite"),
        ("Research at l'Université", "université"),
        ("Reading groups", "reading group"),
    ],
)
def test_english_is_read_its_own_way(engine: SearchEngine, written: str, typed: str) -> None:
    fill(engine, [document("it", written, locale="en"), document("no", "Other", locale="en")])

    assert found(engine, f"{typed} ") == ["it"]


def test_each_language_leaves_its_own_little_words_out(engine: SearchEngine) -> None:
    fill(engine, [document("fr", "Les élèves", locale="fr"), document("en", "Son of", locale="en")])

    assert found(engine, "les élèves ") == ["fr"]
    assert found(engine, "son ", locales=frozenset({"en"})) == ["en"]


def test_a_word_is_no_part_of_another(engine: SearchEngine) -> None:
    fill(engine, [document("1", "GitHub"), document("2", "Concours")])

    assert found(engine, "hub ") == []
    assert found(engine, "cours ") == []


def test_all_words_must_be_found_in_any_fields(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("both", "Tutorat", texts={"body": "au collège"}),
            document("one", "Tutorat"),
        ],
    )

    assert found(engine, "collège tutorat") == ["both"]


def test_the_last_word_may_be_only_begun(engine: SearchEngine) -> None:
    fill(engine, [document("1", "Évaluation formative"), document("2", "Évasion")])

    assert set(found(engine, "eva")) == {"1", "2"}
    assert found(engine, "Éval") == ["1"]
    assert found(engine, "formative éval") == ["1"]
    assert found(engine, "éval formative") == []  # only the last one is being typed
    assert found(engine, "éval ") == []  # and a space ends it


def test_a_phrase_is_found_as_it_stands(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("as it stands", "La gestion de classe au primaire"),
            document("reversed", "Une classe de gestion"),
            document("apart", "Gestion", texts={"summary": "classe"}),
            document("far", "Gestion du temps en classe"),
        ],
    )

    for typed in ('"gestion de classe"', "« gestion de classe »", "“Gestion de Classe”"):
        assert found(engine, typed) == ["as it stands"], typed
    assert set(found(engine, "gestion classe")) == {"as it stands", "reversed", "apart", "far"}


def test_inclusive_writing_is_part_of_a_phrase_both_ways(engine: SearchEngine) -> None:
    fill(engine, [document("1", "Les directeur·trice·s adjoint·e·s du primaire")])

    assert found(engine, '"directrices adjointes du primaire"') == ["1"]
    assert found(engine, '"directeurs adjoints"') == ["1"]


def test_excluded_words_and_phrases_are_not_found(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("1", "Tutorat au collège"),
            document("2", "Tutorat à l'université"),
            document("3", "Tutorat par les pairs au collège"),
        ],
    )

    assert set(found(engine, "tutorat -universités")) == {"1", "3"}
    assert found(engine, 'tutorat -"par les pairs" -université') == ["1"]
    assert set(found(engine, "-université")) == {"1", "3"}
    assert found(engine, "vis-à-vis") == []  # a hyphen inside a word excludes nothing


def test_synonyms_stand_for_one_another(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("short", "Le TDAH en classe"),
            document("long", "Le trouble du déficit de l’attention"),
            document("scattered", "Attention au trouble", texts={"body": "le déficit"}),
            document("other", "La classe"),
            document("english", "Attention deficit in class", locale="en"),
        ],
    )

    assert set(found(engine, "tdah ")) == {"short", "long"}
    assert set(found(engine, "trouble déficit attention ")) == {"short", "long", "scattered"}
    assert found(engine, "trouble du déficit de l'attention en classe ") == ["short"]
    assert found(engine, "adhd ", locales=frozenset({"en"})) == ["english"]
    assert found(engine, '"tdah"') == ["short"]  # between quotes it is meant to the letter


def test_an_exact_word_outranks_its_stem_mates(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("plural", "Stages en milieu rural", published=2),
            document("exact", "Stage en milieu rural", published=1),
        ],
    )

    assert found(engine, "stage ") == ["exact", "plural"]
    assert found(engine, "stages ") == ["plural", "exact"]


def test_a_title_outranks_a_body_and_a_short_title_a_long_one(engine: SearchEngine) -> None:
    filler = "bien d'autres choses encore qui parlent de tout à fait autre chose"
    fill(
        engine,
        [
            document("body", "Autre", texts={"body": f"tutorat {filler}"}, published=9),
            document("long", f"Le tutorat et {filler}", published=8),
            document("short", "Le tutorat", published=1),
        ],
    )

    assert found(engine, "tutorat ") == ["short", "long", "body"]


def test_relevance_puts_equals_in_order_of_date_then_key(engine: SearchEngine) -> None:
    fill(
        engine,
        [document(key, "Tutorat", published=date) for key, date in (("b", 1), ("c", 2), ("a", 1))],
    )

    assert found(engine, "tutorat") == ["c", "a", "b"]


@pytest.mark.parametrize("text", ["", "   ", "!!!", "le la les", "-", '""', "«»", "·"])
def test_text_that_says_nothing_finds_everything_the_newest_first(
    engine: SearchEngine, text: str
) -> None:
    fill(engine, [document("old", "Un", published=1), document("new", "Deux", published=2)])

    assert found(engine, text) == ["new", "old"]


def test_scores_of_both_languages_compare(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document("fr", "Évaluation", locale="fr"),
            document("en", "Portfolio", locale="en", texts={"body": "évaluation"}),
        ],
    )

    assert found(engine, "évaluation ") == ["fr", "en"]


# Highlights


def marked(engine: SearchEngine, text: str, field: str) -> list[str]:
    """The passages that are marked in a field of the first hit."""
    fragments = engine.search(ask(text)).hits[0].highlights.get(field, ())
    return [each.text[start:end] for each in fragments for start, end in each.spans]


def test_what_matches_is_marked_as_it_is_written(engine: SearchEngine) -> None:
    fill(
        engine,
        [
            document(
                "1",
                "L’élève & les enseignant·e·s",
                texts={"summary": "Élèves, élevage", "keywords": "élève", "body": "Rien"},
            )
        ],
    )

    assert marked(engine, "enseignante élève ", "title") == ["L’élève", "enseignant·e·s"]
    assert marked(engine, "enseignante élève ", "summary") == ["Élèves"]
    assert marked(engine, "enseignante élève ", "keywords") == []  # it is not shown
    assert marked(engine, "enseignante élève ", "body") == []


def test_a_begun_word_is_marked(engine: SearchEngine) -> None:
    fill(engine, [document("1", "Évaluation")])

    assert marked(engine, "eval", "title") == ["Évaluation"]


def test_a_long_text_gives_the_piece_that_says_most(engine: SearchEngine) -> None:
    far = "mot " * 300
    fill(engine, [document("1", "x", texts={"body": f"stage {far} stage rural {far}"})])

    (fragment,) = engine.search(ask("stage rural ")).hits[0].highlights["body"]
    assert "stage rural" in fragment.text
    assert len(fragment.text) <= 220


def test_nothing_is_marked_when_not_asked(engine: SearchEngine) -> None:
    fill(engine, [document("1", "Tutorat")])

    assert engine.search(ask("tutorat", highlight=False)).hits[0].highlights == {}
    assert engine.search(ask("")).hits[0].highlights == {}
