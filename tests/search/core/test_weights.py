"""How much a word weighs in a document."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from search.core.analysis import words_of
from search.core.declarations import Field
from search.core.weights import LEVELS, SCORES, level_of_terms, word_score

TITLE, BODY = Field("title", boost=5), Field("body", boost=1)


def score(term: str, title: str = "", body: str = "") -> int:
    """The score of a term in a document with this title and body."""
    fields = [(TITLE, words_of(title, "fr")), (BODY, words_of(body, "fr"))]
    return word_score(level_of_terms(fields), [term])


def test_scores_are_whole_numbers_that_grow() -> None:
    assert len(SCORES) == LEVELS
    assert all(one < other for one, other in itertools.pairwise(SCORES))


def test_a_field_of_high_boost_weighs_more() -> None:
    assert score("tutorat", title="tutorat") > score("tutorat", body="tutorat") > 0
    assert score("tutorat", title="mentorat") == 0


def test_a_short_text_weighs_more_than_a_long_one() -> None:
    assert score("tutorat", title="tutorat") > score("tutorat", title="tutorat au collège rural")


def test_a_word_that_comes_back_weighs_more_each_time_less() -> None:
    once, twice, thrice, often = (
        score("tutorat", body="tutorat " * times + "mot " * (50 - times)) for times in (1, 2, 3, 40)
    )
    assert once < twice < thrice < often
    assert often < 40 * once


def test_fields_add_up() -> None:
    assert score("tutorat", title="tutorat", body="tutorat") > score("tutorat", title="tutorat")


def test_a_word_with_several_readings_counts_once_for_each() -> None:
    (whole,) = words_of("portefolio", "fr").terms
    levels = level_of_terms([(BODY, words_of("porte-folio", "fr"))])
    assert len(levels) == 3
    assert len(set(levels.values())) == 1
    assert whole in levels
    assert score("enseign", body="enseignant·e·s") == score("enseign", body="enseignants")


def test_the_heaviest_of_several_terms_gives_the_score() -> None:
    levels = {"a": 3, "b": 7}

    assert word_score(levels, ["a", "b", "c"]) == SCORES[7]
    assert word_score(levels, ["c"]) == word_score(levels, []) == 0


@given(st.text(max_size=200), st.floats(0, 1000))
def test_any_boost_gives_a_level(text: str, boost: float) -> None:
    levels = level_of_terms([(Field("x", boost=boost), words_of(text, "fr"))])

    assert all(0 <= level < LEVELS for level in levels.values())
