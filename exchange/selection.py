"""What a reader put aside: lasting names of pages, in their order, in a cookie or in a link.

Names say nothing about the pages: whoever opens them sees what they may see.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from practices.models import KnowledgePage
from practices.selectors import Viewer

COOKIE = "selection"
# Browsers keep four kilobytes; a hundred names take half of that.
MOST = 100
KEPT_SECONDS = 90 * 24 * 3600
Names = list[UUID]


def read(request: HttpRequest) -> Names:
    """The names that this browser keeps; none where the cookie is missing or not ours."""
    kept = request.get_signed_cookie(COOKIE, default="")
    try:
        data = base64.urlsafe_b64decode(kept or "")
    except (ValueError, binascii.Error):
        return []
    return [UUID(bytes=data[start : start + 16]) for start in range(0, len(data) - 15, 16)]


def keep(response: HttpResponse, names: Sequence[UUID]) -> None:
    """Have the browser keep `names`, or forget that there ever were some."""
    if not names:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    data = b"".join(name.bytes for name in names)
    response.set_signed_cookie(
        COOKIE,
        base64.urlsafe_b64encode(data).decode(),
        max_age=KEPT_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def names_in(values: Iterable[str]) -> Names:
    """The names in an address, each once; what is none is left out."""
    found: dict[UUID, None] = {}
    for value in values:
        try:
            found[UUID(value)] = None
        except ValueError:
            continue
    return list(found)[:MOST]


def link_to(path: str, names: Iterable[UUID]) -> str:
    """`path` with `names`, which anybody can open."""
    return f"{path}?{urlencode([('p', str(name)) for name in names])}"


def pages_named(names: Sequence[UUID], viewer: Viewer) -> list[int]:
    """The pages with these names that `viewer` may see, in their order."""
    pages = KnowledgePage.objects.filter(persistent_id__in=names).live().public()
    found = dict(pages.visible_to(viewer).values_list("persistent_id", "pk"))
    return [found[name] for name in names if name in found]


def page_to_add(key: str, viewer: Viewer) -> KnowledgePage | None:
    """The page with the primary key `key`, as results and pages give it, if `viewer` may see it."""
    pages = KnowledgePage.objects.filter(pk=int(key) if key.isdecimal() and len(key) < 10 else 0)
    page: KnowledgePage | None = pages.live().public().visible_to(viewer).first()
    return page


# Changes: from the names that there are to those that there will be.


def _added(names: Names, name: UUID) -> Names:
    return names if name in names else [*names, name][-MOST:]


def _removed(names: Names, name: UUID) -> Names:
    return [each for each in names if each != name]


def _moved(names: Names, name: UUID, by: int) -> Names:
    if name not in names:
        return names
    place = max(0, names.index(name) + by)
    rest = _removed(names, name)
    return [*rest[:place], name, *rest[place:]]


CHANGES: dict[str, Callable[[Names, UUID], Names]] = {
    "add": _added,
    "remove": _removed,
    "up": lambda names, name: _moved(names, name, -1),
    "down": lambda names, name: _moved(names, name, 1),
}
