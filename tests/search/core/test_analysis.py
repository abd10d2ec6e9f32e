"""From a text to its words: spans, positions and readings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.core.analysis import (
    MAX_WORD_LENGTH,
    Token,
    analyse,
    chain_of,
    compose,
    fold,
    words_of,
)


def exact(text: str, locale: str = "fr") -> list[str]:
    """The folded spellings of the words of a text, each once."""
    return list(dict.fromkeys(token.exact for token in analyse(text, locale)))


def positions(text: str, locale: str = "fr") -> list[set[str]]:
    """The folded spellings that stand at each position."""
    tokens = analyse(text, locale)
    last = max((token.position for token in tokens), default=-1)
    return [{t.exact for t in tokens if t.position == place} for place in range(last + 1)]


def shares_a_term(one: str, other: str, locale: str = "fr") -> bool:
    """Whether two words have a stem in common."""
    return bool({t.term for t in analyse(one, locale)} & {t.term for t in analyse(other, locale)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’élève", ["eleve"]),
        ("l'Élève qu’elle d'Alembert", ["eleve", "alembert"]),
        ("Jusqu'au collège, lorsqu'il", ["college"]),
        ("aujourd’hui aujourd'hui", ["aujourdhui"]),
        ("C.L.S.C. C.L.S.C CLSC", ["clsc"]),
        ("Fin. De la phrase.", ["fin", "phrase"]),
        ("1er 2e 2025 3,5", ["1er", "2e", "2025", "3", "5"]),
        ("GitHub snake_case", ["github", "snake", "case"]),
        ("œuvre Æther ﬁn", ["oeuvre", "aether", "fin"]),
        ("« Quotes », (brackets) [x]!", ["quotes", "brackets", "x"]),
        ("", []),
        ("le la les l' d’", []),
        ("...  -- ''", []),
    ],
)
def test_words_are_read_as_a_french_reader_does(text: str, words: list[str]) -> None:
    assert exact(text) == words


@pytest.mark.parametrize(
    ("text", "masculine", "feminine"),
    [
        ("enseignant·e·s", "enseignants", "enseignantes"),
        ("enseignant.e.s", "enseignants", "enseignantes"),
        ("enseignant•e•s", "enseignants", "enseignantes"),
        ("enseignant-e-s", "enseignants", "enseignantes"),
        ("enseignant(e)s", "enseignants", "enseignantes"),
        ("enseignant(e)", "enseignant", "enseignante"),
        ("ENSEIGNANT·E·S", "enseignants", "enseignantes"),
        ("étudiant·es", "etudiants", "etudiantes"),
        ("citoyen·ne·s", "citoyens", "citoyennes"),
        ("professionnel·les", "professionnels", "professionnelles"),
        ("acteur·rice", "acteur", "actrice"),
        ("directeur·trice·s", "directeurs", "directrices"),
        ("chercheur·euse·s", "chercheurs", "chercheuses"),
        ("chercheur·se", "chercheur", "chercheuse"),
        ("sportif·ve·s", "sportifs", "sportives"),
        ("sportif·ive", "sportif", "sportive"),
        ("conseiller·ère·s", "conseillers", "conseilleres"),
        ("infirmier·ière", "infirmier", "infirmiere"),
        ("l’étudiant·e", "etudiant", "etudiante"),
    ],
)
def test_inclusive_writing_stands_for_both_words_in_one_place(
    text: str, masculine: str, feminine: str
) -> None:
    assert positions(text) == [{masculine, feminine}]


def test_a_word_with_hyphens_is_its_parts_and_the_whole_at_each_of_them() -> None:
    assert positions("un porte-folio neuf") == [
        {"porte", "portefolio"},
        {"folio", "portefolio"},
        {"neuf"},
    ]
    assert positions("rendez-vous") == [{"rendez", "rendezvous"}]  # « vous » is left out
    assert positions("un-deux-trois-quatre-cinq")[0] == {"deux"}  # a list is no word


def test_positions_leave_little_words_out() -> None:
    assert positions("la gestion de la classe") == [{"gestion"}, {"classe"}]


def test_spans_are_those_of_the_words_as_written() -> None:
    text = "Dans l’école, les enseignant·e·s du C.L.S.C."

    spans = dict.fromkeys((token.start, token.end) for token in analyse(text, "fr"))
    assert [text[start:end] for start, end in spans] == ["l’école", "enseignant·e·s", "C.L.S.C."]


def test_accents_typed_apart_stay_in_their_word() -> None:
    apart = unicodedata.normalize("NFD", "élève")

    assert exact(apart) == ["eleve"]
    assert analyse(apart, "fr")[0].end == len(compose(apart)) == 5


def test_the_surface_keeps_its_accents() -> None:
    assert [token.surface for token in analyse("L’Évaluation", "fr")] == ["évaluation"] * len(
        analyse("L’Évaluation", "fr")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("élèves", "eleve"),
        ("évaluées", "evaluees"),
        ("évaluation", "EVALUATIONS"),
        ("à l'école", "ecoles"),
        ("bilinguisme", "bilinguismes"),
    ],
)
def test_missing_accents_and_plurals_find_each_other(one: str, other: str) -> None:
    assert shares_a_term(one, other)


def test_each_language_has_its_own_chain() -> None:
    assert shares_a_term("students", "student’s", "en")
    assert exact("the reading of books", "en") == ["reading", "books"]
    assert exact("the of", "fr") == ["the", "of"]
    assert exact("l’Université d'Ottawa don't", "en") == ["universite", "ottawa", "dont"]
    assert [chain_of(each) for each in ("fr", "fr-ca", "en", "en-gb", "de", "enm")] == [
        "fr", "fr", "en", "en", "fr", "fr",
    ]  # fmt: skip


def test_endless_words_are_left_out() -> None:
    assert exact("a" * MAX_WORD_LENGTH) == ["a" * MAX_WORD_LENGTH]
    assert exact("a" * (MAX_WORD_LENGTH + 1) + " court") == ["court"]


@given(st.text(max_size=200), st.sampled_from(["fr", "en"]))
def test_any_text_gives_terms_of_letters_and_digits_in_order(text: str, locale: str) -> None:
    tokens = analyse(text, locale)

    composed = compose(text)
    assert all(each.term.isalnum() and each.exact.isalnum() for each in tokens)
    assert all(0 <= each.start < each.end <= len(composed) for each in tokens)
    places = [each.position for each in tokens]
    assert places == sorted(places)
    assert set(places) == set(range(len(set(places))))


@given(
    st.text(max_size=200) | st.text("aeélLq'’-·. \t\n\x1c\xa0()1", max_size=60),
    st.sampled_from(["fr", "en"]),
)
def test_words_say_what_tokens_say(text: str, locale: str) -> None:
    tokens, words = analyse(text, locale), words_of(text, locale)

    places: dict[int, dict[str, None]] = {}
    for token in tokens:
        places.setdefault(token.position, {})[token.term] = None
    assert list(words.readings) == [tuple(terms) for terms in places.values()]
    assert sorted(words.terms) == sorted(
        term for term, _start in {(token.term, token.start) for token in tokens}
    )
    assert set(words.spellings) == {(token.exact, token.surface) for token in tokens}


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_token_compares_by_all_it_says() -> None:
    assert analyse("tutorat", "fr") == [Token("tutorat", "tutorat", "tutorat", 0, 7, 0)]
