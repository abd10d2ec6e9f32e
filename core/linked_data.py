"""What pages say of themselves to machines, in the vocabulary of schema.org: what all share."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from core.models import BasePage

CONTEXT = "https://schema.org"
# In JSON these are the same characters, and in HTML no longer anything but text.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_script(data: Any) -> SafeString:
    """`data` as JSON that can stand in a `<script>` of HTML, whatever its texts say."""
    # Nothing is left that could end the element or begin another one.
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))


def graph(page: BasePage, node: Mapping[str, Any], request: HttpRequest) -> dict[str, Any]:
    """What `page` is about, and the way to it from the home page."""
    return {"@context": CONTEXT, "@graph": [node, _way(page, request)]}


def address_of(page: Page, request: HttpRequest) -> str:
    """The whole address of `page`."""
    return request.build_absolute_uri(page.get_url(request) or "")


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` without what says nothing."""
    return {name: value for name, value in data.items() if value or value is False}


def _way(page: BasePage, request: HttpRequest) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": each.title,
                "item": address_of(each, request),
            }
            for place, each in enumerate([*page.pages_above(), page], 1)
        ],
    }
