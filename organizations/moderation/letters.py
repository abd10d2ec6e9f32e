"""The decision letter: written from the reason and the comments in the text, read by its author."""

import json
from typing import Any

from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.text import Truncator, capfirst
from wagtail.models import Comment, Page, TaskState

from core.models import User
from core.text import plain_text
from organizations.models import Appeal, Decision, DecisionLetter, Membership, Organization, Role
from organizations.moderation.handling import DECIDING
from organizations.moderation.selectors import appeals_for
from organizations.visibility import Viewer

# How much of a field is quoted where a comment is about all of it.
QUOTED_WORDS = 30


def write_letter(
    decision: Decision,
    *,
    task_state: TaskState,
    page: Page,
    author: User,
    organization: Organization,
) -> DecisionLetter:
    """Keep what `decision` says to `author`, with the comments that are not resolved in the text.

    Those of the moderators and reviewers, and of the person who decided; not those of colleagues
    who write.
    """
    profile = getattr(author, "wagtail_userprofile", None)
    language = (profile.preferred_language if profile else "") or settings.LANGUAGE_CODE
    text = page.get_latest_revision_as_object()
    deciding = Membership.objects.filter(organization=organization, role__in=DECIDING)
    comments = (
        Comment.objects.filter(
            Q(user=decision.person_id) | Q(user__in=deciding.values("user")),
            page=page,
            resolved_at=None,
        )
        .exclude(user=author)
        .select_related("user")
        .order_by("created_at", "pk")
    )
    with translation.override(language):
        remarks = [_remark(comment, text) for comment in comments]
    return DecisionLetter.objects.create(
        decision=decision,
        task_state=task_state,
        page=page,
        organization=organization,
        author=author,
        language=language,
        remarks=remarks,
    )


def _remark(comment: Comment, text: Any) -> dict[str, str]:
    name, *path = comment.contentpath.split(".")
    value: Any = getattr(text, name, "")
    labels = [_label(text, name)]
    for part in path:
        block = next((each for each in _children(value) if each[0] == part), None)
        if block is None:
            value = ""
            break
        labels.append(block[1])
        value = block[2]
    return {
        "field": " › ".join(label for label in labels if label),
        "quote": _quote(value, comment.position),
        "comment": comment.text.strip(),
        "person": str(comment.user),
    }


def _label(text: Any, name: str) -> str:
    try:
        field: Any = text._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(capfirst(getattr(field, "verbose_name", name)))


def _children(value: Any) -> list[tuple[str, str, Any]]:
    """The parts of a stream or of a block: their key in a comment's path, their label, value."""
    if hasattr(value, "stream_block"):
        return [(str(each.id), str(each.block.label), each.value) for each in value]
    if hasattr(value, "bound_blocks"):
        return [
            (name, str(each.block.label), each.value) for name, each in value.bound_blocks.items()
        ]
    return []


def _quote(value: Any, position: str) -> str:
    """The words to which a comment points, else the beginning of the field."""
    source = getattr(value, "source", value)
    if not isinstance(source, str):
        source = str(source or "")
    return _selected(source, position) or Truncator(plain_text(source)).words(QUOTED_WORDS)


def _selected(source: str, position: str) -> str:
    """What was selected in a rich text: Draftail notes the key of each paragraph, and from to."""
    try:
        ranges = json.loads(position or "[]")
        soup = BeautifulSoup(source, "html.parser")
        found = []
        for each in ranges:
            key, start, end = each["key"], int(each["start"]), int(each["end"])
            blocks = (tag for tag in soup.find_all(True) if tag.get("data-block-key") == key)
            found += [block.get_text()[start:end] for block in blocks]
    except (ValueError, TypeError, KeyError):
        return ""
    return " […] ".join(part for part in found if part)


def letters_for(user: Viewer) -> QuerySet[DecisionLetter]:
    """The letters that `user` may read.

    Their own, those of organizations they moderate, and those of the appeals that they may know of.
    """
    if not isinstance(user, User) or not user.is_active:
        return DecisionLetter.objects.none()
    letters = DecisionLetter.objects.select_related("decision", "page", "organization", "author")
    if user.is_superuser:
        return letters
    moderated = Membership.objects.filter(user=user, role__in=[Role.MODERATOR, Role.LEAD])
    return letters.filter(
        Q(author=user)
        | Q(page__owner=user)
        | Q(organization__in=moderated.values("organization"))
        | Q(decision__in=appeals_for(user).order_by().values("decision"))
    )


def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The letter on a page of its own, in the language of its author, to read or to print."""
    found = letters_for(request.user).filter(pk=letter_id).first()
    if found is None:
        raise Http404
    with translation.override(found.language):
        return render(
            request,
            "organizations/admin/letter.html",
            {
                "letter": found,
                "decision": found.decision,
                "is_author": found.author_id == request.user.pk,
                "appeal": Appeal.objects.filter(decision=found.decision_id).first(),
            },
        )
