"""What the home page names."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import (
    Case,
    F,
    Q,
    When,
)
from django.utils import timezone

from practices.models import (
    KnowledgePage,
    LessonPractice,
)
from practices.selectors.readers import Viewer


@dataclass(frozen=True)
class Glance:
    """What the home page names: the newest pages, and those that need somebody."""

    news: Sequence[KnowledgePage]
    # Their review should have taken place; the longest due first.
    overdue: Sequence[KnowledgePage]
    # Lessons that name no practice, in any of their languages; the newest first.
    orphans: Sequence[KnowledgePage]


def at_a_glance(viewer: Viewer, language: str, *, news: int, needs: int) -> Glance:
    """So many new pages, and so many of each need, that `viewer` may read, in one query."""
    today = timezone.localdate()
    here = KnowledgePage.objects.live().current().filter(locale__language_code=language)
    here = here.visible_to(viewer)
    newest = (F("first_published_at").desc(nulls_last=True), "-pk")
    taken_up = LessonPractice.objects.values("page__translation_key")
    is_orphan = Q(lessonpage__isnull=False) & ~Q(translation_key__in=taken_up)
    parts = (
        here.order_by(*newest).values("pk")[:news],
        here.filter(review_by__lt=today).order_by("review_by", "pk").values("pk")[:needs],
        here.filter(is_orphan).order_by(*newest).values("pk")[:needs],
    )
    found = list(
        KnowledgePage.objects.filter(Q(pk__in=parts[0]) | Q(pk__in=parts[1]) | Q(pk__in=parts[2]))
        .annotate(is_orphan=Case(When(is_orphan, then=True), default=False))
        .select_related("locale", "organization")
        .order_by(*newest)
    )
    overdue = [page for page in found if page.review_by and page.review_by < today]
    return Glance(
        news=found[:news],
        overdue=sorted(overdue, key=lambda page: (page.review_by, page.pk))[:needs],
        orphans=[page for page in found if page.is_orphan][:needs],
    )
