"""What happened to pages of the demo since they were published: their life, remarks of partners."""

import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import PageLogEntry

from demo.content import PageEntry
from demo.pages import World
from practices.models import KnowledgePage, Remark, StatusChange, Verification
from practices.remarks import answer_remark, write_remark
from practices.services import move_to_status, verify

# What the services write when something is decided in the life of a page.
LIFE_ACTIONS = ["practices.status", "practices.verify"]


def tell_life(entry: PageEntry, world: World) -> None:
    """What was decided for a page since it was published, once for all its languages."""
    page = entry.model.objects.get(slug=entry.slug, organization__slug=entry.data["organization"])
    verified_on = entry.data.get("last_verified_on")
    begun = verified_on or entry.data["published_on"]
    start = {
        "status": world.terms["status", entry.data["status"]],
        "last_verified_on": verified_on,
        "review_by": entry.data.get("review_by") or page.next_review(begun),
    }
    _forget_life(page, start)
    for event in entry.data["life_cycle"]:
        texts = {language: event[language].strip() for language in entry.languages}
        user = world.users[event["by"]]
        review_by = event.get("review_by")
        done: StatusChange | Verification
        if "to" in event:
            successor = world.sheets.get(event.get("successor", ""))
            done = move_to_status(
                page, user=user, status=event["to"], reason=texts, successor=successor
            )
        else:
            done = verify(page, user=user, note=texts, review_by=review_by)
        _backdate_life(page, done, event["day"], review_by)


def tell_remarks(entry: PageEntry, world: World) -> None:
    """What partners wrote about a page, and what was answered; what is there stays."""
    page = entry.model.objects.get(slug=entry.slug, organization__slug=entry.data["organization"])
    for each in entry.data["remarks"]:
        text, answer = each["text"].strip(), each["answer"]
        if page.remarks.filter(text=text).exists():
            continue
        remark = write_remark(
            page,
            user=world.users[each["by"]],
            organization=world.organizations[each["organization"]],
            text=text,
        )
        user = world.users[answer["by"]]
        _backdate_remark(
            answer_remark(remark, user=user, text=answer["text"]), each["day"], answer["day"]
        )


def _forget_life(page: KnowledgePage, start: dict[str, Any]) -> None:
    """Bring a page and its translations to the beginning of their story, `start`."""
    family = page.in_every_language()
    for model in (StatusChange, Verification):
        model.objects.filter(translation_key=page.translation_key).delete()
    PageLogEntry.objects.filter(page__in=family.values("pk"), action__in=LIFE_ACTIONS).delete()
    family.update(**start)


def _backdate_life(
    page: KnowledgePage,
    done: StatusChange | Verification,
    day: datetime.date,
    review_by: datetime.date | None,
) -> None:
    """Make what was just done in the life of a page and its translations happen on `day`."""
    moment = _morning(day)
    type(done).objects.filter(pk=done.pk).update(at=moment)
    family = page.in_every_language()
    entries = PageLogEntry.objects.filter(page__in=family.values("pk"), action__in=LIFE_ACTIONS)
    entries.filter(timestamp__gte=done.at).update(timestamp=moment)
    if isinstance(done, Verification):
        family.update(last_verified_on=day, review_by=review_by or page.next_review(day))


def _backdate_remark(remark: Remark, written: datetime.date, answered: datetime.date) -> None:
    """Make a remark that was just written, and answered, happen on these days."""
    entries = PageLogEntry.objects.filter(page=remark.page_id, timestamp__gte=remark.written_at)
    entries.filter(action="practices.remark").update(timestamp=_morning(written))
    entries.filter(action="practices.answer").update(timestamp=_morning(answered))
    Remark.objects.filter(pk=remark.pk).update(
        written_at=_morning(written), answered_at=_morning(answered)
    )


def _morning(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))
