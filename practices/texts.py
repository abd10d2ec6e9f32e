"""The text of a page with all that it names: as published, as drafted, as it was in a version.

What is shown, cited, described and compared starts from here, whatever the text comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from taggit.models import Tag
from wagtail.images import get_image_model
from wagtail.models import Revision

from organizations.models import Organization
from practices import selectors
from practices.models import (
    CaseStudyPage,
    Contribution,
    KnowledgePage,
    LessonPage,
    PracticeSheetPage,
)
from practices.selectors import MANY_TERMS, ONE_TERM, Competency, PageTerms
from practices.versions import Version
from taxonomy.models import Term

# Where a type of pages names the practices that it is about.
PRACTICE_ROWS: dict[type[KnowledgePage], str] = {
    CaseStudyPage: "applications",
    LessonPage: "lesson_practices",
}
_MANY = (*MANY_TERMS, "delivery_modes")
# What a revision holds of the page as a whole, or for those who write it.
_NOT_OF_THE_TEXT = ("wagtail_admin_comments", "comments", "slug", "url_path", "persistent_id")


@dataclass
class Text:
    """A text: `page` with its fields, and what it names."""

    page: KnowledgePage
    terms: PageTerms
    owners: Sequence[Organization]
    tags: Sequence[Tag]
    contributions: Sequence[Contribution]
    # The rows by which a case or a lesson refers to practices.
    rows: Sequence[Any]

    def __post_init__(self) -> None:
        if not self.page.names_people:
            # Those who wrote it with the publisher might give away whom it is about.
            self.owners, self.contributions = self.owners[:1], ()
        self.tags = sorted(self.tags, key=lambda tag: tag.name)


def published_text(page: KnowledgePage) -> Text:
    """What readers have, read from the database."""
    rows = _practice_rows(page)
    terms = selectors.terms_of_saved([page])[page.pk]
    return Text(
        page,
        terms,
        selectors.owners_of_saved(page),
        terms.tags,
        list(page.contributions.all()) if page.names_people else [],
        list(rows.select_related("practice") if isinstance(rows, QuerySet) else rows),
    )


def published_texts(pages: Sequence[KnowledgePage]) -> dict[int, Text]:
    """What readers have of many pages, in a number of queries that does not depend on how many.

    Where many pages are read, nobody asks for the rows by which each refers to practices.
    """
    pks = [page.pk for page in pages]
    terms = selectors.terms_of_saved(pages)
    owners = selectors.owners_by_page(pages)
    credits = selectors.credits_by_page(pks)
    return {
        page.pk: Text(
            page, terms[page.pk], owners[page.pk], terms[page.pk].tags, credits[page.pk], ()
        )
        for page in pages
    }


def drafted_text(page: KnowledgePage) -> Text:
    """What an editor has typed, as it is in memory."""
    return Text(
        page,
        selectors.terms_in_memory(page),
        [page.organization, *page.co_organizations.all()],
        page.tags.all(),
        list(page.contributions.all()),
        list(_practice_rows(page)),
    )


def _practice_rows(page: KnowledgePage) -> Any:
    relation = PRACTICE_ROWS.get(type(page))
    return getattr(page, relation).all() if relation else []


def former_texts(page: KnowledgePage, versions: Sequence[Version]) -> list[Text]:
    """The texts of `versions` of `page`, in a number of queries that they do not change.

    Terms, organizations, tags and practices that are gone since are left out.
    """
    pks = [each.revision_id for each in versions]
    revisions = Revision.page_revisions.filter(object_id=str(page.pk), pk__in=pks)
    contents = dict(revisions.values_list("pk", "content"))
    known = _Known(page, list(contents.values()))
    return [known.text(contents[pk]) for pk in pks]


class _Known:
    """What several contents of one page name, as far as it exists today."""

    def __init__(self, page: KnowledgePage, contents: Sequence[Mapping[str, Any]]) -> None:
        self.page = page
        self.names = ONE_TERM[type(page)]

        def named(*keys: str, within: str = "") -> set[Any]:
            found: set[Any] = set()
            for content in contents:
                for part in content.get(within) or () if within else [content]:
                    for key in keys:
                        value = part.get(key)
                        found |= set(value) if isinstance(value, list) else {value}
            return found - {None}

        ids = named(*_MANY, *self.names) | named("dimension", "level", within="competencies")
        ids.add(page.status_id)
        self.terms = {term.pk: term for term in Term.objects.filter(pk__in=ids)}
        self.tags = Tag.objects.in_bulk(list(named("tag", within="tagged_items")))
        self.owners = Organization.objects.in_bulk(list(named("co_organizations")))
        self.images = get_image_model().objects.in_bulk(list(named("image")))
        practices = named("practice", within=PRACTICE_ROWS.get(type(page), "-"))
        self.practices = PracticeSheetPage.objects.in_bulk(list(practices))

    def text(self, content: Mapping[str, Any]) -> Text:
        """The text that `content` holds, at the place and in the state that the page has today."""
        page = self._page(content)
        by_field = {name: self._terms(content.get(name) or ()) for name in _MANY}
        by_field |= {name: self._terms([content.get(name)]) for name in self.names}
        by_field["status"] = [page.status] if page.status else []
        competencies = [
            Competency(self.terms[row["dimension"]], self.terms.get(row["level"]))
            for row in content.get("competencies", ())
            if row["dimension"] in self.terms
        ]
        owners = [self.owners[pk] for pk in content["co_organizations"] if pk in self.owners]
        rows = [row for row in _practice_rows(page) if row.practice_id in self.practices]
        for row in rows:
            row.practice = self.practices[row.practice_id]
        tags = [row["tag"] for row in content.get("tagged_items", ())]
        return Text(
            page,
            PageTerms(by_field, competencies),
            [self.page.organization, *owners],
            [self.tags[pk] for pk in tags if pk in self.tags],
            list(page.contributions.all()),
            rows,
        )

    def _terms(self, ids: Sequence[Any]) -> list[Term]:
        found = [self.terms[pk] for pk in ids if pk in self.terms]
        return sorted(found, key=lambda term: (term.order, term.path))

    def _page(self, content: Mapping[str, Any]) -> KnowledgePage:
        # What is many is asked for at once above, and not for each.
        left_out = {*_MANY, "co_organizations", *_NOT_OF_THE_TEXT}
        kept = {name: value for name, value in content.items() if name not in left_out}
        page: Any = type(self.page).from_serializable_data(kept, check_fks=False)
        for name in (
            *("path", "depth", "numchild", "slug", "url_path", "live", "content_type_id"),
            *("first_published_at", "last_published_at", "live_revision_id", "alias_of_id"),
            *("persistent_id", "translation_key", "locale", "organization", "sharing_level"),
            *("last_verified_on", "review_by", "ancestors_found"),
        ):
            setattr(page, name, getattr(self.page, name))
        page.status = self.terms.get(self.page.status_id or 0)
        page.image = self.images.get(page.image_id or 0)
        found: KnowledgePage = page
        return found
