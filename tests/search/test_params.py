"""The address of a search, read and written back."""

from itertools import permutations
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.core.declarations import Facet
from search.params import MAX_PAGE, MAX_TEXT, MAX_VALUES, SearchParams, parse

FACETS = (
    Facet("type", "Type"),
    Facet("theme", "Theme", kind="tree"),
    Facet("language", "Language"),
)


def read(query: str, *, locale: str = "fr", api: bool = False):
    return parse(QueryDict(query), locale=locale, facets=FACETS, api=api)


def params(query: str, **options) -> SearchParams:
    return read(query, **options)[0]


def problems(query: str, **options) -> list[tuple[str, str, str]]:
    return [(each.kind, each.parameter, each.value) for each in read(query, **options)[1]]


def test_the_same_filters_in_any_order_give_one_address():
    parts = ["q=tutorat", "type=lesson", "type=case-study", "theme=success", "sort=title"]

    addresses = {params("&".join(order)).querystring() for order in permutations(parts)}

    assert addresses == {"q=tutorat&type=case-study&type=lesson&theme=success&sort=title"}


def test_what_goes_without_saying_is_left_out_of_the_address():
    asked = params("q=&type=&language=fr&sort=newest&page=1")

    assert asked.querystring() == ""
    assert asked.is_plain


def test_the_path_of_a_theme_stays_readable_in_the_address():
    assert params("theme=teaching%2Fassessment").querystring() == "theme=teaching/assessment"


def test_a_reader_finds_what_is_in_their_language_until_they_choose_another():
    audience = frozenset({"public"})

    assert params("", locale="en").query(audience).selections == {"language": {"en"}}
    assert params("language=fr&language=en").query(audience).selections == {
        "language": {"fr", "en"}
    }


def test_results_come_by_relevance_when_there_are_words_and_newest_first_when_there_are_none():
    assert params("q=tutorat").effective_sort == "relevance"
    assert params("").effective_sort == "newest"
    assert params("sort=relevance").effective_sort == "newest"
    assert params("q=tutorat&sort=newest").effective_sort == "newest"


def test_a_usual_order_that_was_chosen_is_not_repeated_but_an_unusual_one_is():
    assert params("q=a&sort=relevance").querystring() == "q=a"
    assert params("q=a&sort=newest").querystring() == "q=a&sort=newest"


def test_dropping_a_filter_goes_back_to_the_first_page():
    asked = params("type=lesson&type=case-study&page=4")

    assert asked.without_value("type", "lesson").querystring() == "type=case-study"
    assert asked.without_filters().querystring() == ""
    assert asked.with_page(5).querystring() == "type=case-study&type=lesson&page=5"


def test_an_unknown_facet_is_named_with_the_known_ones():
    [problem] = read("secteur=x")[1]

    assert (problem.kind, problem.parameter) == ("facet", "secteur")
    assert problem.known == ("type", "theme", "language")


def test_the_page_forgives_the_parameters_that_mailings_add_and_the_api_does_not():
    assert problems("utm_source=lettre&fbclid=1") == []
    assert problems("utm_source=lettre", api=True) == [("facet", "utm_source", "")]


def test_only_the_api_takes_a_page_size_and_a_language():
    assert params("page_size=50", api=True).size == 50
    assert [kind for kind, *_ in problems("page_size=50&lang=fr")] == ["facet", "facet"]


@pytest.mark.parametrize(
    "number", ["0", "-1", "1.5", "abc", "1e3", "٣", f"{MAX_PAGE + 1}", "9" * 5000]
)
def test_a_page_that_is_no_page_number_is_a_problem_and_not_an_error(number):
    asked, found = read(f"page={number}")

    assert asked.page == 1
    assert [(each.kind, each.value) for each in found] == [("number", number)]


def test_an_unknown_order_is_a_problem():
    assert problems("sort=random") == [("sort", "sort", "random")]


def test_very_long_words_and_very_many_values_are_cut():
    long, found = read("q=" + "a" * (MAX_TEXT + 1))
    many, found_too = read("&".join(f"type={n}" for n in range(MAX_VALUES + 1)))

    assert (len(long.text), found[0].kind) == (MAX_TEXT, "text")
    assert (len(many.selections["type"]), found_too[0].kind) == (MAX_VALUES, "values")


def test_control_characters_and_lone_surrogates_never_reach_the_engine():
    asked = parse(_Parameters({"q": ["a\x00b\ud800c"]}), locale="fr", facets=FACETS)[0]

    assert asked.text == "a b c"


class _Parameters(dict):
    """Parameters as they are, which a query string could not even carry."""

    def getlist(self, key):
        return self.get(key, [])


@given(
    st.dictionaries(
        st.sampled_from(["q", "type", "theme", "language", "sort", "page", "x"]),
        st.lists(st.text(alphabet=st.characters(), max_size=20), max_size=4),
    )
)
def test_an_address_written_back_means_the_same(data):
    asked = parse(_Parameters(data), locale="fr", facets=FACETS)[0]

    again, found = read(asked.querystring())

    assert again.query(frozenset()) == asked.query(frozenset())
    assert not found
    assert parse_qsl(asked.querystring()) == parse_qsl(again.querystring())
