"""What is done with a proposal; each function checks, then writes.

A proposal is a draft page from its first title on, so that it is found wherever drafts are.
"""

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex, Revision, WorkflowState

from core.models import User
from organizations.models import OrganizationPage
from organizations.services import submit_for_moderation
from practices.models import Attachment, KnowledgePage
from practices.proposing.answers import credit_owner
from practices.proposing.forms import DocumentForm, PhotoForm
from practices.proposing.selectors import (
    answers_of,
    documents_of,
    draft_of,
    may_change,
    photos_of,
    proposal_of,
    token_of,
    values_of,
)
from practices.proposing.steps import ESSENTIALS, STEPS, TYPES

MOST_FILES = 6
# Saves of one person that follow each other so closely are one revision.
ONE_SITTING = datetime.timedelta(minutes=30)


class ChangedElsewhere(Exception):
    """The same answers were changed elsewhere meanwhile; nothing was written.

    `values` is what the draft holds now.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        super().__init__(_("This draft was changed elsewhere since you opened it."))


def start_proposal(
    home: OrganizationPage, *, user: User, type: str, key: UUID, values: Mapping[str, Any]
) -> KnowledgePage:
    """Make the draft `key` below the page of an organization, with its first answers.

    Who sends the same form twice gets the same draft. Raises `PermissionDenied` for who may not
    write there, `ValidationError` for a type that does not exist or a draft without a title.
    """
    if not home.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied(_("You may not write for this organization."))
    model = TYPES.get(type)
    if model is None:
        raise ValidationError(_("There is no type of page of this name."))
    if not values.get("title"):
        raise ValidationError({"title": _("Give it a title, which can change later.")})
    try:
        with transaction.atomic():
            return _new_draft(home, user, model, key, values)
    except IntegrityError:
        # It was sent twice, at the same moment.
        page = proposal_of(user, key)
        if page is None:
            raise PermissionDenied(_("You may not write for this organization.")) from None
        save_answers(page, user=user, step=ESSENTIALS, values=values, seen=None)
        return page


def _new_draft(
    home: OrganizationPage,
    user: User,
    model: type[KnowledgePage],
    key: UUID,
    values: Mapping[str, Any],
) -> KnowledgePage:
    page = model(title=values["title"], live=False, owner=user, persistent_id=key)
    page.locale = home.locale
    # The tree counts its children in the database.
    OrganizationPage.objects.get(pk=home.pk).add_child(instance=page)
    credit_owner(page, is_named=page.names_people)
    for answer in answers_of(page, ESSENTIALS):
        if answer.field in values:
            answer.write(page, values[answer.field])
    page.save_revision(user=user, clean=False, log_action="wagtail.create")
    return page


@transaction.atomic
def save_answers(
    page: Any, *, user: User, step: int, values: Mapping[str, Any], seen: str | None
) -> str:
    """Keep the answers `values` of one step; answers with the mark of what the draft holds now.

    `seen` is the mark of what the person saw when they began, None to write whatever is there.
    Raises `ChangedElsewhere` when the answers of this step are others by now, `PermissionDenied`
    when the draft cannot be changed.
    """
    page, draft = _locked(page, user)
    answers = answers_of(draft, step)
    before = values_of(draft, answers)
    for answer in answers:
        if answer.field in values and answer.field in before:
            answer.write(draft, values[answer.field])
    after = values_of(draft, answers)
    if after == before:
        return token_of(before)
    if seen is not None and seen != token_of(before):
        raise ChangedElsewhere(before)
    _save(page, draft, user)
    return token_of(after)


@transaction.atomic
def add_photo(page: Any, *, user: User, form: PhotoForm) -> Attachment:
    """Put the photo of a valid `form` into the organization's collection, and beside the page.

    The first one becomes its image. Raises `ValidationError` when there are enough.
    """
    page, draft = _locked(page, user)
    _check_number(len(photos_of(draft)))
    said = form.cleaned_data
    image = get_image_model()(
        title=said["description"], description=said["description"], file=said["file"]
    )
    image._set_image_file_metadata()
    _file(image, page, user)
    attachment = Attachment(image=image, sort_order=draft.attachments.count())
    draft.attachments.add(attachment)
    draft.image = draft.image or image
    _save(page, draft, user)
    return attachment


@transaction.atomic
def add_document(page: Any, *, user: User, form: DocumentForm) -> Attachment:
    """Put the document of a valid `form` into the organization's collection, beside the page."""
    page, draft = _locked(page, user)
    _check_number(len(documents_of(draft)))
    said = form.cleaned_data
    document = get_document_model()(title=said["title"], file=said["file"])
    document._set_document_file_metadata()
    _file(document, page, user)
    attachment = Attachment(document=document, sort_order=draft.attachments.count())
    draft.attachments.add(attachment)
    _save(page, draft, user)
    return attachment


@transaction.atomic
def remove_file(page: Any, *, user: User, kind: str, pk: int) -> None:
    """Take the photo or document (`kind`) `pk` from the draft.

    The file itself goes too when it is one's own and nothing published shows it.
    """
    page, draft = _locked(page, user)
    gone = [each for each in draft.attachments.all() if getattr(each, f"{kind}_id") == pk]
    if not gone:
        return  # it was removed already
    file = getattr(gone[0], kind)
    draft.attachments.remove(*gone)
    if kind == "image" and draft.image_id == pk:
        left = photos_of(draft)
        draft.image = left[0].image if left else None
    _save(page, draft, user)
    shown = ReferenceIndex.get_references_to(file).exists()
    if file.uploaded_by_user_id == user.pk and not shown:
        file.delete()


def missing_of(draft: Any) -> list[tuple[int, str, str]]:
    """The answers that are needed before `draft` is sent: their step, field and question."""
    return [
        (step, answer.field, str(answer.label))
        for step in STEPS
        for answer in answers_of(draft, step)
        if answer.required and answer.read(draft) == ""
    ]


@transaction.atomic
def send_proposal(page: Any, *, user: User) -> WorkflowState | None:
    """Submit the draft to the moderators of its organization, by the way that all texts go.

    Sent twice, it is submitted once. Raises `ValidationError` when an answer is missing, and as
    `submit_for_moderation` does.
    """
    page = _for_update(page)
    if page.workflow_in_progress and page.owner_id == user.pk:
        return None
    page, draft = _locked(page, user)
    if missing := missing_of(draft):
        raise ValidationError(
            ngettext(
                "One answer is missing: %(names)s",
                "These answers are missing: %(names)s",
                len(missing),
            )
            % {"names": ", ".join(label for _step, _field, label in missing)}
        )
    draft.full_clean()
    return submit_for_moderation(page, user=user)


def _for_update(page: Any) -> Any:
    return KnowledgePage.objects.select_for_update(of=("self",)).get(pk=page.pk).specific


def _locked(page: Any, user: User) -> tuple[Any, Any]:
    """The page as it is now, and its draft; who comes second waits."""
    page = _for_update(page)
    mine = page.owner_id == user.pk and page.permissions_for_user(user).can_edit()
    if not mine or not may_change(page, user):
        raise PermissionDenied(_("This proposal cannot be changed now."))
    return page, draft_of(page)


def _save(page: Any, draft: Any, user: User) -> None:
    """Save the draft; the address of what nobody has read yet follows its title."""
    if page.title != draft.title:
        page.title, page.slug = draft.title, ""
        page.save()
    draft.slug, draft.url_path = page.slug, page.url_path
    draft.save_revision(
        user=user, clean=False, log_action=True, overwrite_revision=_same_sitting(page, user)
    )


def _same_sitting(page: Any, user: User) -> Revision | None:
    latest = page.latest_revision
    if latest is None or latest.user_id != user.pk:
        return None
    recent = latest.created_at > timezone.now() - ONE_SITTING
    return latest if recent else None


def _file(file: Any, page: Any, user: User) -> None:
    file.collection = page.organization.collection
    file.uploaded_by_user = user
    file.save()


def _check_number(number: int) -> None:
    if number >= MOST_FILES:
        raise ValidationError(
            _("There are %(number)s already: remove one first.") % {"number": number}
        )
