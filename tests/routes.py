"""Every named view of the site, and what the arguments of its address name."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

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


def named_views(
    resolver: URLResolver,
    before: str = "",
    names: tuple[str, ...] = (),
    taken: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The name of each view below `resolver`, its address as written, its arguments by name."""
    for pattern in resolver.url_patterns:
        text = before + str(pattern.pattern)
        arguments = taken | set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from named_views(pattern, text, names + space, arguments)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join((*names, pattern.name)), text, arguments
