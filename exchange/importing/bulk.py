"""Many new pages in few queries, with all that Wagtail makes of a page.

Wagtail creates and publishes a page in some 140 queries. Here one batch shares them; a test
compares the rows that come of it with those of Wagtail's own way (docs/decisions/0030).
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.signals import page_published, published

from organizations.agreements.history import begin_sharing
from organizations.models import OrganizationPage
from practices.models import KnowledgePage
from search.indexing.outbox import touch


@dataclass(frozen=True)
class NewPage:
    """A page that is not saved yet, its relations in memory, and where it is to stand."""

    page: KnowledgePage
    parent: OrganizationPage


def leave_relations_in_memory(page: KnowledgePage) -> None:
    """Make every relation of an unsaved page an empty one that is never looked up."""
    for relation in get_all_child_relations(page):
        setattr(page, relation.get_accessor_name(), [])
    for field in get_all_child_m2m_relations(page):
        setattr(page, field.name, [])


@transaction.atomic
def create_pages(new: Sequence[NewPage], *, publish: bool) -> None:
    """Save `new`, pages of one type that are already valid, and give each a first revision.

    They are published with `publish`, drafts without.
    """
    if not new:
        return
    pages = [each.page for each in new]
    model = type(pages[0])
    _place(new)
    now = timezone.now()
    for page in pages:
        page.content_type = ContentType.objects.get_for_model(model)
        page.draft_title = page.title
        page.live = publish
        page.has_unpublished_changes = not publish
        page.latest_revision_created_at = now
        if publish:
            page.first_published_at = page.last_published_at = now
    _insert(pages, model)
    _insert_relations(pages, model)
    revisions = _revise(pages, model)
    _log(pages, revisions, publish=publish)
    _refer(pages, model)
    if publish:
        begin_sharing(pages)
        touch(page.pk for page in pages)
        for page, revision in zip(pages, revisions, strict=True):
            page_published.send(sender=model, instance=page, revision=revision)
            published.send(sender=model, instance=page, revision=revision)


def _place(new: Sequence[NewPage]) -> None:
    """Give each page the next place below its parent, whose row stays locked until the end."""
    by_parent: dict[int, list[KnowledgePage]] = defaultdict(list)
    for each in new:
        by_parent[each.parent.pk].append(each.page)
    # Locked in order, so that two imports never wait for each other in a circle.
    locked = Page.objects.select_for_update().filter(pk__in=by_parent).order_by("pk")
    parents = {parent.pk: parent for parent in locked}
    owners = {each.parent.pk: each.parent.organization_id for each in new}
    for parent_id, pages in by_parent.items():
        parent = parents[parent_id]
        last = parent.get_last_child()
        taken = Page._str2int(last.path[-Page.steplen :]) if last else 0
        for step, page in enumerate(pages, start=taken + 1):
            page.depth = parent.depth + 1
            page.path = Page._get_path(parent.path, page.depth, step)
            page.set_url_path(parent)
            page.organization_id = owners[parent_id]
        Page.objects.filter(pk=parent_id).update(numchild=F("numchild") + len(pages))


def _insert(pages: Sequence[KnowledgePage], model: type[KnowledgePage]) -> None:
    """One row a page in each table of the chain from Wagtail's page to `model`."""
    rows = Page.objects.bulk_create(Page(**_values(page, Page)) for page in pages)
    for page, row in zip(pages, rows, strict=True):
        # Each table of the chain has a name of its own for the primary key.
        page.id = page.page_ptr_id = page.pk = row.pk
        for table in (KnowledgePage, model):
            # As Django loads fixtures: this table alone, not those that it inherits from.
            table(**_values(page, table)).save_base(raw=True, force_insert=True)
        page._state.adding = False


def _values(page: KnowledgePage, table: type[models.Model]) -> dict[str, Any]:
    fields = table._meta.local_concrete_fields
    return {field.attname: getattr(page, field.attname) for field in fields}


def _insert_relations(pages: Sequence[KnowledgePage], model: type[KnowledgePage]) -> None:
    for relation in get_all_child_relations(model):
        rows = []
        for page in pages:
            for order, row in enumerate(getattr(page, relation.get_accessor_name()).all()):
                setattr(row, relation.field.name, page)
                if hasattr(row, "sort_order"):
                    row.sort_order = order
                rows.append(row)
        if rows:
            relation.related_model._default_manager.bulk_create(rows)
    for field in get_all_child_m2m_relations(model):
        through = field.remote_field.through
        source, target = field.m2m_column_name(), field.m2m_reverse_name()
        links = [
            through(**{source: page.pk, target: other.pk})
            for page in pages
            for other in getattr(page, field.name).all()
        ]
        if links:
            through._default_manager.bulk_create(links)


def _revise(pages: Sequence[KnowledgePage], model: type[KnowledgePage]) -> list[Revision]:
    content_type = ContentType.objects.get_for_model(model)
    base_content_type = ContentType.objects.get_for_model(Page)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=content_type,
            base_content_type=base_content_type,
            object_id=str(page.pk),
            created_at=page.latest_revision_created_at,
            object_str=str(page),
            content=page.serializable_data(),
        )
        for page in pages
    )
    rows = []
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision = revision
        page.live_revision = revision if page.live else None
        rows.append(Page(id=page.pk, latest_revision=revision, live_revision=page.live_revision))
    Page.objects.bulk_update(rows, ["latest_revision", "live_revision"])
    return list(revisions)


def _refer(pages: Sequence[KnowledgePage], model: type[KnowledgePage]) -> None:
    """Note what the pages refer to, for the usage counts of the admin."""
    content_type = ContentType.objects.get_for_model(model)
    base_content_type = ContentType.objects.get_for_model(Page)
    ReferenceIndex.objects.bulk_create(
        ReferenceIndex(
            content_type=content_type,
            base_content_type=base_content_type,
            object_id=page.pk,
            to_content_type_id=to_content_type_id,
            to_object_id=to_object_id,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for page in pages
        for to_content_type_id, to_object_id, model_path, content_path in set(
            ReferenceIndex._extract_references_from_object(page)
        )
    )


def _log(pages: Sequence[KnowledgePage], revisions: Sequence[Revision], *, publish: bool) -> None:
    entries = []
    for page, revision in zip(pages, revisions, strict=True):
        shared = {
            "page_id": page.pk,
            "content_type": page.content_type,
            "label": page.get_admin_display_title(),
            "timestamp": page.latest_revision_created_at,
            "content_changed": True,
            "uuid": uuid.uuid4(),
        }
        entries.append(PageLogEntry(action="wagtail.create", **shared))
        if publish:
            entries.append(PageLogEntry(action="wagtail.publish", revision=revision, **shared))
    PageLogEntry.objects.bulk_create(entries)
