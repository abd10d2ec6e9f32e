"""How pages refer to each other, for one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Exists,
    OuterRef,
    Subquery,
)
from wagtail.models import Locale, Page

from core.routing import is_private
from organizations.models import Organization
from practices.models import (
    Adaptation,
    CaseStudyPage,
    KnowledgePage,
    LessonPage,
    LessonPractice,
    PracticeApplication,
    PracticeSheetPage,
)
from practices.models.case_studies import Verdict
from practices.selectors.readers import Viewer, in_language, readable


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


def neighbours(
    page: KnowledgePage, viewer: Viewer, keys: Iterable[UUID] = ()
) -> list[KnowledgePage]:
    """Every page that `page` shows beside itself and that `viewer` may read, in one query.

    Its translations, the pages whose `translation_key` is among `keys`; for a sheet, the cases
    that applied it or a translation of it (with `verdict` and `changes`) and the lessons that
    concern it; those that others made from it (where `adapts` is true). The newest first.
    """
    family = Page.objects.filter(translation_key__in={page.translation_key, *keys})
    # A union, where databases use the index of each part: of an “or” they look at every page.
    wanted = family.order_by().values("pk")
    made = Adaptation.objects.filter(source__translation_key=page.translation_key)
    wanted = wanted.union(made.order_by().values("page_id"), all=True)
    pages: Any = KnowledgePage.objects.exclude(pk=page.pk).annotate(
        adapts=Exists(made.filter(page=OuterRef("pk")))
    )
    if isinstance(page, PracticeSheetPage):
        key = {"practice__translation_key": page.translation_key}
        applied = PracticeApplication.objects.filter(**key)
        concerned = LessonPractice.objects.filter(**key)
        wanted = wanted.union(
            applied.order_by().values("page_id"), concerned.order_by().values("page_id"), all=True
        )
        first = applied.filter(page=OuterRef("pk")).order_by("sort_order")
        pages = pages.annotate(
            verdict=Subquery(first.values("verdict")[:1]),
            changes=Subquery(first.values("changes")[:1]),
        )
    found = readable(pages.filter(~is_private(), pk__in=wanted), viewer)
    found = found.select_related("organization")
    return list(found.order_by("-first_published_at", "pk"))


def translations_among(pages: Iterable[KnowledgePage], page: KnowledgePage) -> list[KnowledgePage]:
    """The translations among the neighbours of `page`."""
    return [each for each in pages if each.translation_key == page.translation_key]


def cases_among(pages: Iterable[Any], sheet: PracticeSheetPage) -> list[Mention]:
    """The cases among the neighbours of `sheet`, each once, in its language where there is one.

    Retired cases are left out.
    """
    cases = [each for each in pages if _is(each, CaseStudyPage) and not each.is_retired]
    return [
        Mention(case, case.verdict, str(Verdict(case.verdict).label), case.changes)
        for case in in_language(cases, sheet.locale).values()
    ]


def lessons_among(pages: Iterable[KnowledgePage], sheet: PracticeSheetPage) -> list[KnowledgePage]:
    """The lessons among the neighbours of `sheet`, as `cases_among` has the cases."""
    lessons = [each for each in pages if _is(each, LessonPage) and not each.is_retired]
    return list(in_language(lessons, sheet.locale).values())


def practices_among(
    pages: Iterable[KnowledgePage],
    rows: Sequence[PracticeApplication] | Sequence[LessonPractice],
    page: KnowledgePage,
) -> list[Mention]:
    """The sheets among the neighbours of `page` that its `rows` refer to, in their order.

    In the language of the page where there is one. A sheet that is not among them is left out, as
    if the row had never existed.
    """
    found = in_language((each for each in pages if _is(each, PracticeSheetPage)), page.locale)
    mentions = []
    for row in rows:
        if (sheet := found.get(row.practice.translation_key)) is None:
            continue
        if isinstance(row, PracticeApplication):
            mentions.append(Mention(sheet, row.verdict, row.get_verdict_display(), row.changes))
        else:
            mentions.append(Mention(sheet))
    return mentions


def adaptations_among(pages: Iterable[Any], page: KnowledgePage) -> list[KnowledgePage]:
    """What others made from `page` among its neighbours, as `cases_among` has the cases."""
    made = [each for each in pages if each.adapts and not each.is_retired]
    return list(in_language(made, page.locale).values())


def _is(page: KnowledgePage, model: type[KnowledgePage]) -> bool:
    return page.content_type_id == ContentType.objects.get_for_model(model).pk


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
