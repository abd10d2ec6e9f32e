"""What a page says of itself to machines, in the vocabulary of schema.org."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from core.linked_data import address_of, filled, graph
from core.text import plain_text
from organizations.linked_data import organization_node
from practices.citation import Author, Reference
from practices.models import LessonPage, PracticeSheetPage
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
    address = address_of(text.page, request)
    work = node_of(text, reference=reference, address=address, image=image)
    return graph(text.page, work, request)


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
        or [organization_node(each) for each in reference.owners],
        "publisher": [organization_node(each) for each in reference.owners],
        "license": reference.licence_url or {"@type": "CreativeWork", "name": reference.licence},
        "isAccessibleForFree": True,
        "image": image,
        "keywords": [tag.name for tag in text.tags],
        "about": [_term(each.label, each.definition) for each in terms.of("themes")],
        "audience": [
            {"@type": "Audience", "audienceType": each.label} for each in terms.of("audiences")
        ],
        "educationalLevel": [each.label for each in terms.of("education_levels")],
        "teaches": [_term(each.label) for each in terms.competencies],
        "spatialCoverage": [
            {"@type": "Place", "name": each.label} for each in terms.of("territories")
        ],
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
    return filled(work)


def _steps(page: PracticeSheetPage) -> list[dict[str, Any]]:
    return [
        filled(
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


def _person(author: Author) -> dict[str, Any]:
    if not author.given:
        return {"@type": "Organization", "name": author.name}
    place = {"@type": "Organization", "name": author.affiliation} if author.affiliation else None
    return filled(
        {
            "@type": "Person",
            "name": author.name,
            "givenName": author.given,
            "familyName": author.family,
            "affiliation": place,
        }
    )


def _term(label: str, definition: str = "") -> dict[str, Any]:
    return filled({"@type": "DefinedTerm", "name": label, "description": definition})


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
