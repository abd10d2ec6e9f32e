"""What of the knowledge can be found, and by what.

A document is built from the published page alone; drafts never reach an index. A retired page
keeps its address and leaves the search.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from taggit.models import Tag
from wagtail.fields import RichTextField, StreamField

from core.dates import day_if_any
from core.text import plain_text
from organizations.models import Organization
from organizations.visibility import audiences_of
from practices import selectors
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.models.knowledge import RETIRED
from practices.selectors import Competency
from practices.synonyms import field_synonyms, vocabulary_synonyms
from practices.texts import Text, published_texts
from search import registry
from search.core.analysis import fold
from search.core.declarations import Facet, Field, Profile
from search.core.documents import Document
from search.labels import ClosedList
from taxonomy.models import Term, text_in

# The vocabularies whose values are whole paths.
TREES = {"theme"}
# The facet of two vocabularies: a dimension, and below it the level that is reached.
COMPETENCY = "competency"
COMPETENCY_LEVEL = "competency_level"

FIELDS = (
    Field("title", 5, highlight=True, label=pgettext_lazy("found in", "title")),
    Field("summary", 3, highlight=True, label=pgettext_lazy("found in", "summary")),
    Field("keywords", 2, label=pgettext_lazy("found in", "keywords")),
    Field("body", 1, highlight=True, label=pgettext_lazy("found in", "text")),
    Field("people", 1, label=pgettext_lazy("found in", "people")),
)

# Of what is told of, the years that may be asked for.
YEARS = (1900, 2100)

# The facets that terms give: the field of the page that holds them.
TERM_FACETS = {
    "theme": "themes",
    "setting": "settings",
    "audience": "audiences",
    "level": "education_levels",
    "mode": "delivery_modes",
    "evidence": "evidence_level",
    "cost": "cost_class",
    "status": "status",
    "impact": "impact",
}


def vocabulary_entries(names: frozenset[str], locale: str) -> Mapping[str, Mapping[str, str]]:
    """The values of the vocabularies `names` with their labels in `locale`, in one query."""
    wanted = names | {COMPETENCY_LEVEL} if COMPETENCY in names else names
    entries: dict[str, dict[str, str]] = {name: {} for name in wanted}
    rows = (
        Term.objects.filter(vocabulary__slug__in=wanted)
        .order_by("order", "rank", "path")
        .values_list("vocabulary__slug", "path", "slug", "label_fr", "label_en")
    )
    for name, path, slug, french, english in rows:
        entries[name][path if name in TREES else slug] = text_in(locale, french, english)
    if COMPETENCY in names:
        entries[COMPETENCY] = dict(_by_level(entries[COMPETENCY], entries[COMPETENCY_LEVEL]))
    return entries


def _by_level(
    dimensions: Mapping[str, str], levels: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for dimension, label in dimensions.items():
        yield dimension, label
        for level, level_label in levels.items():
            yield f"{dimension}/{level}", f"{label} – {level_label}"


def organization_entries(names: frozenset[str], locale: str) -> Mapping[str, Mapping[str, str]]:
    """Every organization's name in `locale` by its identifier."""
    organizations = Organization.objects.only("slug", "name_fr", "name_en")
    named = sorted((each.name_in(locale), each.slug) for each in organizations)
    return {list_name: {slug: name for name, slug in named} for list_name in names}


def fixed_entries(names: frozenset[str], locale: str) -> Mapping[str, Mapping[str, str]]:
    """The labels of types and languages, which no table holds."""
    with override(locale):
        return {
            "type": {
                PracticeSheetPage.type_slug: _("Practice sheet"),
                CaseStudyPage.type_slug: _("Case study"),
                LessonPage.type_slug: _("Lesson learned"),
            },
            "language": {code: str(name) for code, name in settings.LANGUAGES},
        }


def tag_labels(values: Iterable[str], locale: str) -> Mapping[str, str]:
    """The tags as they were typed, by their identifier; tags have no translation."""
    return dict(Tag.objects.filter(slug__in=list(values)).values_list("slug", "name"))


def _terms(vocabulary: str) -> ClosedList:
    return ClosedList(vocabulary_entries, vocabulary)


FACETS = (
    Facet("type", gettext_lazy("Type"), ClosedList(fixed_entries, "type")),
    Facet("theme", gettext_lazy("Theme"), _terms("theme"), kind="tree", suggested=True),
    Facet(
        "organization",
        gettext_lazy("Organization"),
        ClosedList(organization_entries, "organization"),
        suggested=True,
    ),
    Facet("setting", pgettext_lazy("kind of place", "Setting"), _terms("setting")),
    Facet("audience", gettext_lazy("Audience"), _terms("audience")),
    Facet("level", gettext_lazy("Education level"), _terms("education_level")),
    Facet("mode", gettext_lazy("Delivery mode"), _terms("delivery_mode")),
    Facet(COMPETENCY, gettext_lazy("Digital competency"), _terms(COMPETENCY), kind="tree"),
    Facet("evidence", gettext_lazy("Evidence"), _terms("evidence_level"), order="value-desc"),
    Facet("cost", gettext_lazy("Cost"), _terms("cost_class"), order="value"),
    Facet("status", gettext_lazy("Status"), _terms("status")),
    Facet("impact", gettext_lazy("Impact"), _terms("impact")),
    Facet("year", gettext_lazy("Year"), order="value-desc", bounds=YEARS),
    Facet("tag", gettext_lazy("Tag"), tag_labels, within="and"),
    Facet("language", gettext_lazy("Language"), ClosedList(fixed_entries, "language")),
)


def documents(model: type[KnowledgePage], pks: Sequence[int]) -> list[Document]:
    """The documents of the pages `pks` of one type, as they are published now.

    A constant number of queries however many pages. Left out: what is not published, what Wagtail
    keeps private, and what is retired.
    """
    pages = list(
        model.objects.filter(pk__in=pks)
        .live()
        .public()
        .select_related("organization", "locale")
        .order_by("pk")
    )
    if not pages:
        return []
    texts = published_texts(pages)
    audiences = audiences_of(pages)
    partners = selectors.partners_by_page([page.pk for page in pages])
    return [
        _document(texts[page.pk], audiences[page.pk], partners[page.pk])
        for page in pages
        if RETIRED not in {term.slug for term in texts[page.pk].terms.of("status")}
    ]


def _document(
    text: Text, audience: frozenset[str], partners: Sequence[tuple[str, str]]
) -> Document:
    page = text.page
    locale = page.locale.language_code
    people = [(each.name, each.affiliation) for each in text.contributions]
    if page.names_people:
        people += partners
    facets = _facets(text, locale)
    published = page.first_published_at or page.latest_revision_created_at
    return Document(
        key=f"page:{page.pk}",
        locale=locale,
        audience=audience,
        texts={
            "title": page.title,
            "summary": page.summary,
            "keywords": _keywords(text, locale),
            "body": body_of(page),
            "people": " ".join(word for person in people for word in person if word),
        },
        facets=facets,
        sort={
            "title": fold(page.title),
            "published": _seconds(published),
            "verified": page.last_verified_on.toordinal() * 86400 if page.last_verified_on else 0,
        },
        stored={
            "id": page.pk,
            "type": page.type_slug,
            "title": page.title,
            "url": page.url,
            "language": locale,
            "organization": {
                "slug": page.organization.slug,
                "name": page.organization.name_in(locale),
            },
            "summary": page.summary,
            "published_at": published.isoformat() if published else None,
            "facts": {
                name: facets[name][0]
                for name in ("evidence", "cost", "status", "impact")
                if facets.get(name)
            },
        },
    )


def _facets(text: Text, locale: str) -> dict[str, tuple[str, ...]]:
    page, terms = text.page, text.terms
    facets = {
        name: tuple(term.path if name in TREES else term.slug for term in terms.of(field))
        for name, field in TERM_FACETS.items()
    }
    day = page.date_end or day_if_any(page.first_published_at)
    facets |= {
        "type": (page.type_slug,),
        "organization": tuple(owner.slug for owner in text.owners),
        COMPETENCY: tuple(dict.fromkeys(_competency(each) for each in terms.competencies)),
        "year": (str(day.year),) if day else (),
        "tag": tuple(tag.slug for tag in text.tags),
        "language": (locale,),
    }
    return {name: values for name, values in facets.items() if values}


def _competency(competency: Competency) -> str:
    dimension = competency.dimension.slug
    return f"{dimension}/{competency.level.slug}" if competency.level else dimension


def _keywords(text: Text, locale: str) -> str:
    """What the page is filed under, in its language: a reader may type a theme or a name."""
    with override(locale):
        words = [term.label for found in text.terms.by_field.values() for term in found]
        words += [each.dimension.label for each in text.terms.competencies]
    words += [tag.name for tag in text.tags]
    words += [name for each in text.owners for name in (each.name_in(locale), each.acronym) if name]
    return " · ".join(words)


def body_of(page: KnowledgePage) -> str:
    """Every rich text and every block of `page` as plain text, in the order of its fields."""
    texts: list[str] = []
    for name, is_stream in _body_fields(type(page)):
        value = getattr(page, name)
        if is_stream:
            texts += map(plain_text, value.stream_block.get_searchable_content(value))
        elif value:
            texts.append(plain_text(value))
    return "\n".join(text for text in texts if text)


@cache
def _body_fields(model: type[KnowledgePage]) -> list[tuple[str, bool]]:
    """The fields that hold the text of a page of this type, and whether they hold blocks."""
    return [
        (field.name, isinstance(field, StreamField))
        for field in model._meta.get_fields()
        if isinstance(field, RichTextField | StreamField)
    ]


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


for _model in (PracticeSheetPage, CaseStudyPage, LessonPage):
    registry.register(
        Profile(
            model=_model._meta.label,
            fields=FIELDS,
            facets=FACETS,
            documents=partial(documents, _model),
        )
    )

registry.register_synonyms(vocabulary_synonyms)
registry.register_synonyms(field_synonyms)
