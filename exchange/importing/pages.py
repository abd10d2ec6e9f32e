"""Writes converted rows as pages, and finds the page that a row became before."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Locale

from exchange.importing.converters import Converted, slug_for
from exchange.importing.errors import ImportSetupError, ValueProblem
from exchange.importing.mapping import ImportMapping
from exchange.models import ImportRecord
from organizations.models import Organization, OrganizationPage
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage

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
    ) -> str:
        """Create or update one page; says "created", "updated" or "unchanged".

        Raises `ValueProblem` or `ValidationError` when the page cannot be as the row says.
        """
        if language not in self.locales:
            raise ValueProblem(
                _("No language “%(language)s” here. Known: %(known)s.")
                % {"language": language, "known": ", ".join(sorted(self.locales))}
            )
        checksum = _checksum(organization, values)
        record = self.records.get((external_id, language))
        if record is not None and record.checksum == checksum:
            return "unchanged"
        if record is None:
            page = self._create(external_id, language, organization, values, publish)
            record = ImportRecord(
                source=self.mapping.source,
                external_id=external_id,
                language_code=language,
            )
            outcome = "created"
        else:
            page = self._update(record, values, publish)
            outcome = "updated"
        record.page_id = page.pk
        record.checksum = checksum
        record.save()
        self.records[external_id, language] = record
        return outcome

    def _create(
        self,
        external_id: str,
        language: str,
        organization: Organization,
        values: Mapping[str, Converted],
        publish: bool,
    ) -> KnowledgePage:
        parent = self._parent(organization, language)
        page = self.page_class(live=False, locale=self.locales[language])
        page.slug = slug_for(str(values["title"].value or ""), external_id)
        self._fill(page, values)
        parent.add_child(instance=page)
        revision = page.save_revision(clean=False, log_action=True)
        if publish:
            revision.publish()
        return page

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
        page.tags.set([tag[:100] for tag in dict.fromkeys(tags)])
        if not page.title:
            raise ValueProblem(_("The title is empty: a page needs one."))

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
        parent = self._parents[key]
        # The tree counts its children in the database; a kept copy would count them wrong.
        parent.refresh_from_db(fields=["numchild", "path", "depth", "url_path"])
        return parent


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
