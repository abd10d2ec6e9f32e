"""What one reader may know of, once for each set of translations."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    QuerySet,
)
from wagtail.models import Locale, Page

from core.models import User

Viewer = User | AnonymousUser
AnyPage = TypeVar("AnyPage", bound=Page)


def readable(pages: Any, viewer: Viewer) -> QuerySet[Any]:
    """The published pages of `pages` that `viewer` may know of, ready to be listed with links."""
    return pages.live().visible_to(viewer).select_related("locale", "status")


def in_language(pages: Iterable[AnyPage], locale: Locale) -> dict[UUID, AnyPage]:
    """One page for each set of translations: the one in `locale` where there is one."""
    chosen: dict[UUID, AnyPage] = {}
    for page in pages:
        if page.translation_key not in chosen or page.locale_id == locale.pk:
            chosen[page.translation_key] = page
    return chosen
