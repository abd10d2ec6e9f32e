"""How the sheets, the cases and the lessons of a theme relate to each other, for one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Locale

from practices.models import (
    CaseStudyPage,
    KnowledgePage,
    LessonPage,
    LessonPractice,
    PracticeApplication,
    PracticeSheetPage,
)
from practices.selectors import Mention, Viewer, in_language, readable
from taxonomy.models import Term

# A map of more is no map; the search lists the others.
MOST = 36


@dataclass
class Branch:
    """A practice sheet, the cases that applied it and the lessons that concern it."""

    sheet: KnowledgePage
    cases: list[Mention] = field(default_factory=list)
    lessons: list[KnowledgePage] = field(default_factory=list)


@dataclass(frozen=True)
class ThemeMap:
    """The sheets of a theme with what relates to them, then the cases and lessons of the theme
    that refer to none of these."""

    branches: list[Branch]
    cases: list[KnowledgePage]
    lessons: list[KnowledgePage]
    is_cut: bool  # whether the theme has more pages than are shown
    beyond: int = 0  # how many are shown that the theme does not have

    def __bool__(self) -> bool:
        return bool(self.branches or self.cases or self.lessons)


def theme_map(theme: Term, viewer: Viewer, language: str) -> ThemeMap:
    """The map of `theme` and the narrower ones, in `language`, of what `viewer` may read.

    A case or a lesson of another theme is there too where it refers to a sheet of this one; in
    another language, where it has no translation. Six queries, however many pages there are.
    """
    locale = Locale.objects.get(language_code=language)
    shown = readable(KnowledgePage.objects.current().public(), viewer)
    filed = KnowledgePage.themes.through.objects.filter(
        term__in=Term.objects.with_descendants(theme).values("pk")
    )
    pages = shown.filter(locale=locale, pk__in=filed.values("knowledgepage_id"))
    newest = list(pages.order_by("-first_published_at", "-pk")[: MOST + 1])
    sheets, cases, lessons = (
        [page for page in newest[:MOST] if page.specific_class is model]
        for model in (PracticeSheetPage, CaseStudyPage, LessonPage)
    )
    branches = {sheet.translation_key: Branch(sheet) for sheet in sheets}

    rows = list(_rows(PracticeApplication, shown, branches))
    applied = in_language((row.page for row in rows), locale)
    for row in rows:
        case = applied[row.page.translation_key]
        branch = branches[row.practice.translation_key]
        if case not in [mention.page for mention in branch.cases]:
            branch.cases.append(Mention(case, row.verdict, row.get_verdict_display(), row.changes))

    rows = list(_rows(LessonPractice, shown, branches))
    concerned = in_language((row.page for row in rows), locale)
    for row in rows:
        lesson = concerned[row.page.translation_key]
        branch = branches[row.practice.translation_key]
        if lesson not in branch.lessons:
            branch.lessons.append(lesson)

    related = {page.pk for found in (applied, concerned) for page in found.values()}
    return ThemeMap(
        list(branches.values()),
        [case for case in cases if case.translation_key not in applied],
        [lesson for lesson in lessons if lesson.translation_key not in concerned],
        is_cut=len(newest) > MOST,
        beyond=len(related) - pages.filter(pk__in=related).count(),
    )


def _rows(model: Any, shown: QuerySet[KnowledgePage], families: Iterable[Any]) -> Sequence[Any]:
    """The rows by which pages refer to the sheets of these families, the newest page first."""
    rows: Sequence[Any] = (
        model.objects.filter(
            practice__translation_key__in=list(families),
            page__in=shown.order_by().values("pk"),
        )
        .select_related("page__locale", "practice")
        .order_by("-page__first_published_at", "page__pk", "sort_order")
    )
    return rows
