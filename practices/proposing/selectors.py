"""Reads of the short form: where one may propose, one's own proposals, what exists already."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.functional import cached_property
from modelcluster.models import get_all_child_m2m_relations
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import TaskState, WorkflowState

from core.models import User
from organizations.access import organizations_to_write_for
from organizations.models import DecisionLetter, OrganizationPage
from organizations.moderation.selectors import Step, steps_of
from practices.models import Attachment, KnowledgePage
from practices.proposing.answers import Answer
from practices.proposing.steps import ASKED, ESSENTIALS, STEPS
from practices.selectors import Viewer
from search import service
from search.audience import audience_of
from search.core.analysis import analyse
from search.core.query import SearchQuery
from search.core.results import Hit
from taxonomy.models import Term, text_in

# What is looked for in a title, and how much is shown of what is found.
MOST_WORDS, MOST_ALIKE = 6, 4
SHORTEST_WORD = 3
# The share that makes a page alike: of what all the words are worth, each by how relevant the page
# is for it beside the best one.
ENOUGH = 0.4
# How many themes are proposed, and how near to the words of a text they must be.
MOST_THEMES, NEAR_THEME = 5, 0.25
# As what photos are shown in the form.
THUMBNAIL = "max-320x240"


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
    found = KnowledgePage.objects.filter(persistent_id=key, owner=user)
    row = found.only("content_type").first()
    if row is None:
        return None
    pages = row.specific_class._default_manager.filter(pk=row.pk)
    # As Wagtail's `prefetch_workflow_states` does, which looks for those of pages of no type.
    states = Prefetch(
        "_specific_workflow_states",
        WorkflowState.objects.active().select_related("current_task_state__task"),
        to_attr="_current_workflow_states",
    )
    page = (
        pages.select_related("latest_revision", "organization", "locale", "owner")
        .prefetch_related(states)
        .annotate_approved_schedule()
        .get()
    )
    return page if page.permissions_for_user(user).can_edit() else None


def draft_of(page: Any) -> Any:
    """The text of `page` as it was last saved."""
    return page.get_latest_revision_as_object() if page.latest_revision_id else page


def draft_to_read(page: Any, step: int | None = None) -> Any:
    """The text of `page` as it was last saved, to be shown and not to be written.

    Of its terms it has those that `step`, or without it the whole form, asks; they are read at
    once, and nobody asks whether what the draft refers to is still there.
    """
    if not page.latest_revision_id:
        return page
    content = page.latest_revision.content
    many = {field.name for field in get_all_child_m2m_relations(type(page))}
    rest = {name: value for name, value in content.items() if name not in many}
    draft: Any = type(page).from_serializable_data(rest, check_fks=False)
    for name in ("pk", "owner", "organization", "locale", "persistent_id", "latest_revision"):
        setattr(draft, name, getattr(page, name))
    steps = STEPS if step is None else [step]
    asked = {answer.field for each in steps for answer in ASKED[type(page)].get(each, ())}
    ids = {name: content.get(name, []) for name in many & asked}
    wanted = [pk for each in ids.values() for pk in each]
    terms = Term.objects.select_related("vocabulary").in_bulk(wanted)
    for name, pks in ids.items():
        setattr(draft, name, [terms[pk] for pk in pks if pk in terms])
    return draft


def may_change(page: Any, user: User) -> bool:
    """Whether the form may change `page` now: never published, not waiting, not locked."""
    if page.live or page.workflow_in_progress or page.approved_schedule:
        return False
    lock = page.get_lock()
    return lock is None or not lock.for_user(user)


def answers_of(page: Any, step: int) -> Sequence[Answer]:
    """What `step` asks of a page such as this one."""
    return [each for each in ASKED[type(page)].get(step, ()) if each.is_asked_of(page)]


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
    return _with_files(page, "image", get_image_model().objects.all())


def photos_to_show(page: Any) -> list[Attachment]:
    """The photos of a draft, with the small ones that stand in the form."""
    return _with_files(page, "image", get_image_model().objects.prefetch_renditions(THUMBNAIL))


def documents_of(page: Any) -> list[Attachment]:
    """The documents of a draft, in their order."""
    return _with_files(page, "document", get_document_model().objects.all())


def _with_files(page: Any, name: str, files: Any) -> list[Attachment]:
    """The attachments of a draft that have a file of this kind, which is read at once for all."""
    rows = [each for each in page.attachments.all() if getattr(each, f"{name}_id")]
    found = files.in_bulk([getattr(each, f"{name}_id") for each in rows])
    rows = [each for each in rows if getattr(each, f"{name}_id") in found]
    for each in rows:
        setattr(each, name, found[getattr(each, f"{name}_id")])
    return rows


# What it is about


def themes_of_words(draft: Any, themes: Sequence[Term], user: Viewer) -> list[Term]:
    """The themes that are nearest to what was written, the nearest first.

    Those of which the words stand in the text, and those of the pages that have its words.
    """
    language = draft.locale.language_code
    written = [each.read(draft) for each in answers_of(draft, ESSENTIALS)]
    text = " ".join(each for each in written if isinstance(each, str))
    words = {token.term for token in analyse(text, language)}
    elsewhere = _themes_elsewhere(draft.title, user, language)
    labels = {
        theme: {token.term for token in analyse(_label(theme, language), language)}
        for theme in themes
    }
    # A word of many themes (“teaching”) says little of which one it is.
    themes_with = Counter(word for label in labels.values() for word in label)
    nearness = {}
    for theme, label in labels.items():
        shared = sum(1 / themes_with[word] for word in label & words)
        nearness[theme] = shared / math.sqrt(len(label) or 1) + elsewhere.get(theme.path, 0)
    near = sorted(nearness, key=lambda theme: -nearness[theme])
    return [theme for theme in near if nearness[theme] >= NEAR_THEME][:MOST_THEMES]


def _label(term: Term, language: str) -> str:
    return text_in(language, term.label_fr, term.label_en)


def _themes_elsewhere(title: str, user: Viewer, language: str) -> dict[str, float]:
    """The themes of pages that have the words of a title, by path, rare words counting more."""
    audience = audience_of(user)
    found: dict[str, float] = {}
    whole = 0.0
    for word in _words_of(title, language):
        query = SearchQuery(language, audience, word, size=0, facets=("theme",))
        results = service.search(query)
        if not results.total:
            continue
        worth = 1 / math.sqrt(results.total)
        whole += worth
        for value in results.facets[0].values if results.facets else ():
            share = worth * value.count / results.total
            # What is above a theme has its pages too, and says less.
            found[value.value] = found.get(value.value, 0) + share * ("/" in value.value)
    return {path: share / whole for path, share in found.items()}


# What exists already


def _words_of(title: str, language: str) -> list[str]:
    words = dict.fromkeys(token.exact for token in analyse(title, language))
    return [word for word in words if len(word) >= SHORTEST_WORD][:MOST_WORDS]


def similar_pages(title: str, user: Viewer, language: str) -> list[Hit]:
    """Published pages that `user` may read in this language and most like `title`, nearest first.

    A search for all the words of a long title finds nothing: each word is looked for, and the rarer
    it is among what they may read, the more it counts. A word that no page has says nothing of the
    pages there are; a title made mostly of such words is like none of them.
    """
    audience = audience_of(user)
    words = _words_of(title, language)
    found: dict[str, Hit] = {}
    nearness: dict[str, float] = {}
    whole, unknown = 0.0, 0
    for word in words:
        query = SearchQuery(
            language, audience, word, locales=frozenset({language}), size=50, highlight=False
        )
        results = service.search(query)
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

    page: Any
    state: str
    task: TaskState | None = None
    letter: DecisionLetter | None = None

    @cached_property
    def steps(self) -> Sequence[Step]:
        """The steps that it passes, or will pass."""
        return steps_of(self.page)

    @property
    def due_on(self) -> Any:
        """The day until which a decision is promised, if any."""
        handling = next((step.handling for step in self.steps if step.handling), None)
        return handling.due_on if handling else None


def standing_of_proposal(page: Any) -> Standing:
    """Where `page` stands, and what moderators said of it."""
    state = page.current_workflow_state
    task = state.current_task_state if state else None
    letter = (
        DecisionLetter.objects.filter(task_state=task).order_by("-pk").first() if task else None
    )
    return Standing(page, _state(page, state), task, letter)


def _state(page: Any, state: WorkflowState | None) -> str:
    if state is not None:
        sent_back = state.status == WorkflowState.STATUS_NEEDS_CHANGES
        return "changes" if sent_back else "waiting"
    if page.approved_schedule:
        return "scheduled"
    return "published" if page.live else "draft"
