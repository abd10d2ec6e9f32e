"""Reads of the knowledge: terms in bulk, and how pages refer to each other for one reader."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, F, Min, Q, QuerySet, Value, When
from django.utils import timezone
from wagtail.models import Locale, Page

from core.models import User
from organizations.models import Membership, Organization
from practices.life_cycle import EDITORS
from practices.models import (
    CaseStudyPage,
    KnowledgePage,
    LessonPage,
    LessonPractice,
    PracticeApplication,
    PracticeCompetency,
    PracticeSheetPage,
    StatusChange,
    Verification,
)
from taxonomy.models import Term

Viewer = User | AnonymousUser
AnyPage = TypeVar("AnyPage", bound=Page)
# The terms of one page by the name of the field that holds them.
TermsByField = Mapping[str, Sequence[Term]]

MANY_TERMS = ("themes", "settings", "audiences", "education_levels", "territories")
ONE_TERM = {
    PracticeSheetPage: ("cost_class", "evidence_level", "status"),
    CaseStudyPage: ("cost_class", "status"),
    LessonPage: ("impact", "status"),
}


@dataclass(frozen=True)
class Competency:
    """A dimension of the competency framework, and the level that is reached."""

    dimension: Term
    level: Term | None


@dataclass(frozen=True)
class Mention:
    """A page that refers to another one: a case that applied a practice, with its verdict."""

    page: KnowledgePage
    verdict: str = ""
    verdict_label: str = ""
    changes: str = ""


@dataclass(frozen=True)
class Use:
    """A case of another organization that applied a practice, and how it went."""

    case: CaseStudyPage
    practice: KnowledgePage
    verdict: str
    verdict_label: str


@dataclass(frozen=True)
class PageTerms:
    """Every term of one page."""

    by_field: TermsByField
    competencies: Sequence[Competency]

    def of(self, field: str) -> Sequence[Term]:
        """The terms of `field`, in the order of their vocabulary."""
        return self.by_field.get(field, ())


def terms_of_saved(pages: Iterable[KnowledgePage]) -> dict[int, PageTerms]:
    """The terms of published pages by primary key, in three queries however many pages.

    The pages are specific ones. What an editor has typed and not yet published is not seen: see
    `terms_in_memory`.
    """
    pages = list(pages)
    pks = [page.pk for page in pages]
    links = _term_links(pks)
    for page in pages:
        for name in ONE_TERM.get(type(page), ()):
            if term_id := getattr(page, f"{name}_id"):
                links.append((page.pk, name, term_id))
    rows = PracticeCompetency.objects.filter(page__in=pks).order_by("sort_order")
    competencies = list(rows.values_list("page_id", "dimension_id", "level_id"))
    ids = {term_id for *_, term_id in links}
    ids |= {pk for _page, dimension, level in competencies for pk in (dimension, level) if pk}
    terms = {term.pk: term for term in Term.objects.filter(pk__in=ids).order_by("order", "path")}
    rank = {pk: index for index, pk in enumerate(terms)}

    by_page: dict[int, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for page_id, name, term_id in sorted(links, key=lambda link: rank[link[2]]):
        by_page[page_id][name].append(terms[term_id])
    developed: dict[int, list[Competency]] = defaultdict(list)
    for page_id, dimension, level in competencies:
        developed[page_id].append(Competency(terms[dimension], terms.get(level)))
    return {pk: PageTerms(by_page[pk], developed[pk]) for pk in pks}


def terms_in_memory(page: KnowledgePage) -> PageTerms:
    """The terms of one page as it stands in a form or a preview."""
    many = [*MANY_TERMS, *(["delivery_modes"] if hasattr(page, "delivery_modes") else [])]
    by_field = {name: list(getattr(page, name).all()) for name in many}
    for name in ONE_TERM.get(type(page), ()):
        term = getattr(page, name)
        by_field[name] = [term] if term else []
    rows = page.competencies.all() if isinstance(page, PracticeSheetPage) else []
    return PageTerms(by_field, [Competency(row.dimension, row.level) for row in rows])


def owners_of_saved(page: KnowledgePage) -> list[Organization]:
    """The organization that publishes `page`, then those that wrote it with them, in one query."""
    links = KnowledgePage.co_organizations.through.objects.filter(knowledgepage_id=page.pk)
    found = Organization.objects.filter(
        Q(pk=page.organization_id) | Q(pk__in=links.values("organization_id"))
    )
    return sorted(found, key=lambda each: each.pk != page.organization_id)


def _term_links(pks: Sequence[int]) -> list[tuple[int, str, int]]:
    """(page, field, term) for every term that a page chooses among many, in one query."""
    fields: list[tuple[str, Any, str]] = [
        (name, getattr(KnowledgePage, name), "knowledgepage_id") for name in MANY_TERMS
    ]
    fields.append(("delivery_modes", PracticeSheetPage.delivery_modes, "practicesheetpage_id"))
    selects = [
        relation.through.objects.filter(**{f"{column}__in": pks}).values_list(
            F(column), Value(name, output_field=CharField()), F("term_id")
        )
        for name, relation, column in fields
    ]
    return [tuple(row) for row in selects[0].union(*selects[1:], all=True)]


def readable(pages: Any, viewer: Viewer) -> QuerySet[Any]:
    """The published pages of `pages` that `viewer` may know of, ready to be listed with links."""
    return pages.live().visible_to(viewer).select_related("locale", "status")


def in_language(pages: Iterable[AnyPage], locale: Locale) -> dict[UUID, AnyPage]:
    """One page for each set of translations: the one in `locale` where there is one."""
    chosen: dict[UUID, AnyPage] = {}
    for page in pages:
        if page.translation_key not in chosen or page.locale_id == locale.pk:
            chosen[page.translation_key] = page
    return chosen


def cases_that_applied(sheet: PracticeSheetPage, viewer: Viewer) -> list[Mention]:
    """The cases that applied `sheet` or a translation of it, each once, newest first.

    Retired cases are left out. Only what `viewer` may read, in the language of the sheet where
    there is a translation.
    """
    rows = list(
        PracticeApplication.objects.filter(
            practice__translation_key=sheet.translation_key,
            page__in=CaseStudyPage.objects.live().current().visible_to(viewer),
        )
        .select_related("page__locale")
        .order_by("-page__first_published_at", "sort_order")
    )
    by_page = {row.page_id: row for row in reversed(rows)}
    chosen = in_language((row.page for row in rows), sheet.locale)
    return [
        Mention(page, row.verdict, row.get_verdict_display(), row.changes)
        for page in chosen.values()
        for row in [by_page[page.pk]]
    ]


def lessons_that_concern(sheet: PracticeSheetPage, viewer: Viewer) -> list[LessonPage]:
    """The lessons that concern `sheet` or a translation of it, each once, newest first."""
    concerned = LessonPractice.objects.filter(practice__translation_key=sheet.translation_key)
    found = LessonPage.objects.current().filter(pk__in=concerned.values("page_id"))
    lessons = readable(found, viewer)
    return list(in_language(lessons.order_by("-first_published_at"), sheet.locale).values())


def practices_mentioned(
    rows: Sequence[PracticeApplication] | Sequence[LessonPractice], page: Page, viewer: Viewer
) -> list[Mention]:
    """The sheets that `rows` of `page` refer to, in their order and in the language of the page.

    A sheet that `viewer` may not read is left out, as if the row had never existed.
    """
    wanted = {row.practice_id for row in rows}
    if not wanted:
        return []
    asked = PracticeSheetPage.objects.filter(pk__in=wanted)
    family = PracticeSheetPage.objects.filter(translation_key__in=asked.values("translation_key"))
    found = in_language(readable(family, viewer), page.locale)
    keys: dict[int, UUID] = dict(asked.values_list("pk", "translation_key"))
    mentions = []
    for row in rows:
        key = keys.get(row.practice_id)
        if key is None or (sheet := found.get(key)) is None:
            continue
        if isinstance(row, PracticeApplication):
            mentions.append(Mention(sheet, row.verdict, row.get_verdict_display(), row.changes))
        else:
            mentions.append(Mention(sheet))
    return mentions


def uses_elsewhere(organization: Organization, viewer: Viewer, language: str) -> list[Use]:
    """What other organizations did with the practices of `organization`, the newest case first.

    Each case once, in `language` where it is translated; only where `viewer` may read both the case
    and the practice.
    """
    practices = readable(PracticeSheetPage.objects.filter(organization=organization), viewer)
    rows = list(
        PracticeApplication.objects.filter(
            practice__translation_key__in=practices.order_by().values("translation_key"),
            page__in=CaseStudyPage.objects.live()
            .visible_to(viewer)
            .exclude(organization=organization),
        )
        .select_related("page__locale", "page__organization", "practice")
        .order_by("-page__first_published_at", "page__pk", "sort_order")
    )
    locale = Locale.objects.filter(language_code=language).first()
    if not rows or locale is None:
        return []
    cases = in_language((row.page for row in rows), locale)
    sheets = in_language(practices, locale)
    by_case = {row.page.translation_key: row for row in reversed(rows)}
    return [
        Use(case, sheets[row.practice.translation_key], row.verdict, row.get_verdict_display())
        for key, case in cases.items()
        for row in [by_case[key]]
    ]


# The life of pages


def last_change(page: KnowledgePage) -> StatusChange | None:
    """The move that brought `page` to the status it has; None for what came with its status."""
    changes = StatusChange.objects.filter(
        translation_key=page.translation_key, organization=page.organization_id
    )
    return changes.select_related("successor", "to_status", "user").first()


def changes_of(page: KnowledgePage) -> QuerySet[StatusChange]:
    """Every move of `page` and its translations, the last first."""
    changes = StatusChange.objects.filter(translation_key=page.translation_key)
    return changes.select_related("from_status", "to_status", "successor", "user", "organization")


def verifications_of(page: KnowledgePage) -> QuerySet[Verification]:
    """Each time that somebody found `page` or a translation of it to hold, the last first."""
    verifications = Verification.objects.filter(translation_key=page.translation_key)
    return verifications.select_related("user", "organization")


def successor_of(
    page: KnowledgePage, change: StatusChange | None, viewer: Viewer
) -> KnowledgePage | None:
    """What replaces `page`, in its language where it can be read there; None where `viewer` may
    not know of it."""
    if change is None or change.successor is None:
        return None
    key = change.successor.translation_key
    family = KnowledgePage.objects.filter(translation_key=key)
    return in_language(readable(family, viewer), page.locale).get(key)


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


def pages_to_review(
    subject: Organization | Viewer, *, within_days: int = 30
) -> QuerySet[KnowledgePage]:
    """Published pages whose review is due within so many days, the longest due first.

    Those of an organization, or those of which a person may say that they still hold. One page
    for each set of translations: a verification is for all of them.
    """
    until = timezone.localdate() + datetime.timedelta(days=within_days)
    due = KnowledgePage.objects.live().current().filter(review_by__lte=until)
    if isinstance(subject, Organization):
        due = due.filter(organization=subject)
    elif not subject.is_authenticated or not subject.is_active:
        due = due.none()
    elif not subject.is_superuser:
        memberships = Membership.objects.filter(user=subject)
        editing = memberships.filter(role__in=EDITORS).values("organization")
        owned = Q(owner=subject, organization__in=memberships.values("organization"))
        due = due.filter(Q(organization__in=editing) | owned)
    firsts = due.order_by().values("translation_key").annotate(first=Min("pk")).values("first")
    return KnowledgePage.objects.filter(pk__in=firsts).order_by("review_by", "pk")
