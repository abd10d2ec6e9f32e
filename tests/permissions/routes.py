"""Every route of the site, from the URL configuration, and what the numbers in it name."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import get_resolver, reverse

from tests.permissions.world import STATES, World
from tests.routes import ARGUMENTS, KEYS, TEXTS, named_views

# Routes that would end the test, or that answer for a server rather than for a reader.
LEFT_OUT = {
    "sitemap-part",
    "wagtailimages_serve",
    "account_logout",
    "wagtailadmin_logout",
    "wagtailadmin_error_test",
    "wagtail_serve",
    "wagtaildocs_serve",
}
ABSENT_PK = 99_999_999
ABSENT_ID = "00000000-0000-4000-8000-000000000000"
# Where a page is named by its persistent identifier, and not by its number.
LASTING = ("persistent_id", "key")


@dataclass(frozen=True)
class Route:
    """A named view and the names of its arguments."""

    name: str
    arguments: frozenset[str]

    @property
    def subject(self) -> str | None:
        """What of an organization its address names: “page”, or the name of an object."""
        found = {self._names(argument) for argument in self.arguments}
        found -= {None, "home"}
        for first in ("page", "image", "document"):
            if first in found:
                return first
        return min(found, default=None)

    @property
    def is_lasting(self) -> bool:
        """Whether its address names a page by the persistent identifier."""
        return any(self._names(each) == "page" for each in self.arguments & set(LASTING))

    def _names(self, argument: str) -> str | None:
        if argument == "key" and self.name.startswith("proposing:"):
            return "page"
        if argument == "pk":
            for start, named in KEYS.items():
                if self.name.startswith(start):
                    return named
            raise KeyError(f"{self.name}: say in KEYS what “pk” names.")
        if argument in TEXTS:
            return None
        if argument not in ARGUMENTS:
            raise KeyError(f"{self.name}: say what “{argument}” names, in ARGUMENTS or TEXTS.")
        return ARGUMENTS[argument]

    def path(self, world: World, pk: Any, *, absent: bool = False) -> str:
        """The address that names the subject `pk`; where it is `absent`, something that is not."""
        kwargs: dict[str, Any] = {}
        for argument in self.arguments:
            named = self._names(argument)
            if named == "home":
                kwargs[argument] = world.own.pages.get(locale__language_code="fr").pk
            elif named is None:
                kwargs[argument] = TEXTS.get(argument, 1)
            elif named == self.subject:
                kwargs[argument] = ABSENT_ID if absent and argument in LASTING else pk
            else:
                kwargs[argument] = world.objects[named].pk
        return reverse(self.name, kwargs=kwargs)


@lru_cache(maxsize=1)
def routes() -> tuple[Route, ...]:
    """Every named route of the site."""
    return tuple(
        Route(name, arguments)
        for name, _text, arguments in named_views(get_resolver())
        if name not in LEFT_OUT
    )


def subjects(route: Route, world: World) -> list[str]:
    """The objects to put into the address of `route`, by name; one for each state of a page."""
    if route.subject is None:
        return []
    return list(STATES) if route.subject == "page" else [route.subject]
