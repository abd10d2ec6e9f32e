"""Documents for the contract, some by hand and some by Hypothesis, and questions to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from search.core.declarations import Facet, Field
from search.core.documents import Document, Write
from search.core.engine import SearchEngine
from search.core.query import SORTS, SearchQuery
from search.core.results import SearchResults
from search.core.schema import Schema
from search.core.synonyms import Synonyms

PUBLIC = frozenset({"public"})
FACETS = ("type", "theme", "tag", "cost", "year")

SCHEMA = Schema(
    fields=(
        Field("title", boost=5, highlight=True),
        Field("summary", boost=3, highlight=True),
        Field("keywords", boost=2),
        Field("body", boost=1, highlight=True),
    ),
    facets=(
        Facet("type", "Type"),
        Facet("theme", "Theme", kind="tree"),
        Facet("tag", "Tag", within="and"),
        Facet("cost", "Cost", order="value"),
        Facet("year", "Year", order="value-desc"),
    ),
    synonyms=Synonyms(
        {
            "fr": [["TDAH", "trouble du déficit de l'attention"], ["stage", "apprentissage"]],
            "en": [["ADHD", "attention deficit"]],
        }
    ),
)


def document(
    key: str,
    title: str = "",
    *,
    locale: str = "fr",
    audience: Iterable[str] = PUBLIC,
    published: int = 0,
    verified: int = 0,
    texts: Mapping[str, str] | None = None,
    **facets: str | Sequence[str],
) -> Document:
    """A document; the value of a facet is a text or several."""
    return Document(
        key=key,
        locale=locale,
        audience=frozenset(audience),
        texts={"title": title, **(texts or {})},
        facets={name: (v,) if isinstance(v, str) else tuple(v) for name, v in facets.items()},
        sort={"published": published, "verified": verified, "title": title.casefold()},
        stored={"title": title, "url": f"/{key}/"},
    )


def fill(engine: SearchEngine, documents: Iterable[Document], version: int = 1) -> None:
    """Write the documents, which can be found at once."""
    outcomes = engine.write([Write(each.key, version, each) for each in documents])
    assert [each for each in outcomes if each.error] == []
    engine.refresh()


def start_anew(engine: SearchEngine, documents: Iterable[Document] = ()) -> None:
    """An empty generation that answers, alone, filled with the documents.

    Elasticsearch takes a second to make one, so that there its documents are removed instead where
    only documents matter.
    """
    if engine.name == "elasticsearch" and documents and engine.live_generation():
        held = list(engine.scan())
        newest = max((entry.version for entry in held), default=0)
        engine.write([Write(entry.key, newest + 1, None) for entry in held])
        fill(engine, documents, newest + 2)
        return
    before = engine.generations()
    engine.promote_generation(engine.create_generation())
    for name in before:
        engine.drop_generation(name)
    fill(engine, documents)


def ask(text: str = "", audience: Iterable[str] = PUBLIC, **options: Any) -> SearchQuery:
    """A question in French about all documents, with every facet."""
    selections = {
        name: frozenset([values] if isinstance(values, str) else values)
        for name, values in options.pop("selections", {}).items()
    }
    question = SearchQuery(
        locale="fr", audience=frozenset(audience), text=text, selections=selections, facets=FACETS
    )
    return replace(question, **options)


def keys(results: SearchResults) -> list[str]:
    """The keys of the hits, in order."""
    return [hit.key for hit in results.hits]


def counts(results: SearchResults, facet: str) -> dict[str, int]:
    """The counts of a facet by value, in order."""
    found = {each.name: each.values for each in results.facets}[facet]
    return {each.value: each.count for each in found}


def answer(results: SearchResults) -> tuple[object, ...]:
    """All that a reader gets of an answer, but for the time that it took."""
    hits = [(hit.key, hit.stored, hit.highlights, hit.matches) for hit in results.hits]
    return hits, results.total, results.facets, results.suggestion


WORDS = [
    "élève", "élèves", "eleve", "l’élève", "enseignant·e·s", "enseignante", "évaluation",
    "évaluées", "evaluer", "TÉLUQ", "C.L.S.C.", "clsc", "après-midi", "porte-folio", "portefolio",
    "stage", "stages", "apprentissage", "TDAH", "trouble", "déficit", "attention", "de", "la",
    "student", "students", "assessment", "2025", "1er", "œuvre", "oeuvre", "d'été",
]  # fmt: skip
AUDIENCES = ["public", "community", "org:1", "org:2"]
THEMES = ["a", "a/b", "a/b/c", "a/d", "e", "e/f"]

words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=5).map(" ".join)
audiences = st.frozensets(st.sampled_from(AUDIENCES), min_size=1, max_size=3)


@st.composite
def corpora(draw: st.DrawFn, most: int = 12) -> list[Document]:
    """A few documents that differ in everything."""
    return [
        Document(
            key=f"page:{number}",
            locale=draw(st.sampled_from(["fr", "fr", "en"])),
            audience=draw(audiences),
            texts={
                "title": draw(texts),
                "summary": draw(texts),
                "keywords": draw(texts),
                "body": draw(texts),
            },
            facets={
                "type": (draw(st.sampled_from(["sheet", "case", "lesson"])),),
                "theme": tuple(draw(st.lists(st.sampled_from(THEMES), max_size=3))),
                "tag": tuple(draw(st.lists(st.sampled_from("xyz"), max_size=3, unique=True))),
                "cost": tuple(draw(st.lists(st.sampled_from("123"), max_size=1))),
            },
            sort={
                "published": draw(st.integers(-2, 3)),
                "verified": draw(st.integers(0, 2)),
                "title": draw(st.sampled_from(["", "a", "a b", "b", "é"])),
            },
            stored={"title": f"Page {number}"},
        )
        for number in range(draw(st.integers(0, most)))
    ]


selections = st.fixed_dictionaries(
    {},
    optional={
        "type": st.frozensets(st.sampled_from(["sheet", "case", "nothing"]), max_size=2),
        "theme": st.frozensets(st.sampled_from([*THEMES, "nowhere"]), max_size=2),
        "tag": st.frozensets(st.sampled_from("xyzw"), max_size=2),
        "cost": st.frozensets(st.sampled_from("123"), max_size=2),
    },
)


@st.composite
def typed(draw: st.DrawFn) -> str:
    """What readers type: words, perhaps begun, quoted or excluded."""
    parts = []
    for word in draw(st.lists(words, max_size=3)):
        shape = draw(st.sampled_from(["plain", "plain", "begun", "excluded", "quoted", "wrong"]))
        match shape:
            case "begun":
                parts.append(word[: draw(st.integers(1, len(word)))])
            case "excluded":
                parts.append(f"-{word}")
            case "quoted":
                parts.append(f'"{word} {draw(words)}"')
            case "wrong":
                parts.append(word[:2] + word[3:])
            case _:
                parts.append(word)
    return " ".join(parts) + draw(st.sampled_from(["", "", " "]))


@st.composite
def questions(draw: st.DrawFn) -> SearchQuery:
    """A question of any viewer."""
    return SearchQuery(
        locale=draw(st.sampled_from(["fr", "en"])),
        audience=draw(st.frozensets(st.sampled_from(AUDIENCES), max_size=3)),
        text=draw(typed()),
        locales=draw(st.sampled_from([frozenset(), frozenset({"fr"}), frozenset({"fr", "en"})])),
        selections=draw(selections),
        facets=FACETS,
        sort=draw(st.sampled_from(SORTS)),
        page=draw(st.integers(1, 3)),
        size=draw(st.integers(0, 5)),
    )
