"""The life of a page of knowledge: its states, which move needs what, and who makes it.

The states of a practice sheet are the terms of the vocabulary `status`. Case studies and lessons
tell of something that happened: they are in use or retired. All translations of a page share one
state. What is done is in `practices.services`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from organizations.models import Role
from organizations.models.organizations import roles_of
from organizations.visibility import Viewer
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.models.knowledge import RETIRED

# “In use” is what a case or a lesson is while it is not retired; it has no term.
IN_USE = ""
PROMISING, VALIDATED, EXEMPLARY = "promising", "validated", "exemplary"
UNDER_REVISION, DISCOURAGED = "under-revision", "discouraged"

EDITORS = frozenset({Role.EDITOR, Role.MODERATOR, Role.LEAD})
DECIDERS = frozenset({Role.MODERATOR, Role.LEAD})

# An exemplary practice rests on a level of evidence of this or more.
EXEMPLARY_EVIDENCE = "evidence-3"


@dataclass(frozen=True)
class Move:
    """What a change of state asks for, and of whom."""

    roles: frozenset[Role] = DECIDERS
    needs_reason: bool = True
    takes_successor: bool = False
    # Praise comes from somebody who is neither its owner nor credited on it.
    by_another: bool = False
    # A sufficient level of evidence, and a case of another organization in which it worked.
    needs_proof: bool = False


RAISE = Move(by_another=True)
HONOUR = Move(by_another=True, needs_proof=True)
LOWER = Move()
# Whoever writes may warn readers that facts changed; it claims nothing.
DOUBT = Move(roles=EDITORS)
REPLACE = Move(takes_successor=True)
RESTORE = Move()

_IN_USE_ONLY: Mapping[str, Mapping[str, Move]] = {
    IN_USE: {RETIRED: REPLACE},
    RETIRED: {IN_USE: RESTORE},
}
# For each type, from each state, the states that can follow.
TRANSITIONS: Mapping[type[KnowledgePage], Mapping[str, Mapping[str, Move]]] = {
    PracticeSheetPage: {
        PROMISING: {
            VALIDATED: RAISE,
            UNDER_REVISION: DOUBT,
            DISCOURAGED: REPLACE,
            RETIRED: REPLACE,
        },
        VALIDATED: {
            EXEMPLARY: HONOUR,
            PROMISING: LOWER,
            UNDER_REVISION: DOUBT,
            DISCOURAGED: REPLACE,
            RETIRED: REPLACE,
        },
        EXEMPLARY: {
            VALIDATED: LOWER,
            UNDER_REVISION: DOUBT,
            DISCOURAGED: REPLACE,
            RETIRED: REPLACE,
        },
        UNDER_REVISION: {
            PROMISING: LOWER,
            VALIDATED: RAISE,
            EXEMPLARY: HONOUR,
            DISCOURAGED: REPLACE,
            RETIRED: REPLACE,
        },
        DISCOURAGED: {UNDER_REVISION: RESTORE, RETIRED: REPLACE},
        RETIRED: {PROMISING: RESTORE, UNDER_REVISION: RESTORE},
    },
    CaseStudyPage: _IN_USE_ONLY,
    LessonPage: _IN_USE_ONLY,
}


def moves_for(page: KnowledgePage, user: Viewer) -> dict[str, Move]:
    """The states to which `user` may move `page`, a specific page, and what each move needs."""
    if not page.live or not user.is_authenticated or not user.is_active:
        return {}
    roles = roles_of(user, page.organization_id)
    found = {
        to: move
        for to, move in TRANSITIONS[type(page)].get(page.state, {}).items()
        if user.is_superuser or move.roles & roles
    }
    if any(move.by_another for move in found.values()) and user.pk in page.writers():
        found = {to: move for to, move in found.items() if not move.by_another}
    return found


def may_verify(page: KnowledgePage, user: Viewer) -> bool:
    """Whether `user` may say that the published `page` still holds.

    Its owner may, while they belong to the organization, and so may those who edit or decide there.
    """
    if not page.live or page.is_retired or not user.is_authenticated or not user.is_active:
        return False
    roles = roles_of(user, page.organization_id)
    return user.is_superuser or bool(EDITORS & roles or (roles and page.owner_id == user.pk))
