"""What a text changes in the version that readers have, in a few numbers that can be kept."""

from collections import Counter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from core.text import plain_text
from organizations.access import owned_models
from organizations.models import CommentingRevision

# What Wagtail keeps for itself in a revision; nobody writes it.
BOOKKEEPING = frozenset(
    field.name
    for field in Page._meta.get_fields()
    if field.name not in {"title", "slug", "seo_title", "search_description", "go_live_at"}
) - {"expire_at", "show_in_menus"}


# The difference of what nobody had read before.
FIRST_VERSION: list[dict[str, Any]] = [{"new": True}]


def difference_from_live(page: Page, revision: Revision) -> list[dict[str, Any]]:
    """The fields that `revision` changes in the published text, with words added and taken away.

    One {"field", "added", "removed"} for each, in the order of their names; `FIRST_VERSION` when
    nothing was published yet.
    """
    live = page.live_revision
    if live is None:
        return FIRST_VERSION
    before, after = live.content, revision.content
    found = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new or name in BOOKKEEPING or name.endswith("_ptr"):
            continue
        had, has = Counter(_words(old)), Counter(_words(new))
        entry = {"field": name, "added": (has - had).total(), "removed": (had - has).total()}
        found.append(entry)
    return found


def note_what_only_comments(before: Revision, after: Revision) -> None:
    """Note that `after` says what `before` says: who saved it commented, and wrote nothing."""
    old, new = before.content, after.content
    names = (old.keys() | new.keys()) - BOOKKEEPING
    if all(old.get(name) == new.get(name) for name in names):
        CommentingRevision.objects.create(revision=after)


def _words(value: Any) -> list[str]:
    """The words of a field's value, whatever its shape, without the names of its parts."""
    if isinstance(value, dict):
        return [word for key in sorted(value) if key not in _KEYS for word in _words(value[key])]
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    return plain_text(value).split() if isinstance(value, str) else []


_KEYS = frozenset({"id", "pk", "type", "page", "translation_key"})


def in_words(difference: list[dict[str, Any]]) -> str:
    """A difference for people, in the reader's language."""
    if difference == FIRST_VERSION:
        return _("first version")
    return ", ".join(
        f"{_label(each['field'])} (+{each['added']} −{each['removed']})" for each in difference
    )


def _label(name: str) -> str:
    for model in [Page, *owned_models(), *_types()]:
        try:
            field: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        label = getattr(field, "verbose_name", None)
        if label is None and field.related_model:
            label = field.related_model._meta.verbose_name_plural
        return str(capfirst(label or name))
    return name


def _types() -> list[Any]:
    """The page types below the models that hold the owner of pages."""
    return [model for owned in owned_models() for model in owned.__subclasses__()]


def comparison(request: HttpRequest, page: Page, before: Any, after: Any) -> list[Any]:
    """What differs, field by field, as Wagtail compares two revisions.

    Each with whether words differ: a link that leads elsewhere does not show in them.
    """
    panel = page.get_edit_handler().get_bound_panel(instance=page, request=request, form=None)
    compared = [compare(before, after) for compare in panel.get_comparison()]
    return [(each, _shows(each)) for each in compared if each.has_changed()]


def _shows(change: Any) -> bool:
    if not change.is_field:
        return True
    html = str(change.htmldiff())
    return "addition" in html or "deletion" in html
