"""New pages written together: few statements for many pages, where Wagtail needs some ninety for
each. The rows are those that saving, submitting a revision and publishing would have left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.signals import page_published

from exchange.models import ImportRecord
from organizations.models import OrganizationPage
from practices.models import KnowledgePage, KnowledgePageTag
from search.indexing.outbox import touch


@dataclass
class NewPage:
    """A page that is checked and ready to be inserted below `parent`."""

    page: KnowledgePage
    parent: OrganizationPage
    record: ImportRecord
    place: str  # of its row in the source, for messages


@transaction.atomic
def insert_pages(new: Sequence[NewPage], *, publish: bool) -> None:
    """Insert pages of one type. All of them, or none when the database refuses one."""
    if not new:
        return
    pages = [each.page for each in new]
    _place_in_tree(new)
    _insert_rows(pages, publish=publish)
    _insert_relations(pages)
    _insert_history(pages, publish=publish)
    for each in new:
        each.record.page_id = each.page.pk
    ImportRecord.objects.bulk_create(each.record for each in new)
    touch(page.pk for page in pages)


def _place_in_tree(new: Sequence[NewPage]) -> None:
    """Give each page its path, after the children that its parent has."""
    by_parent: dict[int, list[NewPage]] = {}
    for each in new:
        by_parent.setdefault(each.parent.pk, []).append(each)
    # Locked in order, so that two imports never wait for each other in a circle.
    parents = Page.objects.select_for_update().filter(pk__in=by_parent).order_by("pk")
    for parent in parents:
        last = parent.get_last_child() if parent.numchild else None
        path = last.path if last else None
        for each in by_parent[parent.pk]:
            page = each.page
            page.depth = parent.depth + 1
            path = (
                Page._get_path(parent.path, page.depth, 1)
                if path is None
                else Page(path=path, depth=page.depth)._inc_path()
            )
            page.path = path
            page.set_url_path(parent)
        Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(by_parent[parent.pk]))


def _insert_rows(pages: Sequence[KnowledgePage], *, publish: bool) -> None:
    """One row in each table of the type: the base table in bulk, those below one by one."""
    now = timezone.now()
    for page in pages:
        page.live = publish
        page.has_unpublished_changes = not publish
        page.draft_title = page.title
        page.latest_revision_created_at = now
        if publish:
            page.first_published_at = page.last_published_at = now
    bases = Page.objects.bulk_create(_part(page, Page) for page in pages)
    for page, base in zip(pages, bases, strict=True):
        page.pk = base.pk
        part = _part(page, KnowledgePage)
        # Raw: this table only, as for a fixture; the row of the base table is there already.
        part.save_base(raw=True, force_insert=True)
        page.save_base(raw=True, force_insert=True)


def _part(page: KnowledgePage, model: type[models.Model]) -> Any:
    """The row of `page` in the table of `model`, a parent of its class."""
    fields = model._meta.local_concrete_fields
    return model(
        **{
            field.attname: getattr(page, field.attname)
            for field in fields
            if page.pk or not field.primary_key
        }
    )


def _insert_relations(pages: Sequence[KnowledgePage]) -> None:
    for field in type(pages[0])._meta.get_fields():
        if isinstance(field, ParentalManyToManyField):
            through = field.remote_field.through
            source, target = field.m2m_column_name(), field.m2m_reverse_name()
            through.objects.bulk_create(
                through(**{source: page.pk, target: other.pk})
                for page in pages
                for other in getattr(page, field.name).all()
            )
    tagged = [item for page in pages for item in _tagged(page)]
    KnowledgePageTag.objects.bulk_create(tagged)


def _tagged(page: KnowledgePage) -> Iterable[KnowledgePageTag]:
    for item in page.tagged_items.all():
        item.content_object_id = page.pk
        yield item


def _insert_history(pages: Sequence[KnowledgePage], *, publish: bool) -> None:
    """A revision to go on editing from, the references, the log, and the signal of Wagtail."""
    content_type = ContentType.objects.get_for_model(pages[0])
    base_content_type = ContentType.objects.get_for_model(Page)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=content_type,
            base_content_type=base_content_type,
            object_id=str(page.pk),
            created_at=page.latest_revision_created_at,
            content=page.serializable_data(),
            object_str=str(page),
        )
        for page in pages
    )
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision = revision
        if publish:
            page.live_revision = revision
    Page.objects.bulk_update(pages, ["latest_revision", "live_revision"])
    actions = ["wagtail.create", *(["wagtail.publish"] if publish else [])]
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            content_type=content_type,
            label=page.get_admin_display_title()[:255],
            action=action,
            timestamp=timezone.now(),
            content_changed=True,
            page_id=page.pk,
            revision=page.latest_revision,
        )
        for page in pages
        for action in actions
    )
    for page in pages:
        ReferenceIndex.create_or_update_for_object(page)
        if publish:
            page_published.send(sender=type(page), instance=page, revision=page.latest_revision)
