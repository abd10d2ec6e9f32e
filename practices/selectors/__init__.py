"""Reads of the knowledge: its terms, its people, and how pages refer to each other."""

from practices.selectors.glance import Glance, at_a_glance
from practices.selectors.life_cycle import (
    changes_of,
    last_change,
    pages_to_review,
    successor_among,
    successor_of,
    verifications_of,
)
from practices.selectors.people import (
    credits_by_page,
    owners_by_page,
    owners_of_saved,
    partners_by_page,
)
from practices.selectors.readers import Viewer, in_language, readable
from practices.selectors.relations import (
    Mention,
    Use,
    adaptations_among,
    cases_among,
    lessons_among,
    neighbours,
    practices_among,
    translations_among,
    uses_elsewhere,
)
from practices.selectors.terms import (
    MANY_TERMS,
    ONE_TERM,
    Competency,
    PageTerms,
    terms_in_memory,
    terms_of_saved,
)

__all__ = [
    "MANY_TERMS",
    "ONE_TERM",
    "Competency",
    "Glance",
    "Mention",
    "PageTerms",
    "Use",
    "Viewer",
    "adaptations_among",
    "at_a_glance",
    "cases_among",
    "changes_of",
    "credits_by_page",
    "in_language",
    "last_change",
    "lessons_among",
    "neighbours",
    "owners_by_page",
    "owners_of_saved",
    "pages_to_review",
    "partners_by_page",
    "practices_among",
    "readable",
    "successor_among",
    "successor_of",
    "terms_in_memory",
    "terms_of_saved",
    "translations_among",
    "uses_elsewhere",
    "verifications_of",
]
