"""The truth about documents, read from the database as it is now."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.apps import apps
from django.db import transaction
from wagtail.models import Page

from search import registry
from search.core.declarations import Profile
from search.core.documents import Document
from search.indexing.outbox import key_of, page_id_of

logger = logging.getLogger(__name__)


def read(keys: Sequence[str]) -> tuple[dict[str, Document | None], dict[str, str]]:
    """The document of each key, None where there must be none; and why some could not be read.

    A constant number of queries per type of page. Where the documents of a batch cannot be built
    together they are built one by one, so that a bad one does not hold up the others.
    """
    found: dict[str, Document | None] = dict.fromkeys(keys)
    errors: dict[str, str] = {}
    by_model: dict[str, list[int]] = defaultdict(list)
    pages = Page.objects.filter(pk__in=[page_id_of(key) for key in keys])
    rows = pages.values_list("pk", "content_type__app_label", "content_type__model")
    for page_id, app_label, model in rows:
        by_model[f"{app_label}.{model}"].append(page_id)
    for profile in registry.profiles():
        page_ids = by_model.get(profile.model.lower(), [])
        try:
            documents = _build(profile, page_ids) if page_ids else []
        except Exception:
            logger.exception("The documents of %s cannot be built together.", profile.model)
            documents = _one_by_one(profile, page_ids, errors)
        for document in documents:
            found[document.key] = document
    return found, errors


def _build(profile: Profile, page_ids: Sequence[int]) -> list[Document]:
    # A query that fails must not spoil the transaction that holds the versions.
    with transaction.atomic():
        return profile.documents(page_ids)


def _one_by_one(
    profile: Profile, page_ids: Iterable[int], errors: dict[str, str]
) -> list[Document]:
    documents = []
    for page_id in page_ids:
        try:
            documents += _build(profile, [page_id])
        except Exception as error:
            logger.exception("The document of page %s cannot be built.", page_id)
            errors[key_of(page_id)] = f"{type(error).__name__}: {error}"
    return documents


def every_key(batch: int) -> Iterator[list[str]]:
    """The keys of all pages of the registered types, `batch` at a time, in the order of the keys.

    Pages are found by their primary key, so that what is added or removed meanwhile shifts nothing.
    """
    for profile in registry.profiles():
        model = apps.get_model(profile.model)
        last = 0
        while page_ids := list(
            model._base_manager.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:batch]
        ):
            yield [key_of(page_id) for page_id in page_ids]
            last = page_ids[-1]


def count_pages() -> int:
    """How many pages of the registered types there are, published or not."""
    return sum(
        apps.get_model(profile.model)._base_manager.count() for profile in registry.profiles()
    )
