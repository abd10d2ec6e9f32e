"""Pages as linked data, in the words of schema.org."""

from collections.abc import Iterator
from typing import Any

from core.text import plain_text
from exchange.exporting.dossier import Dossier
from exchange.exporting.records import Record
from exchange.exporting.references import json_list

TYPES: dict[str, str | list[str]] = {
    "practice-sheet": ["HowTo", "LearningResource"],
    "case-study": "Report",
    "lesson": ["Article", "LearningResource"],
}


def write_json_ld(dossier: Dossier) -> Iterator[bytes]:
    """One graph of all the pages."""
    opening = '{"@context": "https://schema.org", "@graph": ['
    yield from json_list((_node(record) for record in dossier.records), opening, "]}")


def _node(record: Record) -> dict[str, Any]:
    organizations = [{"@type": "Organization", "name": name} for name in record.organizations]
    authors = [
        {"@type": "Person", "name": person.name}
        | (
            {"affiliation": {"@type": "Organization", "name": person.affiliation}}
            if person.affiliation
            else {}
        )
        for person in record.people
        if person.is_author
    ]
    node = {
        "@id": record.permalink,
        "@type": TYPES[record.type],
        "identifier": f"urn:uuid:{record.persistent_id}",
        "url": record.url,
        "name": record.title,
        "headline": record.title,
        "abstract": record.summary,
        "genre": record.type_label,
        "inLanguage": record.language,
        "author": authors or organizations,
        "publisher": organizations,
        "license": record.licence_url,
        "keywords": record.keywords,
        "audience": [
            {"@type": "Audience", "audienceType": name} for name in record.terms["audiences"]
        ],
        "spatialCoverage": list(record.terms["territories"]),
        "teaches": list(record.competencies),
        "datePublished": record.published.isoformat() if record.published else "",
        "dateModified": record.updated.isoformat() if record.updated else "",
        "text": "\n\n".join(
            f"{section.title}\n{plain_text(section.html)}" for section in record.sections
        ),
    }
    return {name: value for name, value in node.items() if value}
