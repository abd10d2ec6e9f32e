"""The search page, as a browser receives it."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from search import audience
from tests.search.catalogue import Catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    made = Catalogue()
    with made.installed():
        yield made


def get(client: Client, query: str = "", *, locale: str = "en") -> BeautifulSoup:
    with override(locale):
        path = reverse("search:page")
    response = client.get(f"{path}?{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html5lib")


def titles(page: BeautifulSoup) -> list[str]:
    return [each.get_text() for each in page.select(".hit h3")]


def notices(page: BeautifulSoup) -> str:
    return " ".join(each.get_text(" ", strip=True) for each in page.select(".notice"))


def heading(page: BeautifulSoup) -> str:
    return page.select_one("#results-title").get_text(strip=True)


def box(page: BeautifulSoup, facet: str, value: str) -> Tag | None:
    return page.select_one(f'input[name="{facet}"][value="{value}"]')


def count(page: BeautifulSoup, facet: str, value: str) -> int:
    text = box(page, facet, value).parent.select_one(".check__count").get_text()
    return int(re.search(r"\d+", text)[0])


def test_the_page_is_a_form_that_a_browser_alone_can_send(client, catalogue):
    catalogue.add("Peer tutoring", locale="en")

    form = get(client).select_one("#search-form")

    assert (form["method"], form["action"]) == ("get", reverse_in("en"))
    assert form.select_one('button[type="submit"]')
    for field in form.select("input, select"):
        assert field.find_parent("label") or form.select_one(f'label[for="{field["id"]}"]')


def reverse_in(locale: str) -> str:
    with override(locale):
        return reverse("search:page")


def test_words_and_filters_narrow_the_results_and_the_counts(client, catalogue):
    catalogue.add("Peer tutoring", type="practice-sheet", locale="en")
    catalogue.add("A tutoring failure", type="lesson", locale="en")
    catalogue.add("Safety talks", type="lesson", locale="en")

    page = get(client, "q=tutoring&type=lesson")

    assert titles(page) == ["A tutoring failure"]
    assert heading(page) == "1 result for “tutoring”"
    # The other values of the facet stay within reach.
    assert count(page, "type", "practice-sheet") == 1
    assert box(page, "type", "lesson").has_attr("checked")


def test_matching_words_are_marked_and_what_others_wrote_is_escaped(client, catalogue):
    catalogue.add("Tutoring <script>alert(1)</script>", locale="en", summary="On tutoring & co")

    hit = get(client, "q=tutoring").select_one(".hit")

    assert hit.select_one("h3 mark").get_text() == "Tutoring"
    assert hit.select_one("p mark").get_text() == "tutoring"
    assert not hit.select("script")
    assert "alert(1)" in hit.select_one("h3").get_text()


def test_what_others_wrote_is_escaped_among_the_facets(client, catalogue):
    tag = '"><script>alert(1)<'
    catalogue.add("A", locale="en", tag=tag)

    page = get(client)

    (field,) = page.select('input[name="tag"]')
    assert field["value"] == tag
    assert field["id"].endswith(tag)
    assert field.parent.select_one("span").get_text() == tag
    assert not [each for each in page.select("script") if "alert" in each.get_text()]


def test_a_tree_of_themes_opens_down_to_what_is_chosen(client, catalogue):
    catalogue.add("A", locale="en", theme="teaching/assessment/feedback")
    catalogue.add("B", locale="en", theme="success")

    page = get(client, "theme=teaching/assessment/feedback")

    chosen = box(page, "theme", "teaching/assessment/feedback")
    assert all(each.has_attr("open") for each in chosen.find_parents("details")[:2])
    assert count(page, "theme", "teaching") == 1
    assert not any(each.has_attr("open") for each in get(client).select(".facet li > details"))


def test_a_long_facet_is_folded_but_what_is_chosen_stays_in_sight(client, catalogue):
    for number in range(20):
        catalogue.add(f"Of {number}", locale="en", place=f"p{number:02d}")

    page = get(client, "place=p19")

    assert box(page, "place", "p19").find_parent("details")["id"] == "filters"
    assert box(page, "place", "p18").find_parent("details")["id"] == "more-place"
    assert len(page.select('input[name="place"]')) == 20
    assert page.select_one("#filter-place")
    assert not page.select_one("#filter-type")


def options(page: BeautifulSoup, end: str) -> dict[str, str]:
    return {each["value"]: each.get_text() for each in page.select(f"#facet-year_{end} option")}


def test_a_range_of_years_says_how_much_each_of_its_ends_would_find(client, catalogue):
    for year, number in (("2018", 1), ("2020", 2), ("2021", 3), ("2024", 1)):
        for _each in range(number):
            catalogue.add(f"Of {year}", locale="en", year=year, type="lesson")

    page = get(client, "year_from=2019&year_to=2021&type=lesson")

    assert heading(page) == "5 results"
    first = options(page, "from")
    assert first == {
        "": "No limit",
        "2021": "2021 (3)",
        "2020": "2020 (5)",
        "2019": "2019 (5)",
        "2018": "2018 (6)",
    }
    assert options(page, "to") == {
        "": "No limit",
        "2024": "2024 (6)",
        "2021": "2021 (5)",
        "2020": "2020 (2)",
    }
    # What each entry promises is what it finds.
    for value, label in list(first.items())[1:]:
        total = heading(get(client, f"year_from={value}&year_to=2021")).split()[0]
        assert label == f"{value} ({total})"
    (chip, *_rest) = page.select('.active-filters a[href*="type=lesson"]')
    assert chip.get_text(strip=True) == "Remove the filter:Year: 2019 – 2021"
    assert chip["href"] == f"{reverse_in('en')}?type=lesson"


def test_a_range_has_one_address_and_takes_the_place_of_single_years(client, catalogue):
    catalogue.add("A", locale="en", year="2020")

    page = get(client, "year=1999&year_to=2010&year_from=2020")

    address = page.select_one('link[rel="canonical"]')["href"]
    assert address.endswith("?year_from=2010&year_to=2020")
    assert notices(page) == ""
    assert titles(page) == ["A"]
    assert "year_from" in notices(get(client, "year_from=soon"))
    single = get(client, "year=2020")
    assert box(single, "year", "2020").has_attr("checked")


def test_a_result_says_where_its_words_are_and_which_others_stand_for_them(client, catalogue):
    catalogue.add("On mentoring", locale="en", keywords="Peer tutoring · College")
    catalogue.add("Attention alone", locale="en", body="Of attention, and of tutoring.")
    catalogue.add("A disorder", locale="en", summary="An attention disorder.")

    def why(query: str) -> dict[str, str]:
        hits = get(client, query).select(".hit")
        found = {each.h3.get_text(): each.select_one(".hit__why") for each in hits}
        return {title: each.get_text() for title, each in found.items()}

    assert why("q=tutoring") == {
        "On mentoring": (
            "Found in: title, keywords (“tutoring”). Other words for what you typed: mentoring."
        ),
        "Attention alone": "Found in: text.",
    }
    assert why("q=ADHD") == {
        "A disorder": "Found in: summary. Other words for what you typed: attention disorder."
    }


def test_each_filter_has_a_link_that_removes_it_alone(client, catalogue):
    catalogue.add("A", type="lesson", theme="success", locale="en")

    page = get(client, "q=a&type=lesson&theme=success&page=1")

    links = {each.get_text(strip=True): each["href"] for each in page.select(".active-filters a")}
    path = reverse_in("en")
    assert links == {
        "Remove the filter:Type: Lesson": f"{path}?q=a&theme=success",
        "Remove the filter:Theme: Success": f"{path}?q=a&type=lesson",
        "Remove all the filters": f"{path}?q=a",
    }


def test_the_same_filters_in_any_order_have_one_canonical_address(client, catalogue):
    catalogue.add("A", type="lesson", theme="success", locale="en")
    expected = f"http://testserver{reverse_in('en')}?type=lesson&theme=success"

    for query in ("type=lesson&theme=success", "theme=success&type=lesson&language=en"):
        assert get(client, query).select_one('link[rel="canonical"]')["href"] == expected


def test_what_a_form_sent_empty_does_not_stay_in_the_address(client, catalogue):
    path = reverse_in("en")

    answer = client.get(f"{path}?q=deux+mots&theme=a&theme=b&sort=&secteur=x")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{path}?q=deux+mots&theme=a&theme=b&secteur=x",
    )
    assert client.get(f"{path}?q=&sort=")["Location"] == path
    assert client.get(answer["Location"]).status_code == 200


def test_search_engines_of_the_web_index_the_plain_page_only(client, catalogue):
    catalogue.add("A", locale="en")

    assert not get(client).select('meta[name="robots"]')
    assert "noindex" in get(client, "q=a").select_one('meta[name="robots"]')["content"]


def test_what_is_not_understood_is_left_out_and_said(client, catalogue):
    catalogue.add("A", locale="en")

    page = get(client, "secteur=x&type=novel&sort=random&page=two")

    assert titles(page) == ["A"]
    for part in ("secteur", "novel", "random", "two"):
        assert part in notices(page)


def test_a_value_of_a_closed_list_that_nothing_is_filed_under_is_no_mistake(client, catalogue):
    catalogue.add("A", locale="en", cost="cost-1")

    page = get(client, "cost=cost-2")

    assert heading(page) == "No result"
    assert notices(page) == ""
    assert count(page, "cost", "cost-2") == 0
    # What was chosen can be taken back; nothing else could help.
    assert [each.get_text() for each in page.select(".facet legend")] == ["Cost"]


def test_a_tag_that_only_hidden_pages_have_is_answered_like_one_that_does_not_exist(
    client, catalogue
):
    catalogue.add("A", locale="en", tag="open")
    catalogue.add("B", locale="en", tag="secret", audience=frozenset({"org:1"}))

    hidden, missing = (get(client, f"tag={tag}") for tag in ("secret", "nothing"))

    assert titles(hidden) == titles(missing) == ["A"]
    assert notices(hidden).replace("secret", "X") == notices(missing).replace("nothing", "X")
    assert box(hidden, "tag", "secret") is None


def test_the_room_that_knows_members_says_what_a_reader_may_find(client, catalogue, monkeypatch):
    catalogue.add("Open", locale="en")
    catalogue.add("Closed", locale="en", audience=frozenset({"org:1"}))
    assert titles(get(client)) == ["Open"]

    monkeypatch.setattr(audience, "_resolver", None)
    audience.register(lambda user: frozenset({"public", "org:1"}))

    assert titles(get(client)) == ["Closed", "Open"]


def test_without_such_a_room_a_reader_finds_what_is_public(monkeypatch):
    monkeypatch.setattr(audience, "_resolver", None)

    assert audience.audience_of(AnonymousUser()) == {"public"}


def test_a_reader_finds_their_language_first_and_is_told_of_the_other(client, catalogue):
    catalogue.add("Tutorat", locale="fr")
    catalogue.add("Tutorat at a distance", locale="en")
    catalogue.add("Tutorat at college", locale="en")

    page = get(client, "q=tutorat", locale="fr")

    assert titles(page) == ["Tutorat"]
    other = page.select_one("section .notice a")
    assert other["href"] == f"{reverse_in('fr')}?q=tutorat&language=en"
    assert "2" in other.get_text()
    both = get(client, "q=tutorat&language=fr&language=en", locale="fr")
    foreign = [each for each in both.select(".hit") if each.select_one('a[hreflang="en"]')]
    assert len(foreign) == 2


def test_an_empty_result_says_which_condition_to_drop_and_what_it_would_give(client, catalogue):
    catalogue.add("Tutoring", type="practice-sheet", locale="en")
    catalogue.add("Safety", type="lesson", theme="digital", locale="en")

    page = get(client, "q=tutoring&type=lesson")

    ways = {each.get_text(): each["href"] for each in page.select("section li a")}
    path = reverse_in("en")
    assert ways["Without “tutoring”: 1 result"] == f"{path}?type=lesson"
    assert ways["Without Type: Lesson: 1 result"] == f"{path}?q=tutoring"
    assert ways["Digital (1)"] == f"{path}?theme=digital"


def test_an_empty_result_of_several_filters_says_what_the_words_alone_would_give(client, catalogue):
    catalogue.add("Tutoring", type="practice-sheet", locale="en")
    catalogue.add("Safety", type="lesson", locale="en")
    catalogue.add("Screens", type="practice-sheet", theme="digital", locale="en")

    page = get(client, "q=tutoring&type=lesson&theme=digital")

    ways = {each.get_text(): each["href"] for each in page.select("section li a")}
    assert ways["Without any filter: 1 result"] == f"{reverse_in('en')}?q=tutoring"


def test_an_empty_result_offers_another_spelling(client, catalogue):
    catalogue.add("Mentorat", locale="fr")
    catalogue.add("Mentorat", locale="fr")

    page = get(client, "q=mentorrat", locale="fr")

    assert page.select_one("section .lead a")["href"] == f"{reverse_in('fr')}?q=mentorat"


def test_pages_of_results_are_linked_from_the_first_to_the_last(client, catalogue):
    for number in range(95):
        catalogue.add(f"Number {number}", locale="en")

    page = get(client, "page=5")

    links = page.select_one(".pages").get_text("|", strip=True).replace("Page|", "")
    assert links == "Previous|1|…|3|4|5|6|7|…|10|Next"
    assert page.select_one('.pages [aria-current="page"]').get_text(strip=True) == "Page5"
    assert page.select_one("ol.hits")["start"] == "41"
    path = reverse_in("en")
    assert page.select_one('.pages a[rel="prev"]')["href"] == f"{path}?page=4"
    assert page.select_one('.pages a[rel="next"]')["href"] == f"{path}?page=6"


def test_a_page_beyond_the_last_shows_the_last_and_says_so(client, catalogue):
    for number in range(12):
        catalogue.add(f"Number {number}", locale="en")

    page = get(client, "page=99")

    assert len(titles(page)) == 2
    assert "99" in notices(page)
    assert page.select_one('link[rel="canonical"]')["href"].endswith("?page=2")


def test_relevance_is_offered_only_when_there_are_words(client, catalogue):
    catalogue.add("A", locale="en")

    def options(query: str) -> list[tuple[str, str]]:
        found = get(client, query).select("#search-sort option")
        return [(each["value"], each.get_text()) for each in found]

    assert ("", "relevance") in options("q=a")
    # Whoever types words into a plain list must get them by relevance, not by date.
    assert options("")[0] == ("", "newest first")


def test_the_title_of_the_page_says_what_is_looked_for(client, catalogue):
    for number in range(12):
        catalogue.add(f"Tutoring {number}", type="lesson", locale="en")

    title = get(client, "q=tutoring&type=lesson&page=2").title.get_text()

    assert title == "“tutoring”, Lesson – page 2 – Search – Passerelle"


def test_a_reduced_mode_is_announced(client, catalogue):
    catalogue.add("A", locale="en")
    assert "reduced mode" not in notices(get(client))

    catalogue.degraded = True

    assert "reduced mode" in notices(get(client))


def test_key_facts_are_shown_in_the_words_of_the_vocabulary(client, catalogue):
    catalogue.add("A", locale="en", cost="cost-2")

    facts = get(client).select_one(".hit .facts").get_text(" ", strip=True)

    assert facts == "Cost: Low Published: March 4, 2025"


def test_the_other_language_is_one_step_away_with_the_same_question(client, catalogue):
    catalogue.add("A", locale="en")

    page = get(client, "q=a&type=lesson")

    switch = page.select_one('.site-tools a[hreflang="fr"]')
    assert switch["href"] == f"{reverse_in('fr')}?q=a&type=lesson"
    alternates = {each["hreflang"] for each in page.select('link[rel="alternate"][hreflang]')}
    assert alternates == {"fr", "en", "x-default"}


def test_no_shared_cache_may_keep_what_one_reader_found(client, catalogue):
    catalogue.add("A", locale="en")

    response = client.get(reverse_in("en"))

    assert "private" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]
    # Nor may a browser that goes back show the part that a script asked for.
    assert "HX-Request" in response["Vary"]


def test_a_script_gets_the_part_that_changes_and_the_short_address(client, catalogue):
    catalogue.add("A", type="lesson", locale="en")
    query = "q=&sort=&type=lesson&language=en"
    short = f"{reverse_in('en')}?type=lesson"

    def part(**headers: str):
        headers = {"HX-Request": "true", **headers}
        return client.get(f"{reverse_in('en')}?{query}", headers=headers)

    response = part()
    swapped = BeautifulSoup(response.content.decode(), "html5lib")
    assert response["HX-Push-Url"] == short
    assert not swapped.select("header, footer, form, link")
    assert swapped.title.get_text() == "Lesson – Search – Passerelle"
    whole = get(client, "type=lesson").select_one("#search-region")
    assert str(swapped.select_one("#search-region")) == str(whole)

    # What is only being typed, or is there already, is no new step of the history.
    for again in ({"HX-Trigger": "search-text"}, {"HX-Current-URL": f"http://testserver{short}"}):
        response = part(**again)
        assert "HX-Push-Url" not in response
        assert response["HX-Replace-Url"] == short
    assert part(**{"HX-Current-URL": "http://["})["HX-Push-Url"] == short  # no address at all
    assert "HX-Push-Url" not in client.get(reverse_in("en"))
    restored = part(**{"HX-History-Restore-Request": "true"})
    assert b"<footer" in restored.content


def test_nothing_but_reading_is_answered(client, catalogue):
    assert client.post(reverse_in("en")).status_code == 405


@pytest.mark.parametrize("query", ["", "q=number&cost=cost-1", "q=nothing&tag=t3&type=lesson"])
def test_the_number_of_questions_to_the_database_does_not_grow(client, catalogue, query):
    for number in range(3):
        catalogue.add(f"Number {number}", locale="en", cost="cost-1", tag=f"t{number}")
    get(client)
    few = questions(client, query)
    for number in range(60):
        catalogue.add(
            f"Number {number}", locale="en", cost="cost-1", tag=f"t{number}", theme="digital"
        )

    assert questions(client, query) == few
    assert few <= 8


def questions(client: Client, query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        get(client, query)
    return len(captured)


def test_each_list_of_labels_is_read_once_for_a_page(client, catalogue):
    for number in range(12):
        catalogue.add(f"Number {number}", cost="cost-1", theme="digital", tag="t", locale="en")

    get(client, "type=lesson&type=novel&cost=cost-2&tag=t")

    assert catalogue.label_calls.count("lists") == 1
    assert catalogue.label_calls.count("tags") == 1
