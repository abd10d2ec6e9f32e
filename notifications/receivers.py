"""From what happens to who is told: each receiver names the people that an event concerns."""

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page, TaskState, WorkflowState
from wagtail.signals import (
    page_unpublished,
    task_rejected,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from core.models import User
from notifications.services import tell
from organizations.access import may_change
from organizations.agreements.record import PREFIX
from organizations.models import (
    Absence,
    Agreement,
    Appeal,
    Membership,
    Organization,
    OrganizationOwnedPage,
    StepKind,
    TaskHandling,
)
from organizations.moderation.appeals import appeal_decided, appeal_filed
from organizations.moderation.handling import away_alone, handed_over
from organizations.moderation.reminding import deciders_of, leads_of
from organizations.moderation.selectors import panel_of
from organizations.services import joined
from practices.life_cycle import DECIDERS
from practices.models import Contribution, KnowledgePage, Remark, StatusChange
from practices.remarks import remark_answered, remark_written


def replace_wagtails_mails() -> None:
    """Keep Wagtail from sending mails of its own, in the request and to every administrator."""
    for signal, sender, name in (
        (task_submitted, TaskState, "group_approval_task_submitted"),
        (workflow_submitted, WorkflowState, "workflow_state_submitted"),
        (workflow_rejected, WorkflowState, "workflow_state_rejected"),
        (workflow_approved, WorkflowState, "workflow_state_approved"),
    ):
        signal.disconnect(sender=sender, dispatch_uid=f"{name}_email_notification")


@receiver(task_submitted)
def tell_who_decides(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    """A step of the moderation begins: those who can take its decision are told."""
    state = instance.workflow_state
    page = state.content_object.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    handling = TaskHandling.objects.filter(task_state=instance).first()
    if handling is None:
        return  # the completeness check asks nobody
    task = instance.task.specific
    for each in deciders_of(handling):
        if each != user:
            tell(
                [each],
                kind="submitted",
                event=f"task:{instance.pk}:submitted",
                page_id=page.pk,
                organization_id=task.concerns_through(each, page),
                words=_words(page, state.requested_by),
            )


@receiver(handed_over)
def tell_who_has_it_now(handling: TaskHandling, person: User, by: User, **kwargs: Any) -> None:
    """Who is to decide on a text that somebody else had learns it."""
    moment = int(timezone.now().timestamp())
    event = f"task:{handling.task_state_id}:handed_over:{moment}"
    _tell([person], "handed_over", event, handling.page.specific, by=by)


def _names(organization: Organization) -> dict[str, Any]:
    """An organization as the title of a notice, in both languages."""
    return {
        "title": organization.name_in("fr"),
        "en": {"title": organization.name_in("en")},
    }


@receiver(away_alone)
def tell_that_nobody_decides(absence: Absence, **kwargs: Any) -> None:
    """The leads learn until when nobody decides for who is away."""
    organization = absence.organization
    tell(
        [each for each in leads_of(organization.pk) if each != absence.person],
        kind="away_alone",
        event=f"absence:{absence.person_id}:{organization.pk}:{absence.until}",
        organization_id=organization.pk,
        words={
            "person": str(absence.person),
            **_names(organization),
            "day": absence.until.isoformat(),
        },
    )


@receiver(task_rejected)
def tell_what_must_change(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    """Whose text went back learns who asked for what; a lead, that others cannot review it."""
    state = instance.workflow_state
    page = state.content_object.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    people = _authors(state, page) - {user}
    if user is None and instance.task.specific.kind != StepKind.COMPLETENESS:
        people |= set(leads_of(page.organization_id))
    event = f"task:{instance.pk}:changes"
    _tell(
        people,
        "changes_requested" if user else "sent_back",
        event,
        page,
        by=user,
        comment=instance.get_comment(),
    )


@receiver(workflow_approved)
def tell_of_the_approval(instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    """The author learns who approved and with what comment; who is credited, that it is out."""
    page = instance.content_object.specific
    if not isinstance(page, OrganizationOwnedPage):
        return
    said = instance.task_states.filter(status=TaskState.STATUS_APPROVED).exclude(comment="")
    comment = " ".join(each.comment for each in said.order_by("finished_at"))
    authors = _authors(instance, page)
    event = f"workflow:{instance.pk}:approved"
    _tell(authors - {user}, "approved", event, page, by=user, comment=comment)
    _tell(_credited(page) - authors - {user}, "published", event, page)


@receiver(appeal_filed)
def tell_of_the_appeal(appeal: Appeal, **kwargs: Any) -> None:
    """The panel is asked; whoever refused the text and the leads of their organization know."""
    page, event = appeal.page.specific, f"appeal:{appeal.pk}:filed"
    _tell(panel_of(appeal), "appealed", event, page, by=appeal.author, beyond=True)
    own = {*leads_of(appeal.organization_id), appeal.refused_by}
    _tell(own, "appealed", event, page, by=appeal.author)


@receiver(appeal_decided)
def tell_what_the_panel_decided(appeal: Appeal, **kwargs: Any) -> None:
    """The author, whoever refused the text and their leads read what the panel says."""
    page, event = appeal.page.specific, f"appeal:{appeal.pk}:decided"
    _tell([appeal.author], "appeal_decided", event, page, comment=appeal.words, beyond=True)
    own = {*leads_of(appeal.organization_id), appeal.refused_by}
    _tell(own, "appeal_decided", event, page, comment=appeal.words)


@receiver(remark_written)
def tell_of_the_remark(remark: Remark, **kwargs: Any) -> None:
    """Whose page it is, who is credited on it, and who decides on it: those of them who answer."""
    page = remark.page
    deciders = User.objects.filter(
        memberships__organization=page.organization_id, memberships__role__in=DECIDERS
    )
    people = {page.owner, *_credited(page), *deciders}
    tell(
        [each for each in people if each is not None and may_change(page, each)],
        kind="remark",
        event=f"remark:{remark.pk}",
        page_id=page.pk,
        organization_id=page.organization_id,
        words={
            **_words(page, remark.author),
            "organization": remark.organization.name_in("fr"),
            "en": {"organization": remark.organization.name_in("en")},
        },
    )


@receiver(remark_answered)
def tell_of_the_answer(remark: Remark, **kwargs: Any) -> None:
    """Who wrote the remark learns that it is answered, while they belong to that organization."""
    tell(
        [remark.author] if remark.author else [],
        kind="answer",
        event=f"remark:{remark.pk}:answered",
        page_id=remark.page_id,
        organization_id=remark.organization_id,
        words=_words(remark.page, remark.answered_by),
    )


@receiver(page_unpublished)
def tell_of_the_withdrawal(instance: Page, **kwargs: Any) -> None:
    """Who wrote a page learns that readers no longer find it."""
    if isinstance(instance.specific, OrganizationOwnedPage):
        people = _credited(instance) | ({instance.owner} if instance.owner else set())
        event = f"page:{instance.pk}:withdrawn:{instance.latest_revision_id}"
        _tell(people, "withdrawn", event, instance.specific)


@receiver(post_save, sender=StatusChange)
def tell_of_the_new_status(instance: StatusChange, created: bool, **kwargs: Any) -> None:
    """Who wrote a page learns that it was retired, discouraged, validated… and why."""
    pages = KnowledgePage.objects.filter(translation_key=instance.translation_key)
    pages = pages.select_related("locale", "owner").order_by("pk")
    if not created or not pages:
        return
    people = {page.owner for page in pages if page.owner}
    for page in pages:
        people |= _credited(page)
    first = pages[0]
    titles = {page.locale.language_code: page.title for page in pages}
    tell(
        people - {instance.user},
        kind="moved",
        event=f"status:{instance.pk}",
        page_id=first.pk,
        organization_id=instance.organization_id,
        words={
            "person": str(instance.user or ""),
            "title": first.title,
            "comment": instance.text_fr or instance.text_en,
            "en": {
                "title": titles.get("en", first.title),
                "comment": instance.text_en or instance.text_fr,
            },
        },
    )


# What is done to an agreement, and the kind of notice that says so to its parties.
AGREEMENTS = {
    f"{PREFIX}.{action}": kind
    for action, kind in {
        "send": "agreement_sent",
        "sign": "agreement_signed",
        "suspend": "agreement_suspended",
        "resume": "agreement_resumed",
        "end": "agreement_ended",
    }.items()
}


@receiver(post_save, sender=ModelLogEntry)
def tell_the_parties(instance: ModelLogEntry, created: bool, **kwargs: Any) -> None:
    """The leads of all parties learn what one of them did to an agreement."""
    kind = AGREEMENTS.get(instance.action)
    if kind is None or not created:
        return
    agreement = Agreement.objects.get(pk=instance.object_id)
    if agreement.sent_at is None:
        return
    for party in agreement.parties.all():
        tell(
            (lead for lead in leads_of(party.pk) if lead.pk != instance.user_id),
            kind=kind,
            event=f"agreement:{instance.pk}",
            organization_id=party.pk,
            words={
                "agreement": agreement.pk,
                "organization": instance.data["organization_name"] or str(instance.user or ""),
                "title": agreement.title_fr,
                "comment": instance.data["reason"],
                "en": {"title": agreement.title_en or agreement.title_fr},
            },
        )


@receiver(joined)
def tell_who_invited(membership: Membership, by: User | None, **kwargs: Any) -> None:
    """Who invited somebody learns that they came."""
    organization = membership.organization
    tell(
        [by] if by else [],
        kind="joined",
        event=f"membership:{membership.pk}:joined",
        organization_id=organization.pk,
        words={
            "person": str(membership.user),
            **_names(organization),
        },
    )


def _authors(state: WorkflowState, page: Any) -> set[User]:
    """Who submitted the text, and whose page it is."""
    return {person for person in (state.requested_by, page.owner) if person is not None}


def _credited(page: Any) -> set[User]:
    """The people with an account whom the page credits."""
    found = Contribution.objects.filter(page=page.pk, user__isnull=False).select_related("user")
    return {credit.user for credit in found if credit.user}


def _tell(
    people: Iterable[User],
    kind: str,
    event: str,
    page: Any,
    *,
    by: User | None = None,
    comment: str = "",
    beyond: bool = False,
) -> None:
    """Tell people of the page's organization, or people `beyond` any."""
    tell(
        people,
        kind=kind,
        event=event,
        page_id=page.pk,
        organization_id=None if beyond else page.organization_id,
        words=_words(page, by, comment),
    )


def _words(page: Any, by: User | None, comment: str = "") -> dict[str, str]:
    """What the sentences of most kinds need."""
    return {
        "title": page.get_admin_display_title(),
        "person": str(by) if by else "",
        "comment": comment,
    }
