"""The terms and tags of pages, in bulk and as they stand in a form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    F,
    IntegerField,
    TextField,
    Value,
)
from taggit.models import Tag

from practices.models import (
    CaseStudyPage,
    KnowledgePage,
    KnowledgePageTag,
    LessonPage,
    PracticeCompetency,
    PracticeSheetPage,
)
from taxonomy.models import Term

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
