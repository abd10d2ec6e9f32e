"""What a reader typed, as clauses."""

from hypothesis import given
from hypothesis import strategies as st

from search.core.parsing import MAX_CLAUSES, ParsedText, Phrase, parse
from search.core.synonyms import Synonyms

SYNONYMS = Synonyms(
    {"fr": [["TIC", "technologies de l'information"], ["stage", "apprentissage", "alternance"]]}
)


def words(text: str, locale: str = "fr") -> list[tuple[str, ...]]:
    """The spellings of each word."""
    return [word.exact for word in parse(text, locale).words]


def begun(text: str) -> list[tuple[str, ...]]:
    """The words that may be only begun."""
    return [word.exact for word in parse(text, "fr").words if word.prefix]


def test_words_are_those_that_count() -> None:
    assert words("L’élève et la classe") == [("eleve",), ("classe",)]
    assert words("classe classe ") == [("classe",)]
    assert words("le la") == []


def test_the_last_word_is_begun_until_something_follows() -> None:
    assert begun("gestion cla") == [("cla",)]
    assert begun("gestion cla ") == begun("gestion cla.") == begun("l'é") == begun("g") == []
    assert begun('gestion "cla"') == begun("gestion -cla") == []
    assert begun("porte-fol") == [("porte", "portefol"), ("fol", "portefol")]


def test_quotes_of_all_kinds_make_phrases() -> None:
    for text in ('"gestion de classe"', "« gestion de classe »", "“gestion de classe”"):
        parsed = parse(text, "fr")
        assert (len(parsed.phrases), parsed.words) == (1, ()), text
        assert len(parsed.phrases[0].terms) == 2

    assert parse('"', "fr") == parse('""', "fr") == parse("« »", "fr") == ParsedText()
    assert words('gestion "de classe') == [("gestion",), ("classe",)]


def test_a_minus_excludes_a_word_or_a_phrase() -> None:
    parsed = parse('tutorat -pairs -"gestion de classe" -porte-folio', "fr")

    assert [word.exact for word in parsed.words] == [("tutorat",)]
    assert [len(phrase.terms) for phrase in parsed.excluded] == [2, 1, 2]
    for text in ("vis-à-vis", "10 - 5", "-5", "a -", "--"):
        assert parse(text, "fr").excluded == (), text


def test_only_words_and_phrases_rank() -> None:
    assert parse("tutorat", "fr").ranks
    assert parse('"tutorat"', "fr").ranks
    assert not parse("-tutorat", "fr").ranks
    assert not parse(" ", "fr").ranks


def test_what_to_highlight_is_all_that_can_be_found() -> None:
    parsed = parse('tic "gestion de classe" -pairs éva', "fr", SYNONYMS)

    assert {"tic", "inform", "gestion", "class"} <= parsed.terms
    assert not any(term.startswith("pair") for term in parsed.terms)
    assert parsed.prefixes == ("eva",)


def test_a_synonym_of_one_word_is_one_more_term() -> None:
    (word,) = parse("stages ", "fr", SYNONYMS).words

    assert set(word.terms) == {"stag", "apprentissag", "altern"}
    assert word.exact == ("stages",)


def test_a_synonym_of_several_words_is_a_phrase() -> None:
    (word,) = parse("TIC ", "fr", SYNONYMS).words

    assert word.phrases == (("technolog", "inform"),)


def test_each_word_of_an_expression_may_be_replaced_by_its_synonym() -> None:
    first, second, third = parse("technologies de l'information scolaire ", "fr", SYNONYMS).words

    assert "tic" in first.terms
    assert "tic" in second.terms
    assert "tic" not in third.terms
    (alone,) = parse("information ", "fr", SYNONYMS).words
    assert "tic" not in alone.terms


def test_synonyms_belong_to_a_language_and_never_to_a_phrase() -> None:
    assert parse("stage ", "en", SYNONYMS) == parse("stage ", "en")
    assert parse('"stage"', "fr", SYNONYMS) == parse('"stage"', "fr")
    assert parse("stage ", "fr-ca", SYNONYMS) == parse("stage ", "fr", SYNONYMS)


def test_synonyms_of_several_rooms_add_up() -> None:
    both = SYNONYMS + Synonyms({"fr": [["prof", "enseignant"]], "en": [["pupil", "student"]]})

    assert len(parse("prof ", "fr", both).words[0].terms) == 2
    assert len(parse("stage ", "fr", both).words[0].terms) == 3
    assert len(parse("pupil ", "en", both).words[0].terms) == 2


@given(st.text(max_size=300), st.sampled_from(["fr", "en"]))
def test_any_text_is_understood_within_bounds(text: str, locale: str) -> None:
    parsed = parse(text, locale, SYNONYMS)

    for clauses in (parsed.words, parsed.phrases, parsed.excluded):
        assert len(clauses) <= MAX_CLAUSES
    assert all(phrase.terms for phrase in (*parsed.phrases, *parsed.excluded))
    assert all(word.terms and word.exact for word in parsed.words)


def test_a_text_without_end_is_cut() -> None:
    assert len(parse(" ".join(f"mot{n}" for n in range(1_000)), "fr").words) == MAX_CLAUSES


def test_a_phrase_of_one_word_is_that_word() -> None:
    assert parse('"stages"', "fr").phrases == (Phrase(("stag",)),)
