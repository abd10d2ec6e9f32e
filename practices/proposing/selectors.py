"""Reads of the short form: where one may propose, one's own proposals, what exists already."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wagtail.models import TaskState, WorkflowState

from core.models import User
from organizations.access import organizations_to_write_for
from organizations.models import DecisionLetter, OrganizationPage
from organizations.moderation.selectors import Step, steps_of
from practices.models import Attachment, KnowledgePage
from practices.proposing.answers import Answer
from practices.proposing.steps import ASKED
from practices.selectors import Viewer
from search import service
from search.audience import audience_of
from search.core.analysis import analyse
from search.core.query import SearchQuery
from search.core.results import Hit

# What is looked for in a title, and how much is shown of what is found.
MOST_WORDS, MOST_ALIKE = 6, 4
SHORTEST_WORD = 3
# How much of what all the words are worth, and of the relevance of the best page for each of them, a
# page must have to be alike.
ENOUGH = 0.4


def homes_of(user: Viewer, language: str) -> list[OrganizationPage]:
    """The pages of organizations below which `user` may propose, in a language."""
    homes = OrganizationPage.objects.filter(
        pk__in=organizations_to_write_for(user).order_by().values("pk"),
        locale__language_code=language,
        live=True,
    )
    return list(homes.select_related("organization", "locale").order_by("title"))


def proposal_of(user: User, key: UUID) -> Any:
    """The page of `user` that has this lasting name, as it is published or not; None for others'.

    Not one that somebody else made, nor one in an organization for which they no longer write.
    """
    page = KnowledgePage.objects.filter(persistent_id=key, owner=user).first()
    if page is None:
        return None
    page = page.specific
    return page if page.permissions_for_user(user).can_edit() else None


def draft_of(page: Any) -> Any:
    """The text of `page` as it was last saved."""
    return page.get_latest_revision_as_object() if page.latest_revision_id else page


def may_change(page: Any, user: User) -> bool:
    """Whether the form may change `page` now: never published, not waiting, not locked."""
    if page.live or page.workflow_in_progress or page.scheduled_revision is not None:
        return False
    lock = page.get_lock()
    return lock is None or not lock.for_user(user)


def answers_of(page: Any, step: int) -> Sequence[Answer]:
    """What `step` asks of a page of this type."""
    return ASKED[type(page)].get(step, ())


def values_of(page: Any, answers: Sequence[Answer]) -> dict[str, Any]:
    """The answers that `page` holds, but for those that this form would spoil."""
    found = {answer.field: answer.read(page) for answer in answers}
    return {name: value for name, value in found.items() if value is not None}


def token_of(values: Mapping[str, Any]) -> str:
    """A short mark of these values, to tell later whether they are still the same."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def photos_of(page: Any) -> list[Attachment]:
    """The photos of a draft, in their order."""
    return [each for each in page.attachments.all() if each.image_id]


def documents_of(page: Any) -> list[Attachment]:
    """The documents of a draft, in their order."""
    return [each for each in page.attachments.all() if each.document_id]


# What exists already


def similar_pages(title: str, user: Viewer, language: str) -> list[Hit]:
    """Published pages that `user` may read and that are most like `title`, the nearest first.

    A search for all the words of a long title finds nothing: each word is looked for, and the rarer
    it is among what they may read, the more it counts. A word that no page has says nothing of the
    pages there are; a title made mostly of such words is like none of them.
    """
    audience = audience_of(user)
    words = list(dict.fromkeys(token.exact for token in analyse(title, language)))
    words = [word for word in words if len(word) >= SHORTEST_WORD][:MOST_WORDS]
    found: dict[str, Hit] = {}
    nearness: dict[str, float] = {}
    whole, unknown = 0.0, 0
    for word in words:
        results = service.search(SearchQuery(language, audience, word, size=50, highlight=False))
        if not results.hits:
            unknown += 1
            continue
        worth = 1 / math.sqrt(results.total)
        whole += worth
        best = results.hits[0].score
        for hit in results.hits:
            found.setdefault(hit.key, hit)
            # While no index answers, pages have no score.
            relevance = hit.score / best if best else 1
            nearness[hit.key] = nearness.get(hit.key, 0) + worth * relevance
    if unknown * 2 > len(words):
        return []
    near = sorted(nearness, key=lambda key: (-nearness[key], key))
    return [found[key] for key in near if nearness[key] >= whole * ENOUGH][:MOST_ALIKE]


# Where it stands


@dataclass(frozen=True)
class Standing:
    """Where a proposal stands, for the person who made it.

    `state` is “draft”, “waiting”, “changes”, “scheduled” or “published”.
    """

    state: str
    steps: Sequence[Step]
    task: TaskState | None = None
    letter: DecisionLetter | None = None

    @property
    def due_on(self) -> Any:
        """The day until which a decision is promised, if any."""
        handling = next((step.handling for step in self.steps if step.handling), None)
        return handling.due_on if handling else None


def standing_of_proposal(page: Any) -> Standing:
    """Where `page` stands: its steps, and what moderators said of it."""
    state = page.current_workflow_state
    task = state.current_task_state if state else None
    letters = DecisionLetter.objects.filter(task_state=task) if task else None
    letter = letters.select_related("decision").order_by("-pk").first() if letters else None
    return Standing(_state(page, state), steps_of(page), task, letter)


def _state(page: Any, state: WorkflowState | None) -> str:
    if state is not None:
        sent_back = state.status == WorkflowState.STATUS_NEEDS_CHANGES
        return "changes" if sent_back else "waiting"
    if page.scheduled_revision is not None:
        return "scheduled"
    return "published" if page.live else "draft"
