"""Every route of the site, from the URL configuration, and what the numbers in it name."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions.world import STATES, World

# What the arguments of Wagtail's addresses name, whatever the view; “page” is one in every state.
ARGUMENTS = {
    "page_id": "page",
    "parent_page_id": "home",
    "page_to_move_id": "page",
    "destination_id": "home",
    "page_pk": "home",
    "workflow_pk": "workflow",
    "revision_id": "revision",
    "workflow_state_id": "workflow_state",
    "task_state_id": "task_state",
    "task_id": "task",
    "image_id": "image",
    "document_id": "document",
    "doc_id": "document",
    "letter_id": "letter",
    "appeal_id": "appeal",
    "collection_id": "collection",
    "object_id": "page",
    "persistent_id": "page",
}
# What “pk” names, by the beginning of the view's name; None: nothing of an organization.
KEYS: dict[str, str | None] = {
    "wagtailadmin_api:pages": "page",
    "wagtailadmin_pages": "page",
    "wagtailadmin_api:images": "image",
    "wagtailadmin_api:documents": "document",
    "wagtailadmin_workflows:edit_task": "task",
    "wagtailadmin_workflows:disable_task": "task",
    "wagtailadmin_workflows:enable_task": "task",
    "wagtailadmin_workflows": "workflow",
    "wagtailadmin_task_chooser": "task",
    "wagtailadmin_collections": "collection",
    "wagtailimages": "image",
    "wagtaildocs": "document",
    "wagtailusers_users": "user",
    "wagtailusers_groups": "group",
    "organizations": "owner",
    "memberships": "membership",
    "moderation-plans": "plan",
    "agreements": "agreement",
    "invitations": "invitation",
    "invitation_accept": "invitation",
    "community_roles": "community_role",
    "people": "user",
    "mfa_": None,
    "notifications:change_search": "saved_search",
    "notifications": "notice",
    "wagtailsites": None,
    "wagtaillocales": None,
    "wagtailredirects": None,
    "wagtailsnippets": None,
    "wagtailsettings": None,
    "terms": None,
    "vocabularies": None,
    "editions": None,
    "simple_translation:submit_snippet": None,
}
# Arguments that name nothing of an organization, with something that fits.
TEXTS: dict[str, Any] = {
    "content_type_app_name": "practices",
    "content_type_model_name": "lessonpage",
    "app_label": "wagtailcore",
    "app_name": "practices",
    "model_name": "page",
    "action_name": "approve",
    "action": "delete",
    "filter_spec": "max-10x10",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
    "session_id": 1,
    "uploaded_file_id": 1,
    "redirect_id": 1,
    "restriction_id": 1,
    "page_view_restriction_id": 1,
    "uidb64": "x",
    "token": "x",
    "path": "images/nothing.png",
    "act": "suspend",
    "provider_id": "nowhere",
    "key": "x",
    "uidb36": "1",
    "section": "pages",
    "slug": "evaluation",
    "step": 2,
}
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
    return tuple(route for route in _walk(get_resolver()) if route.name not in LEFT_OUT)


def _walk(
    resolver: URLResolver, names: tuple[str, ...] = (), taken: frozenset[str] = frozenset()
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        arguments = taken | set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern, names + space, arguments)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield Route(":".join((*names, pattern.name)), arguments)


def subjects(route: Route, world: World) -> list[str]:
    """The objects to put into the address of `route`, by name; one for each state of a page."""
    if route.subject is None:
        return []
    return list(STATES) if route.subject == "page" else [route.subject]
