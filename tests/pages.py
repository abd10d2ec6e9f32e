"""A page of each type with something in nearly every field, to see how pages look and read."""

from typing import Any

from wagtail.fields import RichTextField
from wagtail.models import Page

from core.models import User
from organizations.models import Membership, Role
from practices.models import Contribution, LessonPractice, PracticeApplication
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
)


def filled(model: type[Page]) -> dict[str, str]:
    """Something in each rich text of `model`."""
    fields = [field.name for field in model._meta.fields if isinstance(field, RichTextField)]
    return dict.fromkeys(fields, "<p>Quelques mots.</p>")


def pages_of_each_type(
    *, language: str = "fr", member: User | None = None, **fields: Any
) -> dict[str, Page]:
    """Pages in `language` that refer to each other, made with these `fields`, by name.

    `member` becomes a member of their organization.
    """
    organization = organization_page(language=language)
    if member:
        Membership.objects.create(
            user=member, organization=organization.organization, role=Role.LEAD
        )
    common: dict[str, Any] = {
        "parent": organization,
        "themes": [term("theme", "evaluation")],
        "settings": [term("setting", "college")],
        "audiences": [term("audience", "teachers")],
        "education_levels": [term("education_level", "adult")],
        "territories": [term("territory", "laval")],
        "tags": ["pairs"],
        "contact_name": "Ada Roy",
        "contact_email": "ada@example.org",
        "date_start": "2023-01-09",
        "date_end": "2024-05-30",
        "last_verified_on": "2024-06-01",
        "review_by": "2024-12-01",
        **fields,
    }
    block = {"title": "Préparer", "aim": "Voir", "steps": ["<p>Choisir</p>"]}
    sheet = PracticeSheetFactory(
        **common,
        **filled(PracticeSheetFactory._meta.model),
        building_blocks=[
            {"type": "building_block", "value": {**block, "enabling_factors": "<p>Du temps</p>"}}
        ],
        delivery_modes=[term("delivery_mode", "on-site")],
        cost_class=term("cost_class", "cost-2"),
        evidence_level=term("evidence_level", "evidence-3"),
        status=term("status", "discouraged"),
        contributions=[Contribution(name="Ada Roy", role="writing")],
    )
    case = CaseStudyFactory(
        **common,
        **filled(CaseStudyFactory._meta.model),
        applications=[PracticeApplication(practice=sheet, changes="Rien.", verdict="worked")],
    )
    lesson = LessonFactory(
        **common,
        **filled(LessonFactory._meta.model),
        severity="high",
        stage="recorded",
        lesson_practices=[LessonPractice(practice=sheet)],
    )
    return {"sheet": sheet, "case": case, "lesson": lesson, "organization": organization}
