"""The search for programs: the same questions as the page's, answered as data."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.responses import Status

from core.caching import for_one_reader
from core.errors import DATABASE_AWAY, forget_reader
from search import messages
from search.answers import Answer, ask, known_facets, suggestions
from search.audience import PUBLIC, audience_of
from search.core.results import Fragment, Hit
from search.core.suggestions import TITLE, Suggestion
from search.params import (
    DEFAULT_SIZE,
    MAX_PAGE,
    MAX_SIZE,
    MAX_TEXT,
    SORTS,
    Problem,
    SearchParams,
    parse,
    range_parameters,
)

router = Router(tags=["search"])
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class Span(Schema):
    """A passage that matches: characters `start` (included) to `end` (excluded) of the text."""

    start: int
    end: int


class Highlight(Schema):
    """A piece of a text and what matches in it."""

    text: str
    spans: list[Span]


class OrganizationName(Schema):
    """Whose knowledge it is."""

    slug: str
    name: str


class Result(Schema):
    """One page of knowledge."""

    id: int
    type: str
    title: str
    url: str
    language: str
    organization: OrganizationName
    summary: str
    highlights: dict[str, list[Highlight]]
    published_at: str | None = Field(description="ISO 8601 date and time.")


class FacetValueOut(Schema):
    """A value, and the exact number of results that choosing it would give."""

    value: str
    label: str
    count: int
    selected: bool


class FacetOut(Schema):
    """A facet; the values of a tree facet are paths such as “teaching/assessment”."""

    name: str
    label: str
    values: list[FacetValueOut]


class SearchAnswer(Schema):
    """One page of results, the exact total, and every facet with its counts."""

    total: int
    page: int
    page_size: int
    results: list[Result]
    facets: list[FacetOut]
    suggestion: str = Field(description="Another spelling that finds something, or nothing.")
    degraded: bool = Field(description="Whether a stand-in answered for the usual engine.")
    took_ms: float
    engine: str


class SuggestionOut(Schema):
    """A page to open, or a search to make; `count` is how many pages it leads to."""

    text: str
    url: str
    count: int


class SuggestionGroup(Schema):
    """Suggestions of one kind: “title” for pages, else the facet that they are values of."""

    kind: str
    label: str
    suggestions: list[SuggestionOut]


class Suggestions(Schema):
    """What to offer while somebody types, in groups, and a sentence that says how much it is."""

    message: str
    groups: list[SuggestionGroup]


class ErrorOut(Schema):
    """What is wrong with one parameter, and what it could be."""

    parameter: str
    value: str
    message: str
    known: list[str]


class BadRequest(Schema):
    """All that is wrong with a request."""

    detail: str
    errors: list[ErrorOut]


def _parameters() -> list[dict[str, Any]]:
    """The parameters as OpenAPI describes them: the facets are those that the rooms declared."""

    def parameter(name: str, description: object, **schema: Any) -> dict[str, Any]:
        return {
            "in": "query",
            "name": name,
            "required": False,
            "description": str(description),
            "schema": schema,
        }

    return [
        parameter("q", "The words to look for.", type="string", maxLength=MAX_TEXT),
        parameter(
            "lang",
            "The language of the labels, and of the results unless “language” says otherwise.",
            type="string",
            enum=list(LANGUAGES),
        ),
        parameter(
            "sort",
            "By default relevance when there are words, the newest first when there are none.",
            type="string",
            enum=list(SORTS),
        ),
        parameter("page", "Counts from 1.", type="integer", minimum=1, maximum=MAX_PAGE, default=1),
        parameter(
            "page_size",
            "How many results a page holds.",
            type="integer",
            minimum=1,
            maximum=MAX_SIZE,
            default=DEFAULT_SIZE,
        ),
        *(
            {
                **parameter(
                    facet.name,
                    f"Repeat it to choose several values ({facet.within}).",
                    type="array",
                    items={"type": "string"},
                ),
                "style": "form",
                "explode": True,
            }
            for facet in known_facets()
        ),
        *(
            parameter(
                name,
                f"One end of a range, included; a range replaces the values of “{facet.name}”.",
                type="integer",
                minimum=facet.bounds[0],
                maximum=facet.bounds[1],
            )
            for facet in known_facets()
            if facet.bounds
            for name in range_parameters(facet.name)
        ),
    ]


@router.get(
    "/search/",
    response={200: SearchAnswer, 400: BadRequest},
    operation_id="search",
    summary="Search the knowledge base",
    description=(
        "Without a session, finds what is public; a signed-in member also finds what is shared "
        "with their organizations. While the database is away everybody finds what is public. "
        "A parameter or value that does not exist is an error that "
        "lists those that do."
    ),
    openapi_extra={"parameters": _parameters()},
)
def search(request: HttpRequest, response: HttpResponse) -> Any:
    """One page of results with facets, for what the caller may see."""
    # What is found depends on who asks: no shared cache may keep it for another caller.
    for_one_reader(response, varies_by=["Accept-Language"])

    asked, problems = _language(request)
    with override(asked):
        params, more = parse(request.GET, locale=asked, facets=known_facets(), api=True)
        if problems := [*problems, *more]:
            return Status(400, _bad_request(problems))
        answer = _ask(request, params)
        if answer.problems:
            return Status(400, _bad_request(answer.problems))
        return Status(200, _answer(request, answer))


@router.get(
    "/suggest/",
    response={200: Suggestions, 400: BadRequest},
    operation_id="suggest",
    summary="Suggest pages, themes and organizations",
    description=(
        "What has every word of “q”, the last one perhaps only begun: titles of pages and values "
        "to search by, eight at most, and only what the caller may find. While the database or "
        "the index is away it suggests nothing."
    ),
    openapi_extra={"parameters": [each for each in _parameters() if each["name"] in {"q", "lang"}]},
)
def suggest(request: HttpRequest, response: HttpResponse) -> Any:
    """What to offer for what is being typed, for what the caller may see."""
    # Typing, deleting and typing again asks the same: the reader's own browser may remember.
    for_one_reader(response, varies_by=["Accept-Language"], max_age=60)

    asked, problems = _language(request)
    text = request.GET.get("q", "")
    with override(asked):
        if len(text) > MAX_TEXT:
            problems.append(Problem("text", "q", known=(str(MAX_TEXT),)))
        if problems:
            return Status(400, _bad_request(problems))
        try:
            found = suggestions(text, locale=asked, audience=audience_of(request.user))
        except DATABASE_AWAY:
            forget_reader(request)
            found = []
        return Status(200, _suggestions(request, found, asked))


def _suggestions(request: HttpRequest, found: list[Suggestion], locale: str) -> Suggestions:
    labels = {facet.name: str(facet.label) for facet in known_facets()}
    start = SearchParams(locale=locale, facets=tuple(labels))
    page = reverse("search:page")

    def address(each: Suggestion) -> str:
        if each.kind == TITLE:
            return each.url
        return start.with_selection(each.kind, [each.value]).url(page)

    in_order = [TITLE, *labels]
    found = sorted(found, key=lambda each: in_order.index(each.kind))
    count = len(found)
    message = ngettext("%(n)s suggestion", "%(n)s suggestions", count) % {"n": count}
    return Suggestions(
        message=message if count else _("No suggestion"),
        groups=[
            SuggestionGroup(
                kind=kind,
                label=labels.get(kind) or _("Pages"),
                suggestions=[
                    SuggestionOut(
                        text=each.text,
                        url=request.build_absolute_uri(address(each)),
                        count=each.count,
                    )
                    for each in group
                ],
            )
            for kind, group in groupby(found, key=lambda each: each.kind)
        ],
    )


def _language(request: HttpRequest) -> tuple[str, list[Problem]]:
    """The language that is asked for, and what is wrong with it; then the usual one."""
    usual = get_language() or settings.LANGUAGE_CODE
    asked = (request.GET.get("lang") or usual).strip()
    if asked in LANGUAGES:
        return asked, []
    return usual, [Problem("lang", "lang", asked, LANGUAGES)]


def _ask(request: HttpRequest, params: SearchParams) -> Answer:
    """The answer for this caller; for anybody, as degraded, while the database is away."""
    try:
        return ask(params, audience=audience_of(request.user))
    except DATABASE_AWAY:
        forget_reader(request)
    answer = ask(params, audience=PUBLIC)
    return replace(answer, results=answer.results.degraded_copy())


def _bad_request(problems: Iterable[Problem]) -> BadRequest:
    errors = [
        ErrorOut(
            parameter=problem.parameter,
            value=problem.value,
            message=messages.message(problem),
            known=list(problem.known),
        )
        for problem in problems
    ]
    return BadRequest(detail=" ".join(error.message for error in errors), errors=errors)


def _answer(request: HttpRequest, answer: Answer) -> SearchAnswer:
    results = answer.results
    return SearchAnswer(
        total=results.total,
        page=answer.params.page,
        page_size=answer.params.size,
        results=[_result(request, hit) for hit in results.hits],
        facets=_facets(answer),
        suggestion=results.suggestion,
        degraded=results.degraded,
        took_ms=round(results.took_ms, 2),
        engine=results.engine,
    )


def _result(request: HttpRequest, hit: Hit) -> Result:
    stored = hit.stored
    return Result(
        id=stored["id"],
        type=stored["type"],
        title=stored["title"],
        url=request.build_absolute_uri(stored["url"]),
        language=stored["language"],
        organization=OrganizationName(**stored["organization"]),
        summary=stored["summary"],
        highlights={
            name: [_highlight(fragment) for fragment in fragments]
            for name, fragments in hit.highlights.items()
        },
        published_at=stored.get("published_at"),
    )


def _highlight(fragment: Fragment) -> Highlight:
    spans = [Span(start=start, end=end) for start, end in fragment.spans]
    return Highlight(text=fragment.text, spans=spans)


def _facets(answer: Answer) -> list[FacetOut]:
    declared = {facet.name: str(facet.label) for facet in answer.facets}
    facets = []
    for facet in answer.results.facets:
        labels = answer.labels.labels(facet.name, [each.value for each in facet.values])
        values = [
            FacetValueOut(
                value=each.value, label=labels[each.value], count=each.count, selected=each.selected
            )
            for each in facet.values
        ]
        facets.append(FacetOut(name=facet.name, label=declared[facet.name], values=values))
    return facets
