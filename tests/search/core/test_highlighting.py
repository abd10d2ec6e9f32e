"""Where the words of a query stand in a text."""

from hypothesis import given
from hypothesis import strategies as st

from search.core.highlighting import FRAGMENT_LENGTH, Highlighter
from search.core.parsing import parse
from search.core.results import Fragment


def highlight(text: str, typed: str, *, whole: bool = False) -> tuple[Fragment, ...]:
    return Highlighter(parse(typed, "fr"), "fr").fragments(text, whole=whole)


def marked(text: str, typed: str, *, whole: bool = False) -> list[str]:
    """The passages of the fragment that are marked."""
    fragments = highlight(text, typed, whole=whole)
    return [each.text[start:end] for each in fragments for start, end in each.spans]


def test_words_are_marked_in_all_their_forms() -> None:
    assert marked("L’élève, les élèves et un ELEVE", "eleve ") == ["L’élève", "élèves", "ELEVE"]


def test_begun_words_and_phrases_are_marked() -> None:
    assert marked("Évaluation et évasion", "eva") == ["Évaluation", "évasion"]
    assert marked("La gestion de classe", '"gestion de classe"') == ["gestion", "classe"]


def test_nothing_is_marked_for_nothing() -> None:
    for text, typed in (("", "eleve"), ("Un texte", ""), ("Un texte", "autre"), ("Un", "-un")):
        assert highlight(text, typed) == ()


def test_a_long_text_is_cut_between_words_around_most_matches() -> None:
    text = "stage " + "bla " * 200 + "un stage rural au collège " + "bla " * 200

    (fragment,) = highlight(text, "stage rural collège ")
    assert "stage rural au collège" in fragment.text
    assert len(fragment.text) <= FRAGMENT_LENGTH
    assert fragment.text in text
    assert fragment.text.startswith("bla ")
    assert marked(text, "stage rural collège ") == ["stage", "rural", "collège"]


def test_a_title_is_kept_whole() -> None:
    text = "mot " * 100 + "stage"

    (fragment,) = highlight(text, "stage ", whole=True)
    assert fragment.text == text


def test_a_text_full_of_matches_is_marked_in_no_time() -> None:
    assert marked("stage " * 20_000, "stage ")


@given(st.text(max_size=600), st.text(max_size=40))
def test_spans_are_in_order_inside_the_fragment_and_say_something(text: str, typed: str) -> None:
    for fragment in highlight(text, typed):
        assert fragment.spans == tuple(sorted(fragment.spans))
        assert all(0 <= start < end <= len(fragment.text) for start, end in fragment.spans)
        assert fragment.spans
