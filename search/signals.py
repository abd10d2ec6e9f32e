"""Which events of Wagtail concern the index. The rooms say which of their own do (see outbox)."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction, Site

from search import registry
from search.indexing.outbox import touch, touch_pages, touch_section

# What Wagtail writes on a published page when somebody saves a draft of it: nothing that is shown.
DRAFT_FIELDS = frozenset(
    {"draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at",
     "locked", "locked_at", "locked_by", "go_live_at", "expire_at", "approved_schedule"}
)  # fmt: skip


@receiver(post_save)
def index_saved_page(
    sender: type[Model], instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Publishing and unpublishing save the page, in the transaction of this row."""
    if not isinstance(instance, Page) or kwargs.get("raw") or not _may_have_document(instance):
        return
    if update_fields and set(update_fields) <= DRAFT_FIELDS:
        return
    if instance.live or not kwargs.get("created"):
        touch([instance.pk])


@receiver(pre_delete, sender=Page)
def index_deleted_page(sender: type, instance: Page, **kwargs: Any) -> None:
    """Each page of a deleted section is deleted by itself."""
    if _may_have_document(instance):
        touch([instance.pk])


@receiver(pre_save)
def index_section_with_new_address(
    sender: type, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """The address of a page is the beginning of the addresses below it; moving changes it too.

    Wagtail's own signals of these events come after the commit, when a crash could lose them.
    """
    if not isinstance(instance, Page) or kwargs.get("raw") or instance.pk is None:
        return
    if update_fields is not None and not {"slug", "url_path"} & set(update_fields):
        return
    before = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
    if before is not None and before != instance.url_path:
        touch_section(instance)


@receiver([post_save, post_delete], sender=PageViewRestriction)
def index_private_section(sender: type, instance: PageViewRestriction, **kwargs: Any) -> None:
    """What becomes private leaves the index, and what no longer is comes back."""
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        touch_section(page)


@receiver([post_save, post_delete], sender=Site)
def index_everything(sender: type, instance: Site, **kwargs: Any) -> None:
    """Addresses depend on where a site starts and on how many sites there are."""
    if not kwargs.get("raw"):
        touch_pages(Page.objects.all())


def _may_have_document(page: Page) -> bool:
    """Whether the type of `page`, which may come as a bare `Page`, has a profile or is gone."""
    model = page.specific_class
    return model is None or registry.profile_of(model._meta.label) is not None
