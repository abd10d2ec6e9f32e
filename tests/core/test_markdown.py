import re

import pytest

from core.markdown import html_to_rich_text, markdown_to_rich_text
from core.text import plain_text


def test_headings_become_the_two_levels_that_a_page_leaves_free():
    assert (
        markdown_to_rich_text("# One\n\n## Two\n\n#### Four\n\n##### Five")
        == "<h3>One</h3><h3>Two</h3><h4>Four</h4><h4>Five</h4>"
    )


def test_emphasis_and_links_take_the_form_the_editor_stores():
    assert (
        markdown_to_rich_text("**A** *b* [c](https://example.org/?a=1&b=2)")
        == '<p><b>A</b> <i>b</i> <a href="https://example.org/?a=1&amp;b=2">c</a></p>'
    )


def test_a_loose_list_has_no_paragraph_in_its_items():
    assert (
        markdown_to_rich_text("- one\n\n- two\n\n  and more\n")
        == "<ul><li>one</li><li>two<br/>and more</li></ul>"
    )


def test_a_list_in_a_list_stays_in_its_item():
    assert (
        markdown_to_rich_text("1. one\n   - a\n   - b\n2. two\n")
        == "<ol><li>one<ul><li>a</li><li>b</li></ul></li><li>two</li></ol>"
    )


@pytest.mark.parametrize(
    "unsafe",
    [
        "[click](javascript:alert(1))",
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<img src=x onerror="alert(1)">',
        '<iframe src="https://example.org"></iframe>',
        '<a href="data:text/html,x">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
    ],
)
def test_nothing_that_can_run_survives(unsafe):
    rich_text = markdown_to_rich_text(unsafe)
    assert not re.search(r"<[^>]*(alert|iframe|script|img|href)", rich_text)


def test_a_relative_link_is_completed_or_dropped():
    assert html_to_rich_text('<a href="b">B</a>') == "<p>B</p>"
    assert (
        html_to_rich_text('<a href="b">B</a>', base_url="https://example.org/a/")
        == '<p><a href="https://example.org/a/b">B</a></p>'
    )


def test_bare_text_and_foreign_blocks_become_paragraphs():
    assert (
        html_to_rich_text("bare <div>in a div</div><blockquote><p>quoted</p></blockquote>")
        == "<p>bare</p><p>in a div</p><p>quoted</p>"
    )


def test_angle_brackets_in_the_text_stay_text():
    assert markdown_to_rich_text("a \\< b & `<script>`") == ("<p>a &lt; b &amp; &lt;script&gt;</p>")


def test_a_table_gives_one_line_a_row():
    assert markdown_to_rich_text("| A | B |\n| - | - |\n| 1 | 2 |\n") == "<p>A – B</p><p>1 – 2</p>"


def test_empty_text_gives_empty_rich_text():
    assert markdown_to_rich_text(" \n\n") == ""
    assert html_to_rich_text("<p> </p><p></p>") == ""


def test_plain_text_keeps_the_words_of_neighbouring_blocks_apart():
    assert plain_text("<h3>Un</h3><ul><li>deux</li><li>l&#x27;été<br/>x</li></ul>") == (
        "Un deux l'été x"
    )


def test_what_stands_in_a_list_outside_of_its_items_becomes_an_item():
    assert html_to_rich_text("<ol>one <b>more</b><li>two</li>three</ol>") == (
        "<ol><li>one <b>more</b></li><li>two</li><li>three</li></ol>"
    )
    assert html_to_rich_text("<ul><p>one</p><p>two</p></ul>") == (
        "<ul><li>one</li><li>two</li></ul>"
    )


def test_a_list_between_items_belongs_to_the_item_before_it():
    assert html_to_rich_text("<ul><li>one</li><ul><li>a</li></ul><li>two</li></ul>") == (
        "<ul><li>one<ul><li>a</li></ul></li><li>two</li></ul>"
    )
    assert html_to_rich_text("<ul><ul><li>a</li></ul></ul>") == (
        "<ul><li><ul><li>a</li></ul></li></ul>"
    )


def test_items_without_a_list_and_lists_without_items_leave_only_their_text():
    assert html_to_rich_text("<li>alone</li>") == "<p>alone</p>"
    assert html_to_rich_text("a<ul> <li> <br></li></ul>b") == "<p>a</p><p>b</p>"
