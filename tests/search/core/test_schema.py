"""What an index must be able to hold."""

import pytest

from search.core.declarations import Facet, Field, Profile
from search.core.schema import Schema
from search.core.synonyms import Synonyms


def profile(*fields: Field, facets: tuple[Facet, ...] = ()) -> Profile:
    """A profile of a model that is only a name."""
    return Profile("room.Page", fields, facets, documents=lambda pks: [])


def test_a_schema_holds_each_name_once_in_the_order_of_declaration() -> None:
    title, body, type_ = Field("title", 3), Field("body"), Facet("type", "Type")

    schema = Schema.of([profile(title, facets=(type_,)), profile(body, title, facets=(type_,))])
    assert schema.fields == (title, body)
    assert schema.facets == (type_,)


def test_one_name_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match="Field 'title' is declared in two ways"):
        Schema.of([profile(Field("title")), profile(Field("title", boost=2))])
    with pytest.raises(ValueError, match="Facet 'theme' is declared in two ways"):
        Schema.of(
            [
                profile(facets=(Facet("theme", "Theme"),)),
                profile(facets=(Facet("theme", "Theme", kind="tree"),)),
            ]
        )


def test_an_unknown_facet_is_named_with_the_known_ones() -> None:
    schema = Schema((), (Facet("type", "Type"), Facet("region", "Region")))

    assert schema.facet("type").name == "type"
    with pytest.raises(KeyError, match=r"No facet 'secteur'\. Known facets: region, type\."):
        schema.facet("secteur")


def test_the_hash_changes_with_what_is_indexed_and_with_nothing_else() -> None:
    first = Schema((Field("title", 3, True), Field("body")), (Facet("type", "Type"),))

    for same in (
        Schema(tuple(reversed(first.fields)), first.facets),
        Schema(first.fields, (Facet("type", "Sorte", order="value", within="and"),)),
        Schema(first.fields, first.facets, Synonyms({"fr": [["a", "b"]]})),
    ):
        assert same.hash == first.hash
    for other in (
        Schema((Field("title", 4, True), Field("body")), first.facets),
        Schema((Field("title", 3, True), Field("text")), first.facets),
        Schema(first.fields, (Facet("type", "Type", kind="tree"),)),
        Schema(first.fields, (*first.facets, Facet("year", "Year"))),
    ):
        assert other.hash != first.hash


def test_a_schema_reads_questions_with_its_synonyms() -> None:
    schema = Schema((), (), Synonyms({"fr": [["stage", "alternance"]]}))

    assert len(schema.parse("stage ", "fr").words[0].terms) == 2
