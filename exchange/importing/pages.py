"""Writes converted rows as pages, and finds the page that a row became before."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalManyToManyField
from taggit.models import Tag
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page

from exchange.importing.bulk import NewPage, create_pages, leave_relations_in_memory
from exchange.importing.converters import Converted, Target, Terms, slug_for
from exchange.importing.errors import ImportSetupError, ValueProblem
from exchange.importing.mapping import FieldRule, ImportMapping
from exchange.importing.streams import can_hold_blocks
from exchange.models import ImportRecord
from organizations.models import Organization, OrganizationPage
from practices.models import (
    CaseStudyPage,
    KnowledgePage,
    KnowledgePageTag,
    LessonPage,
    PracticeSheetPage,
)
from practices.models.knowledge import LIFE_CYCLE_FIELDS
from practices.services import take_over_life_cycle
from taxonomy.models import Term

PAGE_CLASSES: Mapping[str, type[KnowledgePage]] = {
    page_class.type_slug: page_class
    for page_class in (PracticeSheetPage, CaseStudyPage, LessonPage)
}
# What a mapping may fill of what Wagtail itself knows of a page.
_PAGE_FIELDS = ("title", "seo_title", "search_description")
# Relations whose rows are people or bodies with a name.
_PEOPLE = ("contributions", "partners")


def targets_of(mapping: ImportMapping, page_class: type[KnowledgePage]) -> dict[str, Target]:
    """What each rule of `mapping` fills of `page_class`, by field.

    Raises `ImportSetupError` for a field that does not exist or that its conversion cannot fill.
    """
    allowed = {name: _conversions(page_class, name) for name in _field_names(page_class)}
    allowed = {name: conversions for name, conversions in allowed.items() if conversions}
    vocabularies: dict[str, Terms] = {}
    targets = {}
    for name, rule in mapping.fields.items():
        if name not in allowed:
            raise ImportSetupError(
                _("A %(type)s has no field “%(name)s”. Known: %(known)s.")
                % {
                    "type": page_class._meta.verbose_name,
                    "name": name,
                    "known": ", ".join(sorted(allowed)),
                }
            )
        if rule.convert not in allowed[name]:
            raise ImportSetupError(
                _(
                    "“fields.%(name)s” cannot be filled by “convert: %(given)s”. Possible: "
                    "%(known)s."
                )
                % {"name": name, "given": rule.convert, "known": ", ".join(allowed[name])}
            )
        targets[name] = _target(mapping, page_class, rule, vocabularies)
    return targets


def _field_names(page_class: type[KnowledgePage]) -> list[str]:
    own = [
        field.name
        for field in page_class._meta.get_fields()
        if getattr(field, "editable", False) and not field.auto_created and field.model is not Page
    ]
    return [*_PAGE_FIELDS, *own, *(name for name in _PEOPLE if hasattr(page_class, name))]


def _conversions(page_class: type[KnowledgePage], name: str) -> tuple[str, ...]:
    """The conversions that can fill the field, the most usual first; none for what cannot be."""
    if name == "tags":
        return ("tags",)
    if name in _PEOPLE:
        return ("people",)
    field = page_class._meta.get_field(name)
    if isinstance(field, StreamField):
        return ("blocks",) if can_hold_blocks(field) else ()
    if isinstance(field, RichTextField):
        return ("html", "markdown", "paragraphs")
    if isinstance(field, (models.ForeignKey, ParentalManyToManyField)):
        return ("term",) if field.related_model is Term else ()
    if isinstance(field, models.DateField):
        return ("date",)
    if isinstance(field, models.BooleanField):
        return ("boolean",)
    return ("text", "list") if isinstance(field, (models.CharField, models.TextField)) else ()


def _target(
    mapping: ImportMapping,
    page_class: type[KnowledgePage],
    rule: FieldRule,
    vocabularies: dict[str, Terms],
) -> Target:
    terms = stream = None
    if rule.convert == "term":
        field: Any = page_class._meta.get_field(rule.name)
        vocabulary = field.get_limit_choices_to()["vocabulary__slug"]
        if vocabulary not in vocabularies:
            vocabularies[vocabulary] = Terms.load(vocabulary)
        terms = vocabularies[vocabulary]
        if not terms.by_name:
            raise ImportSetupError(
                _("The vocabulary “%(name)s” has no terms: run sync_terms first.")
                % {"name": vocabulary}
            )
        for name in {name for names in rule.table.values() for name in names}:
            try:
                terms.get(name)
            except ValueProblem as problem:
                raise ImportSetupError(f"fields.{rule.name}.table: {problem}") from problem
    elif rule.convert == "blocks":
        stream = page_class._meta.get_field(rule.name)
    return Target(rule=rule, empty=mapping.empty, terms=terms, stream=stream)


def _known_life(values: Mapping[str, Converted]) -> dict[str, Any]:
    """What a row says of the life of a page; what it leaves empty stays as it is here."""
    found = {name: values[name].value for name in LIFE_CYCLE_FIELDS if name in values}
    found = {name: value for name, value in found.items() if value}
    return found | ({"status": found["status"][0]} if "status" in found else {})


@dataclass(frozen=True)
class Known:
    """What the last import left of one record."""

    page_id: int
    checksum: str
    imported_at: datetime.datetime
    translation_key: uuid.UUID
    first_published_at: datetime.datetime | None


@dataclass(frozen=True)
class Draft:
    """A new page that is ready to be written, and the record that it comes from."""

    place: str
    external_id: str
    language: str
    new: NewPage
    tags: Sequence[str]
    checksum: str


class PageWriter:
    """Creates and updates the pages of one import, with what it looks up kept between rows."""

    def __init__(self, mapping: ImportMapping, page_class: type[KnowledgePage]) -> None:
        self.source = mapping.source
        self.page_class = page_class
        self.gives_tags = any(
            rule.convert == "tags" or rule.unlisted == "tag" for rule in mapping.fields.values()
        )
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        records = ImportRecord.objects.filter(source=mapping.source).values_list(
            "external_id",
            "language_code",
            "page_id",
            "checksum",
            "imported_at",
            "page__translation_key",
            "page__first_published_at",
        )
        self._known = {(record[0], record[1]): Known(*record[2:]) for record in records}
        self._translation_keys = {
            external_id: known.translation_key for (external_id, _l), known in self._known.items()
        }
        self._parents: dict[tuple[int, str], OrganizationPage] = {}
        self._slugs: dict[int, set[str]] = {}
        self._tags: dict[str, Tag] = {}

    def known(self, external_id: str, language: str) -> Known | None:
        """What the last import left of this record, or None."""
        return self._known.get((external_id, language))

    # New pages

    def draft(
        self,
        place: str,
        external_id: str,
        *,
        language: str,
        organization: Organization,
        values: Mapping[str, Converted],
    ) -> Draft:
        """A new page from the values of a row, valid but not saved.

        Raises `ValueProblem` or `ValidationError` when the page cannot be as the row says.
        """
        parent = self._parent(organization, language)
        page = self.page_class(
            live=True, locale=self.locales[language], title=values["title"].value or ""
        )
        page.translation_key = self._translation_keys.setdefault(external_id, page.translation_key)
        leave_relations_in_memory(page)
        tags = self._fill(page, values)
        page._cached_parent_obj = parent
        page.slug = self._free_slug(slug_for(page.title, external_id), parent)
        self._validate(page)
        self._slugs[parent.pk].add(page.slug)
        return Draft(
            place, external_id, language, NewPage(page, parent), tags,
            checksum_of(organization, values),
        )  # fmt: skip

    @transaction.atomic
    def create(self, drafts: Sequence[Draft], *, publish: bool) -> None:
        """Save new pages, all or none of them."""
        tags = self._find_or_create_tags([tag for draft in drafts for tag in draft.tags])
        for draft in drafts:
            items = [KnowledgePageTag(tag=tags[name.casefold()]) for name in draft.tags]
            draft.new.page.tagged_items.set(items)
        create_pages([draft.new for draft in drafts], publish=publish)
        ImportRecord.objects.bulk_create(
            ImportRecord(
                source=self.source,
                external_id=draft.external_id,
                language_code=draft.language,
                page_id=draft.new.page.pk,
                checksum=draft.checksum,
            )
            for draft in drafts
        )

    def forget_lookups(self) -> None:
        """Look tags up again: some of those kept were made in a transaction that failed."""
        self._tags.clear()

    def _find_or_create_tags(self, names: Sequence[str]) -> dict[str, Tag]:
        missing = {name.casefold(): name for name in names if name.casefold() not in self._tags}
        if missing and not self._tags:
            self._tags = {tag.name.casefold(): tag for tag in Tag.objects.all()}
        for key, name in missing.items():
            if key not in self._tags:
                self._tags[key] = Tag.objects.create(name=name)
        return self._tags

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
            self._slugs[page.pk] = set(page.get_children().values_list("slug", flat=True))
        return self._parents[key]

    def _free_slug(self, wanted: str, parent: OrganizationPage) -> str:
        taken = self._slugs[parent.pk]
        wanted = wanted or "page"
        slug, number = wanted, 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    # Pages that exist

    @transaction.atomic
    def update(
        self,
        known: Known,
        *,
        organization: Organization,
        language: str,
        values: Mapping[str, Converted],
        publish: bool,
    ) -> tuple[str, str]:
        """Write what the source says now on a page; "updated" or "unchanged", and a warning.

        A draft that somebody works on is never published with it. Raises `ValueProblem` or
        `ValidationError` when the page cannot be as the row says.
        """
        checksum = checksum_of(organization, values)
        waits = publish and known.first_published_at is None
        if checksum == known.checksum and not waits:
            return "unchanged", ""
        live = self.page_class.objects.filter(pk=known.page_id).first()
        if live is None:
            raise ValueProblem(
                _("It was imported as a page of another type before. Give it another source name.")
            )
        if live.workflow_in_progress or live.locked:
            raise ValueProblem(
                _("Its page waits for a moderator or is locked. Import it again afterwards.")
            )
        edited = (
            live.latest_revision_created_at is not None
            and live.latest_revision_created_at > known.imported_at
        )
        has_draft = live.has_unpublished_changes and edited
        warning = ""
        if checksum == known.checksum:
            if has_draft:
                return "unchanged", _("It was edited here and not published: publish it there.")
            revision = live.get_latest_revision()
        else:
            if live.organization_id != organization.pk:
                parent = self._parent(organization, language)
                parent.refresh_from_db()
                live.move(parent, pos="last-child")
                live = self.page_class.objects.get(pk=known.page_id)
            page = live.get_latest_revision_as_object()
            tags = self._fill(page, values)
            # No draft holds the life of a page: what the source says of it is taken over below.
            for name in LIFE_CYCLE_FIELDS:
                setattr(page, name, getattr(live, name))
            if self.gives_tags:
                page.tags.set(tags)
            self._validate(page)
            revision = page.save_revision(clean=False, log_action=True)
            if publish and has_draft:
                warning = _("It has changes that nobody published: it was updated as a draft.")
        if publish and not has_draft:
            revision.publish()
        take_over_life_cycle(live, _known_life(values))
        ImportRecord.objects.filter(page_id=known.page_id, source=self.source).update(
            checksum=checksum, imported_at=timezone.now()
        )
        return "updated", warning

    def _fill(self, page: KnowledgePage, values: Mapping[str, Converted]) -> list[str]:
        """Write the values on the page, and give the names of its tags."""
        tags: list[str] = []
        for name, converted in values.items():
            tags += converted.tags
            value = converted.value
            if name == "tags":
                continue
            if name in _PEOPLE:
                model = getattr(self.page_class, name).rel.related_model
                limit = model._meta.get_field("name").max_length
                setattr(page, name, [model(name=person[:limit]) for person in value or []])
                continue
            field: Any = self.page_class._meta.get_field(name)
            if isinstance(field, ParentalManyToManyField):
                setattr(page, name, value or [])
            elif isinstance(field, models.ForeignKey):
                setattr(page, name, value[0] if value else None)
            elif value is None:
                setattr(page, name, field.get_default())
            else:
                setattr(page, name, value)
        return list({tag[:100].casefold(): tag[:100] for tag in reversed(tags)}.values())[::-1]

    def _validate(self, page: KnowledgePage) -> None:
        if not page.title:
            raise ValueProblem(_("The title is empty: a page needs one."))
        # Relations come from rows that were just looked up, and the slug is free or as it was; to
        # look each up again would double the queries of an import.
        relations = {field.name for field in page._meta.concrete_fields if field.is_relation}
        page.clean_fields(exclude={"path", "depth", "draft_title", *relations})
        page.check_dates()


def checksum_of(organization: Organization, values: Mapping[str, Converted]) -> str:
    """SHA-256 of what a row says, so that the same row is known again."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.pk if isinstance(value, models.Model) else str(value)

    content = {name: [plain(converted.value), converted.tags] for name, converted in values.items()}
    text = json.dumps([organization.pk, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def reasons(error: Exception) -> list[tuple[str, str]]:
    """The fields and reasons that an error names."""
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return [(name, " ".join(messages)) for name, messages in error.message_dict.items()]
        return [("", " ".join(error.messages))]
    return [("", str(error))]
