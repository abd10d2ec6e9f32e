"""Reads of the knowledge: terms in bulk, and how pages refer to each other for one reader."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import Locale, Page

from core.models import User
from core.routing import is_private
from organizations.models import Membership, Organization
from practices.life_cycle import EDITORS
from practices.models import (
    Adaptation,
    CaseStudyPage,
    Contribution,
    KnowledgePage,
    KnowledgePageTag,
    LessonPage,
    LessonPractice,
    Partner,
    PracticeApplication,
    PracticeCompetency,
    PracticeSheetPage,
    StatusChange,
    Verification,
)
from practices.models.case_studies import Verdict
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

    @property
    def label(self) -> str:
        """“Collaboration (confident)”, or the dimension alone."""
        dimension = str(self.dimension.label)
        return f"{dimension} ({self.level.label})" if self.level else dimension


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
    """Every term of one page, and its free tags."""

    by_field: TermsByField
    competencies: Sequence[Competency]
    tags: Sequence[Tag] = ()

    def of(self, field: str) -> Sequence[Term]:
        """The terms of `field`, in the order of their vocabulary."""
        return self.by_field.get(field, ())


def terms_of_saved(pages: Iterable[KnowledgePage]) -> dict[int, PageTerms]:
    """The terms and tags of published pages by primary key, in one query however many pages.

    What an editor has typed and not yet published is not seen: see `terms_in_memory`.
    """
    pks = [page.pk for page in pages]
    chosen: dict[int, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    dimensions: dict[int, list[tuple[int, int, Term]]] = defaultdict(list)
    levels: dict[int, Term] = {}
    tags: dict[int, list[Tag]] = defaultdict(list)
    for page_id, name, link, place, *columns in _term_rows(pks):
        if name == "tag":
            tag = dict(zip(_TERM_COLUMNS, columns, strict=True))
            tags[page_id].append(Tag(pk=tag["id"], slug=tag["slug"], name=tag["label_fr"]))
            continue
        term = Term.from_db(None, _TERM_COLUMNS, columns)
        if name == "dimension":
            dimensions[page_id].append((place, link, term))
        elif name == "level":
            levels[link] = term
        else:
            chosen[page_id][name].append(term)
    for by_field in chosen.values():
        for terms in by_field.values():
            terms.sort(key=lambda term: (term.order, term.path))
    return {
        pk: PageTerms(
            chosen[pk],
            [
                Competency(term, levels.get(link))
                for _place, link, term in sorted(dimensions[pk], key=lambda row: row[:2])
            ],
            tags[pk],
        )
        for pk in pks
    }


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
    """The organization that publishes `page`, then those that wrote it with them."""
    if not getattr(page, "has_co_owners", True):  # known from the way to the page
        return [page.organization]
    links = KnowledgePage.co_organizations.through.objects.filter(knowledgepage_id=page.pk)
    others = Organization.objects.filter(pk__in=links.values("organization_id"))
    return [page.organization, *others.exclude(pk=page.organization_id)]


# What a term is read with, beside where it is chosen.
_TERM_COLUMNS = [field.attname for field in Term._meta.concrete_fields if field.name != "shipped"]


def _term_rows(pks: Sequence[int]) -> Any:
    """(page, field, link, place, columns of the term) for every term and tag that pages have.

    `link` is the row that holds a competency, and `place` its place among those of the page. A tag
    has its name where a term has its label.
    """
    through: list[tuple[str, Any, str]] = [
        (name, getattr(KnowledgePage, name), "knowledgepage_id") for name in MANY_TERMS
    ]
    through.append(("delivery_modes", PracticeSheetPage.delivery_modes, "practicesheetpage_id"))
    selects = [
        _chosen(relation.through, name, "term", column, pks) for name, relation, column in through
    ]
    selects += [
        _chosen(model, name, name, "pk", pks)
        for model, names in ((KnowledgePage, ["status"]), *ONE_TERM.items())
        for name in names
        if name != "status" or model is KnowledgePage
    ]
    selects += [
        _chosen(PracticeCompetency, name, name, "page_id", pks, "pk", "sort_order")
        for name in ("dimension", "level")
    ]
    return selects[0].union(*selects[1:], _tags(pks), all=True)


def _chosen(
    model: Any, name: str, term: str, page: str, pks: Sequence[int], link: str = "", place: str = ""
) -> Any:
    number = IntegerField()
    return (
        model._base_manager.filter(**{f"{page}__in": pks, f"{term}__isnull": False})
        .order_by()
        .values_list(
            F(page),
            Value(name, output_field=CharField()),
            F(link) if link else Value(0, output_field=number),
            F(place) if place else Value(0, output_field=number),
            *(F(f"{term}__{column}") for column in _TERM_COLUMNS),
        )
    )


def _tags(pks: Sequence[int]) -> Any:
    """The tags of pages, in the columns of terms."""
    own = {"id": F("tag_id"), "slug": F("tag__slug"), "label_fr": F("tag__name")}
    number, text = Value(0, IntegerField()), Value("", CharField())
    columns = [
        own.get(field.attname)
        or (Value(False, BooleanField()) if field.attname.startswith("is_") else None)
        or (text if isinstance(field, CharField | TextField) else number)
        for field in Term._meta.concrete_fields
        if field.attname in _TERM_COLUMNS
    ]
    tagged = KnowledgePageTag.objects.filter(content_object__in=pks).order_by()
    return tagged.values_list(
        F("content_object_id"), Value("tag", CharField()), number, number, *columns
    )


def owners_by_page(pages: Sequence[KnowledgePage]) -> dict[int, list[Organization]]:
    """The organizations of each page by its primary key, the publisher first, in two queries."""
    links = KnowledgePage.co_organizations.through.objects.filter(
        knowledgepage_id__in=[page.pk for page in pages]
    ).values_list("knowledgepage_id", "organization_id")
    partners = Organization.objects.in_bulk({organization for _page, organization in links})
    owners = {page.pk: [page.organization] for page in pages}
    for page_id, organization_id in links:
        owners[page_id].append(partners[organization_id])
    return owners


def credits_by_page(pks: Sequence[int]) -> Mapping[int, list[Contribution]]:
    """Who is credited on each page, for one thing each, in the order of the page."""
    found: dict[int, list[Contribution]] = defaultdict(list)
    for row in Contribution.objects.filter(page__in=pks).order_by("sort_order"):
        found[row.page_id].append(row)
    return found


def partners_by_page(pks: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Who took part in what each case tells, as (name, role)."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    partners = Partner.objects.filter(page__in=pks).order_by("sort_order")
    for page_id, name, role in partners.values_list("page_id", "name", "role"):
        found[page_id].append((name, role))
    return found


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
    return successor_among(readable(family, viewer), page, change)


def successor_among(
    pages: Iterable[KnowledgePage], page: KnowledgePage, change: StatusChange | None
) -> KnowledgePage | None:
    """What replaces `page`, among pages that its reader may see."""
    if change is None or change.successor is None:
        return None
    return in_language(pages, page.locale).get(change.successor.translation_key)


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
