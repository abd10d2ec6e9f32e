"""Writes converted rows as pages, and finds the page that a row became before."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DatabaseError, models
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import get_all_child_relations
from taggit.models import Tag
from wagtail.models import Locale

from exchange.importing.batch import NewPage, insert_pages
from exchange.importing.converters import Converted, slug_for
from exchange.importing.errors import ImportSetupError, ValueProblem
from exchange.importing.mapping import ImportMapping
from exchange.models import ImportRecord
from organizations.models import Organization, OrganizationPage
from practices.models import (
    CaseStudyPage,
    KnowledgePage,
    KnowledgePageTag,
    LessonPage,
    PracticeSheetPage,
)

# What the tree, the history and the importer itself give.
TREE_FIELDS = {
    "page_ptr", "knowledgepage_ptr", "path", "depth", "url_path", "content_type", "locale",
    "organization", "draft_title", "slug", "owner", "latest_revision", "live_revision",
}  # fmt: skip

PAGE_CLASSES: Mapping[str, type[KnowledgePage]] = {
    page_class.type_slug: page_class
    for page_class in (PracticeSheetPage, CaseStudyPage, LessonPage)
}


class PageWriter:
    """Creates and updates the pages of one import, with what it looks up kept between rows."""

    def __init__(self, mapping: ImportMapping, page_class: type[KnowledgePage]) -> None:
        self.mapping = mapping
        self.page_class = page_class
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.records = {
            (record.external_id, record.language_code): record
            for record in ImportRecord.objects.filter(source=mapping.source)
        }
        self._parents: dict[tuple[int, str], OrganizationPage] = {}
        self._slugs: dict[int, set[str]] = {}
        self._known_tags: dict[str, Tag] = {}
        # Where each identifier of this source was met.
        self._places: dict[tuple[str, str], str] = {}
        self._new: list[NewPage] = []
        self._check_fields()

    def _check_fields(self) -> None:
        known = sorted(
            f.name
            for f in self.page_class._meta.get_fields()
            if getattr(f, "editable", False) and not f.auto_created
        )
        for name in self.mapping.fields:
            try:
                field = self.page_class._meta.get_field(name)
            except FieldDoesNotExist:
                field = None
            if field is None or name not in known:
                raise ImportSetupError(
                    _("A %(type)s has no field “%(name)s”. Known: %(known)s.")
                    % {
                        "type": self.page_class._meta.verbose_name,
                        "name": name,
                        "known": ", ".join(known),
                    }
                )

    def write(
        self,
        external_id: str,
        *,
        language: str,
        organization: Organization,
        values: Mapping[str, Converted],
        publish: bool,
        place: str = "",
    ) -> str:
        """Update a page, or get a new one ready for `flush`; says "updated", "unchanged" or "new".

        Raises `ValueProblem` or `ValidationError` when the page cannot be as the row says.
        """
        if language not in self.locales:
            raise ValueProblem(
                _("No language “%(language)s” here. Known: %(known)s.")
                % {"language": language, "known": ", ".join(sorted(self.locales))}
            )
        if earlier := self._places.get((external_id, language)):
            raise ValueProblem(
                _("Row %(row)s already has the identifier “%(id)s”.")
                % {"row": earlier, "id": external_id}
            )
        checksum = _checksum(organization, values)
        record = self.records.get((external_id, language))
        if record is None:
            page, parent = self._new_page(external_id, language, organization, values)
            record = ImportRecord(
                source=self.mapping.source,
                external_id=external_id,
                language_code=language,
                checksum=checksum,
            )
            self._new.append(NewPage(page, parent, record, place))
            self._slugs[parent.pk].add(page.slug)
            outcome = "new"
        elif record.checksum == checksum:
            outcome = "unchanged"
        else:
            self._update(record, values, publish)
            record.checksum = checksum
            record.save()
            outcome = "updated"
        self._places[external_id, language] = place
        return outcome

    def flush(self, *, publish: bool) -> tuple[int, list[tuple[str, str]]]:
        """Insert the new pages; how many, and the place and reason of those that were refused.

        They are inserted together. Where the database refuses that, each is tried by itself.
        """
        new, self._new = self._new, []
        try:
            insert_pages(new, publish=publish)
        except DatabaseError:
            return self._insert_one_by_one(new, publish=publish)
        return len(new), []

    def _insert_one_by_one(
        self, new: list[NewPage], *, publish: bool
    ) -> tuple[int, list[tuple[str, str]]]:
        refused = []
        for each in new:
            each.page.pk = each.page.id = None
            try:
                insert_pages([each], publish=publish)
            except DatabaseError as error:
                refused.append((each.place, str(error)))
        return len(new) - len(refused), refused

    def _new_page(
        self,
        external_id: str,
        language: str,
        organization: Organization,
        values: Mapping[str, Converted],
    ) -> tuple[KnowledgePage, OrganizationPage]:
        parent = self._parent(organization, language)
        page = self.page_class(locale=self.locales[language], organization=organization)
        # What the mapping does not fill is empty in memory, and never looked up in the database.
        for field in self.page_class._meta.get_fields():
            if isinstance(field, ParentalManyToManyField):
                setattr(page, field.name, [])
        for relation in get_all_child_relations(self.page_class):
            setattr(page, relation.get_accessor_name(), [])
        self._fill(page, values)
        page.slug = self._free_slug(parent, slug_for(page.title, external_id))
        page.clean_fields(exclude=TREE_FIELDS)
        # The rest of Wagtail's own check is about the slug, which is free.
        page.check_dates()
        return page, parent

    def _free_slug(self, parent: OrganizationPage, wanted: str) -> str:
        if parent.pk not in self._slugs:
            self._slugs[parent.pk] = set(parent.get_children().values_list("slug", flat=True))
        taken = self._slugs[parent.pk]
        slug, number = wanted, 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def _update(
        self, record: ImportRecord, values: Mapping[str, Converted], publish: bool
    ) -> KnowledgePage:
        page = self.page_class.objects.get(pk=record.page_id).get_latest_revision_as_object()
        self._fill(page, values)
        revision = page.save_revision(log_action=True)
        if publish:
            revision.publish()
        return page

    def _fill(self, page: KnowledgePage, values: Mapping[str, Converted]) -> None:
        tags: list[str] = []
        for name, converted in values.items():
            tags += converted.tags
            if name == "tags":
                tags += converted.value or []
                continue
            field = self.page_class._meta.get_field(name)
            value = converted.value
            if isinstance(field, ParentalManyToManyField):
                setattr(page, name, value or [])
            elif isinstance(field, models.ForeignKey):
                setattr(page, name, value[0] if isinstance(value, list) and value else None)
            elif value is None:
                setattr(page, name, field.get_default())
            else:
                setattr(page, name, value)
        page.tagged_items = [KnowledgePageTag(tag=tag) for tag in self._tags(tags)]
        if not page.title:
            raise ValueProblem(_("The title is empty: a page needs one."))

    def _tags(self, names: list[str]) -> list[Tag]:
        """The tags of these names, whatever their case; those that are missing are made."""
        if not self._known_tags:
            self._known_tags = {tag.name.casefold(): tag for tag in Tag.objects.all()}
        found: dict[str, Tag] = {}
        for name in names:
            name = name[:100].strip()
            if not name:
                continue
            if name.casefold() not in self._known_tags:
                self._known_tags[name.casefold()] = Tag.objects.create(name=name)
            found[name.casefold()] = self._known_tags[name.casefold()]
        return list(found.values())

    def forget_tags(self) -> None:
        """Read the tags again: those made by a row that failed are gone with it."""
        self._known_tags = {}

    def _parent(self, organization: Organization, language: str) -> OrganizationPage:
        key = (organization.pk, language)
        if key not in self._parents:
            page = organization.pages.filter(locale__language_code=language).first()
            if page is None:
                raise ValueProblem(
                    _(
                        "%(organization)s has no page in the language “%(language)s”: run "
                        "provision_organizations."
                    )
                    % {"organization": organization, "language": language}
                )
            self._parents[key] = page
        return self._parents[key]


def _checksum(organization: Organization, values: Mapping[str, Converted]) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.pk if isinstance(value, models.Model) else str(value)

    content = {name: [plain(converted.value), converted.tags] for name, converted in values.items()}
    text = json.dumps([organization.pk, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def reasons(error: Exception) -> list[tuple[str, str]]:
    """The columns and reasons that an error names."""
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return [(name, " ".join(messages)) for name, messages in error.message_dict.items()]
        return [("", " ".join(error.messages))]
    return [("", str(error))]
