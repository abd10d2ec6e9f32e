"""Mapping files: what is right is understood, what is wrong is named."""

import pytest

from exchange.importing.errors import ImportSetupError
from exchange.importing.mapping import load_mapping, parse_mapping
from exchange.importing.pages import PAGE_CLASSES, targets_of

RIGHT = {"source": "essai", "external_id": "id", "fields": {"title": "Titre"}}


def test_the_shortest_mapping_names_a_source_an_identifier_and_a_title():
    mapping = parse_mapping(RIGHT)
    assert mapping.fields["title"].columns == ("Titre",)
    assert mapping.language.default == "fr"


@pytest.mark.parametrize("name", ["nasa-lessons", "18f-methods"])
def test_the_shipped_mappings_fit_the_page_types_and_the_shipped_terms(name, shipped, vocabularies):
    mapping = shipped(name)
    assert targets_of(mapping, PAGE_CLASSES[mapping.type])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sorce": "x"}, "sorce"),
        ({"source": None}, "source"),
        ({"source": "x" * 101}, "source"),
        ({"type": "sheet"}, "practice-sheet"),
        ({"encoding": "utf-9"}, "encoding"),
        ({"stray_bytes": {"é": "x"}}, "stray_bytes"),
        ({"stray_bytes": [1]}, "stray_bytes"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"empty": {"a": 1}}, "empty"),
        ({"language": "de"}, "de"),
        ({"organization": {"create": "yes"}}, "organization.create"),
        ({"organization": {"known": {"A": {"nom": "x"}}}}, "nom"),
        ({"fields": ["title"]}, "fields"),
        ({"fields": {"summary": "Résumé"}}, "title"),
        ({"fields": {"title": {}}}, "fields.title"),
        ({"fields": {"title": {"colum": "Titre"}}}, "colum"),
        ({"fields": {"title": {"column": "Titre", "convert": "texte"}}}, "texte"),
        ({"fields": {"title": {"column": "Titre", "truncate": "many"}}}, "fields.title.truncate"),
        ({"fields": {"title": {"column": "T", "table": {"a": {"b": 1}}}}}, "fields.title.table.a"),
        ({"fields": {"title": {"column": "Titre", "unlisted": "drop"}}}, "drop"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(change, named):
    with pytest.raises(ImportSetupError, match=named):
        parse_mapping({**RIGHT, **change})


@pytest.mark.parametrize("text", ["a: [", "- a", "\x00", "[" * 5000], ids=lambda text: text[:4])
def test_a_file_that_is_no_mapping_is_refused(text, tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises(ImportSetupError):
        load_mapping(path)


def test_a_mapping_that_is_missing_is_named(tmp_path):
    with pytest.raises(ImportSetupError, match=r"nowhere\.yaml"):
        load_mapping(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"headline": "x"}, "headline"),
        ({"organization": "x"}, "organization"),
        ({"image": "x"}, "image"),
        ({"path": "x"}, "path"),
        ({"lesson": "x"}, "html, markdown"),
        ({"date_end": "x"}, "date"),
        ({"themes": "x"}, "term"),
        ({"tags": "x"}, "tags"),
        ({"recommendations": "x"}, "blocks"),
        ({"title": {"column": "x", "convert": "html"}}, "text"),
        ({"impact": {"column": "x", "convert": "term", "table": {"A": "wonderful"}}}, "wonderful"),
    ],
)
def test_a_field_that_cannot_be_filled_so_is_named_with_what_can(fields, named, vocabularies):
    mapping = parse_mapping({**RIGHT, "fields": {"title": "Titre", **fields}})
    with pytest.raises(ImportSetupError, match=named):
        targets_of(mapping, PAGE_CLASSES["lesson"])


def test_terms_of_an_empty_vocabulary_say_how_to_get_them(db):
    fields = {"title": "Titre", "themes": {"column": "x", "convert": "term"}}
    with pytest.raises(ImportSetupError, match="sync_terms"):
        targets_of(parse_mapping({**RIGHT, "fields": fields}), PAGE_CLASSES["lesson"])
