"""Values of a source as values of fields."""

import datetime
import json
from html.parser import HTMLParser

import pytest

from exchange.importing.converters import Target, Terms, convert, slug_for
from exchange.importing.errors import ValueProblem
from exchange.importing.mapping import parse_mapping
from exchange.importing.records import REPLACEMENT, Row
from practices.models import CaseStudyPage, LessonPage, PracticeSheetPage


def converted(value, *, empty=(), terms=None, stream=None, **rule):
    mapping = parse_mapping(
        {
            "source": "s",
            "external_id": "id",
            "fields": {"title": {"column": "c", **rule}},
            "empty": list(empty),
        }
    )
    target = Target(mapping.fields["title"], mapping.empty, terms=terms, stream=stream)
    return convert(target, Row("1", {"c": value}))


def value_of(value, **rule):
    return converted(value, **rule).value


def test_a_text_loses_its_tags_and_its_unreadable_characters():
    assert value_of(f" IV&amp;V  <b>twice</b>{REPLACEMENT}\n or more ") == "IV&V twice or more"


@pytest.mark.parametrize("text", ["a < b and c > d", "p<q then stop", "5 <3", "x <- y"])
def test_an_angle_bracket_that_is_a_sign_stays(text):
    assert value_of(text) == text


def test_a_text_is_cut_at_a_word():
    assert value_of("one two three", truncate=9) == "one two…"
    assert value_of("x" * 20, truncate=5) == "xxxx…"
    assert value_of("short", truncate=5) == "short"


@pytest.mark.parametrize("value", ["", "  ", None, "NA", " NA ", [], {}])
def test_what_says_nothing_is_nothing(value):
    assert value_of(value, empty=["NA"]) is None
    assert value_of(value, empty=["NA"], default="d") == "d"


def test_a_zero_says_something():
    assert value_of("0") == "0"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"columns": ["a", "b", "c"]}, "B"),
        ({"columns": ["a", "b", "c"], "join": " / "}, "B / C"),
        ({"column": "a", "section": "S"}, "text"),
        ({"column": "b", "value": "fixed"}, "B"),
        ({"column": "a", "value": "fixed"}, "fixed"),
        ({"column": "b", "replace": {"B": "b!"}}, "b!"),
    ],
)
def test_the_first_column_that_says_something_counts_or_all_of_them_joined(rule, expected):
    row = Row("1", {"a": "NA", "b": "B", "c": "C"}, {"S": "text"})
    mapping = parse_mapping(
        {"source": "s", "external_id": "i", "empty": "NA", "fields": {"title": rule}}
    )
    assert convert(Target(mapping.fields["title"], mapping.empty), row).value == expected


def test_a_table_of_values_translates_keeps_skips_or_refuses():
    table = {"Yes": "oui"}
    assert value_of("Yes", table=table) == "oui"
    assert value_of("No", table=table) == "No"
    assert value_of("No", table=table, unlisted="skip") is None
    with pytest.raises(ValueProblem, match="Yes"):
        value_of("No", table=table, unlisted="error")


def test_a_list_is_one_text_and_a_table_is_none():
    assert value_of(["a", "b"]) == "a, b"
    assert value_of("b; a;; b", convert="list", separator=";") == "b, a"
    with pytest.raises(ValueProblem):
        value_of({"a": 1})
    with pytest.raises(ValueProblem):
        value_of([["a"]])


# Rich text


def test_plain_paragraphs_keep_their_lines_and_their_signs():
    assert (
        value_of("a <b> & c\r\nd\r\n\r\ne", convert="paragraphs")
        == "<p>a &lt;b&gt; &amp; c<br/>d</p><p>e</p>"
    )


def test_html_without_paragraphs_is_divided_at_blank_lines():
    assert value_of("a\nb\n\n<i>c</i>", convert="html") == "<p>a b</p><p><i>c</i></p>"


def test_html_by_lines_makes_lists_of_bullets():
    assert (
        value_of("a\r\n  &bull; b\r\n  • c\r\n  \r\n d", convert="html", lines="paragraphs")
        == "<p>a</p><ul><li>b</li><li>c</li></ul><p>d</p>"
    )


class _Tags(HTMLParser):
    """The tags of a text and their attributes, as a browser would meet them."""

    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))


@pytest.mark.parametrize("conversion", ["html", "markdown", "paragraphs"])
@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
        "<<script>script>alert(1)<</script>/script>",
        "<p style='background:url(javascript:alert(1))' onclick=alert(1)>x</p>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "[x](javascript:alert(1))",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<script src=//example.org/x.js",
    ],
)
def test_nothing_that_can_run_comes_through(attack, conversion):
    seen = _Tags(value_of(attack, convert=conversion)).seen
    assert {tag for tag, _attrs in seen} <= {"p", "b", "i", "a", "ul", "ol", "li", "br", "h3", "h4"}
    assert not [attrs for _tag, attrs in seen if attrs]


def test_relative_links_are_completed():
    html = value_of("<a href='/b'>B</a>", convert="html", base_url="https://example.org/a/")
    assert html == '<p><a href="https://example.org/b">B</a></p>'


def test_deep_and_broken_html_is_read():
    assert "x" in value_of("<div>" * 3000 + "x", convert="html")
    assert "x" in value_of("<ul><li>" * 500 + "x", convert="html")
    assert "x" in value_of("> " * 40 + "x", convert="markdown")


# Blocks


def blocks(text, field, model=PracticeSheetPage):
    stored = value_of(text, convert="blocks", stream=model._meta.get_field(field))
    assert stored == value_of(text, convert="blocks", stream=model._meta.get_field(field))
    for block in model._meta.get_field(field).to_python(stored):
        block.block.clean(block.value)
    return json.loads(stored)


def test_headings_become_building_blocks_and_numbered_items_their_steps():
    found = blocks(
        "Before.\n\n### Open *sort*\n1. One\n2. Two\n   - a\n   - b\n\n"
        "After.\n\n#### Note\n\n- c\n",
        "building_blocks",
    )
    assert [block["value"]["title"] for block in found] == ["Étapes", "Open sort"]
    assert [step["value"] for step in found[1]["value"]["steps"]] == [
        "<p>One</p>",
        "<p>Two</p><ul><li>a</li><li>b</li></ul>",
        "<p>After.</p><p>Note</p><ul><li>c</li></ul>",
    ]
    assert len({block["id"] for block in found}) == len(found)


def test_bullets_right_after_a_step_belong_to_it():
    (block,) = blocks("1. Draw four rows:\n- a\n- b\n2. Fill them\n", "building_blocks")
    assert [step["value"] for step in block["value"]["steps"]] == [
        "<p>Draw four rows:</p><ul><li>a</li><li>b</li></ul>",
        "<p>Fill them</p>",
    ]


def test_recommendations_learning_points_quotes_and_moments_come_from_markdown():
    text = "- **Do** this\n- And that\n"
    assert [each["value"]["action"] for each in blocks(text, "recommendations", LessonPage)] == [
        "<p><b>Do</b> this</p>",
        "<p>And that</p>",
    ]
    assert [each["value"] for each in blocks(text, "learning_points", CaseStudyPage)] == [
        "Do this",
        "And that",
    ]
    quotes = blocks("> a\n\n> b", "quotes", CaseStudyPage)
    assert [each["value"]["text"] for each in quotes] == ["a", "b"]
    (moment,) = blocks("### September 2024: We began\nSlowly.", "timeline", CaseStudyPage)
    assert moment["value"] == {
        "date": "September 2024",
        "title": "We began",
        "text": "<p>Slowly.</p>",
    }
    with pytest.raises(ValueProblem, match="Somewhen"):
        blocks("### Somewhen\nSlowly.", "timeline", CaseStudyPage)


# Dates, yes or no


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01",
        "2024-05-01 13:30",
        "2024-05-01T13:30:00Z",
        "01/05/2024",
        "1 May 2024",
        datetime.date(2024, 5, 1),
        datetime.datetime(2024, 5, 1, 13, 30),  # noqa: DTZ001
    ],
)
def test_a_date_is_understood_in_each_of_its_forms(value):
    forms = ["%d/%m/%Y", "%d %B %Y"]
    assert value_of(value, convert="date", format=forms) == datetime.date(2024, 5, 1)


@pytest.mark.parametrize("value", ["2024-13-01", "soon", "31/02/2024", "45000"])
def test_what_is_no_date_is_said_with_the_forms_expected(value):
    with pytest.raises(ValueProblem, match="%d/%m/%Y"):
        value_of(value, convert="date", format="%d/%m/%Y")


def test_yes_and_no_are_understood_in_both_languages():
    assert value_of("Oui", convert="boolean") is True
    assert value_of("FALSE", convert="boolean") is False
    with pytest.raises(ValueProblem, match="perhaps"):
        value_of("perhaps", convert="boolean")


# Several values


def test_terms_are_found_by_slug_or_label_and_others_can_be_tags(vocabularies):
    themes = Terms.load("theme")
    found = converted(
        "safety, User research, Essais et vérification, Rockets, ,",
        convert="term",
        terms=themes,
        unlisted="tag",
    )
    assert [term.slug for term in found.value] == ["safety", "user-research", "testing"]
    assert found.tags == ["Rockets"]
    assert value_of("Rockets", convert="term", terms=themes, unlisted="skip") == []
    with pytest.raises(ValueProblem, match="Rockets"):
        value_of("Rockets", convert="term", terms=themes)


def test_one_value_can_stand_for_several_terms(vocabularies):
    found = value_of(
        "Discover",
        convert="term",
        terms=Terms.load("theme"),
        table={"Discover": ["discovery", "user-research"]},
    )
    assert [term.slug for term in found] == ["discovery", "user-research"]


def test_tags_and_people_are_listed_once():
    assert converted("b, a, <i>b</i>,", convert="tags").tags == ["b", "a"]
    assert value_of("Roy, Ada; Li, Wei", convert="people", separator=";") == ["Roy, Ada", "Li, Wei"]


def test_an_address_is_made_of_the_title_and_the_identifier():
    assert slug_for("Été à l’école", "A 7") == "ete-a-lecole-a-7"
    assert slug_for("Card sorting", "card-sorting") == "card-sorting"
    assert slug_for("日本", "7") == "7"
    assert slug_for("日本", "語") == ""
    assert len(slug_for("x " * 400, "7")) <= 255
