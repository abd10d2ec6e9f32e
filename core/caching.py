"""Pages that a browser, or what stands before the site, may keep for a moment.

The tag of an answer is made of the answer itself, so that it changes with what its reader sees and
with nothing else: see docs/decisions/0234.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

# Seconds for which an answer to everyone is taken for what the page says.
MAX_AGE = 60


def kept(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `make`, with what others may do with it; 304 for who has it already.

    Asked again within `MAX_AGE` seconds by who has it, the page is not made at all.
    """
    # A cookie may tell who reads, or how they want to.
    if request.method not in {"GET", "HEAD"} or request.COOKIES:
        return _for_one(make())
    # The same page under another name, or with a query, is another answer.
    name = request.build_absolute_uri(request.path) if not request.GET else ""
    cache = caches["pages"]
    if name and (tag := cache.get(name)):
        known = get_conditional_response(request, etag=tag)
        if known is not None:
            return _for_all(known, tag)
    response = make()
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    if response.status_code != 200 or response.cookies or "CSRF_COOKIE" in request.META:
        return _for_one(response)
    tag = tag_of(response.content)
    if name:
        cache.set(name, tag, MAX_AGE)
    answer = get_conditional_response(request, etag=tag, response=response) or response
    return _for_all(answer, tag)


def tag_of(content: bytes) -> str:
    """The ETag of an answer: a fingerprint of what it says."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def for_one_reader(
    response: HttpResponseBase, *, varies_by: Sequence[str] = (), **more: Any
) -> None:
    """Say that no shared cache may keep `response` for another reader.

    It depends on cookies, and on the headers `varies_by`; `more` goes to Cache-Control.
    """
    patch_cache_control(response, private=True, **more)
    patch_vary_headers(response, ["Cookie", *varies_by])


def _for_one(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _for_all(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    # Who signs in is answered otherwise.
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response
