"""What a page says of itself to machines, in the vocabulary of schema.org."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from core.linked_data import CONTEXT
from core.text import plain_text
from organizations.models import Organization
from practices.citation import Author, Reference
from practices.models import KnowledgePage, LessonPage, PracticeSheetPage
from practices.texts import Text

TYPES: Mapping[str, list[str] | str] = {
    "practice-sheet": ["HowTo", "LearningResource"],
    "case-study": "Article",
    "lesson": "Report",
}


def linked_data(
    text: Text, request: HttpRequest, *, reference: Reference, image: str = ""
) -> dict[str, Any]:
    """The page by its type, who publishes it, and the way to it from the home page."""
    address = request.build_absolute_uri(text.page.get_url(request) or "")
    work = node_of(text, reference=reference, address=address, image=image)
    return {"@context": CONTEXT, "@graph": [work, _way(text.page, request, address)]}


def node_of(text: Text, *, reference: Reference, address: str, image: str = "") -> dict[str, Any]:
    """The node of a page, on the page itself and wherever it is taken along."""
    page, terms = text.page, text.terms
    work = {
        "@type": TYPES[page.type_slug],
        "@id": reference.url,
        "url": address,
        "identifier": f"urn:uuid:{page.persistent_id}",
        "name": page.title,
        "headline": page.title[:110],
        "description": page.search_description or page.summary,
        "inLanguage": reference.language,
        "datePublished": _iso(reference.published),
        "dateModified": _iso(reference.dated),
        "author": [_person(each) for each in reference.authors]
        or [_organization(each) for each in reference.owners],
        "publisher": [_organization(each) for each in reference.owners],
        "license": reference.licence_url or reference.licence,
        "isAccessibleForFree": True,
        "image": image,
        "keywords": [tag.name for tag in text.tags],
        "about": [_term(each.label, each.definition) for each in terms.of("themes")],
        "audience": [
            {"@type": "Audience", "audienceType": each.label} for each in terms.of("audiences")
        ],
        "educationalLevel": [each.label for each in terms.of("education_levels")],
        "teaches": [_term(each.label) for each in terms.competencies],
        "spatialCoverage": [each.label for each in terms.of("territories")],
        "genre": reference.kind,
    }
    if isinstance(page, PracticeSheetPage):
        work["step"] = _steps(page)
        work["learningResourceType"] = reference.kind
    else:
        # They belong to learning resources, which cases and lessons are not.
        del work["educationalLevel"], work["teaches"]
    if isinstance(page, LessonPage):
        work["abstract"] = plain_text(page.lesson)
    return _filled(work)


def _steps(page: PracticeSheetPage) -> list[dict[str, Any]]:
    return [
        _filled(
            {
                "@type": "HowToSection",
                "name": block.value["title"],
                "description": block.value["aim"],
                "itemListElement": [
                    {"@type": "HowToStep", "text": plain_text(step.source)}
                    for step in block.value["steps"]
                ],
            }
        )
        for block in page.building_blocks
    ]


def _way(page: KnowledgePage, request: HttpRequest, address: str) -> dict[str, Any]:
    steps = [
        (each.title, request.build_absolute_uri(each.get_url(request) or ""))
        for each in page.pages_above()
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate([*steps, (page.title, address)], 1)
        ],
    }


def _person(author: Author) -> dict[str, Any]:
    if not author.given:
        return {"@type": "Organization", "name": author.name}
    place = {"@type": "Organization", "name": author.affiliation} if author.affiliation else None
    return _filled(
        {
            "@type": "Person",
            "name": author.name,
            "givenName": author.given,
            "familyName": author.family,
            "affiliation": place,
        }
    )


def _organization(organization: Organization) -> dict[str, Any]:
    ror = organization.ror
    return _filled({"@type": "Organization", "name": organization.name, "sameAs": ror})


def _term(label: str, definition: str = "") -> dict[str, Any]:
    return _filled({"@type": "DefinedTerm", "name": label, "description": definition})


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` without what says nothing."""
    return {name: value for name, value in data.items() if value or value is False}
