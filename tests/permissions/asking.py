"""A browser that asks in every manner, and need not where the answer cannot depend on it."""

import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import HttpHeaders
from django.test import Client
from django.utils.translation import get_language

METHODS = ("get", "post")
# How a browser asks, a script, and a program.
MANNERS: dict[str, dict[str, str]] = {
    "plain": {},
    "htmx": {"HTTP_HX_REQUEST": "true", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    "json": {"HTTP_ACCEPT": "application/json"},
}
TELLING = frozenset(name for manner in MANNERS.values() for name in manner)
# What differs between two answers to the same question.
CHANGING = re.compile(r'csrfmiddlewaretoken"[^>]*value="\w+"|"took_ms": [\d.]+|csrf\w*":\s*"\w+"')

# Status, address to go on to, text.
Comparable = tuple[int, str, str]


class Environ(MutableMapping[str, Any]):
    """What comes with a request; it notes which headers tell the manners apart and were read.

    Whether one is there is read as well, and who goes through all of them has read all.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name in TELLING:
            self.read.add(name)
        return self.content[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.content[name] = value

    def __delitem__(self, name: str) -> None:
        del self.content[name]

    def __iter__(self) -> Iterator[str]:
        self.read |= TELLING
        return iter(self.content)

    def __len__(self) -> int:
        return len(self.content)


class Headers(HttpHeaders):
    """The `request.headers` of an `Environ`, which notes what is read of them as well."""

    def __init__(self, environ: Environ) -> None:
        super().__init__(environ.content)
        self.environ = environ

    def __getitem__(self, name: str) -> Any:
        self.environ.get(self.to_wsgi_name(name))
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        self.environ.read |= TELLING
        return super().__iter__()


def headers_of(environ: Any) -> HttpHeaders:
    """What Django makes `request.headers` of: also of a dictionary, for the previews of Wagtail."""
    return Headers(environ) if isinstance(environ, Environ) else HttpHeaders(environ)


class Answer:
    """What came back, as it is compared: without what differs each time."""

    def __init__(self, manner: str, response: Any) -> None:
        self.manner = manner
        body = b"".join(response.streaming_content) if response.streaming else response.content
        # What the next page would say stands in the session or in a sealed cookie.
        left = getattr(response.wsgi_request, "_messages", None)
        self.said = [str(each) for each in left._queued_messages] if left is not None else []
        self.read: set[str] = response.wsgi_request.environ.read
        self.status: int = response.status_code
        self.location: str = response.headers.get("Location", "")
        self.text: str = body.decode(errors="replace")
        self.everything = f"{self.text}\n{response.headers}\n{self.said}".lower()

    def without(self, *numbers: Any) -> Comparable:
        """The answer without the numbers that the address named."""
        texts = []
        for text in (self.location, "\n".join([*self.said, CHANGING.sub("", self.text)])):
            for number in numbers:
                # In an address, also in one that is a part of another one (“%2F”).
                text = re.sub(rf"(?<=[/F]){re.escape(str(number))}(?=[/&%\"'\s]|$)", "#", text)
            texts.append(text)
        return self.status, texts[0], texts[1]


class Browser(Client):
    """Asks in every manner; each time of the same world, since what a request does is undone.

    Nothing that answers can know the manner but by its headers. Where a plain request was answered
    without a look at those of a manner, nor at whether they are there, the same code would do the
    same for that manner: its answer is known.
    """

    def answers(self, method: str, path: str) -> dict[str, Answer]:
        """The answer in each manner; the plain one itself, where it is proven to be the same."""
        plain = self._answer(method, path, "plain")
        return {
            manner: self._answer(method, path, manner) if plain.read & headers.keys() else plain
            for manner, headers in MANNERS.items()
        }

    def _answer(self, method: str, path: str, manner: str) -> Answer:
        self.cookies.pop("messages", None)
        with transaction.atomic(), patch("django.http.request.HttpHeaders", headers_of):
            answer = Answer(manner, getattr(self, method)(path, **MANNERS[manner]))
            transaction.set_rollback(True)
        return answer

    def _base_environ(self, **request: Any) -> Environ:
        return Environ(super()._base_environ(**request))


class Refusal:
    """The site's page for what is refused or not found, laid out once for each person.

    It is most of the answers, and takes most of the time. Whatever else it could show has it laid
    out again: the words of the error, what a view has left with the request or for the next page,
    an address that has a translation. So has a look at how it is asked for.
    """

    def __init__(self, lay_out: Callable[[HttpRequest, Exception], HttpResponse]) -> None:
        self.lay_out = lay_out
        self.known: dict[tuple[Any, ...], tuple[bytes, int]] = {}

    def __call__(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        """The page, as Django's own view of it answers."""
        if request.path.startswith(("/fr/", "/en/")):
            return self.lay_out(request, exception)
        [said, *_more] = [*exception.args, None]
        key = (
            request.user.pk,
            get_language(),
            said if isinstance(said, str) else None,
            frozenset(vars(request)),
            tuple(map(str, request._messages._queued_messages)),
            "csrftoken" in request.COOKIES,
        )
        if key in self.known:
            content, status = self.known[key]
            return HttpResponse(content, status=status)
        before, request.META.read = request.META.read, set()
        response = self.lay_out(request, exception)
        if not request.META.read:
            self.known[key] = response.content, response.status_code
        request.META.read |= before
        return response
