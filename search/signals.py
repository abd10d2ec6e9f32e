"""Which events of Wagtail concern the index. The rooms say which of their own do (see outbox)."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from search import registry
from search.indexing.outbox import touch, touch_section

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
    if not isinstance(instance, Page) or kwargs.get("raw"):
        return
    if registry.profile_of(sender._meta.label) is None:
        return
    if update_fields and set(update_fields) <= DRAFT_FIELDS:
        return
    if instance.live or not kwargs.get("created"):
        touch([instance.pk])


@receiver(pre_delete, sender=Page)
def index_deleted_page(sender: type, instance: Page, **kwargs: Any) -> None:
    """Each page of a deleted section is deleted by itself."""
    if instance.content_type.model_class() is None or registry.profile_of(
        instance.content_type.model_class()._meta.label
    ):
        touch([instance.pk])


@receiver(post_page_move)
def index_moved_section(sender: type, instance: Page, **kwargs: Any) -> None:
    """Addresses, owners and privacy come from the tree."""
    if kwargs["parent_page_before"] != kwargs["parent_page_after"]:
        touch_section(instance)


@receiver(pre_save)
def index_renamed_section(
    sender: type, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """The address of a page is the beginning of the addresses below it.

    Wagtail tells of a new address only after the commit, when a crash could already lose it.
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
