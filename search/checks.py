"""A start-up check: what could be searched says so."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page

from search import registry


@register()
def every_page_type_declares_itself(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each page type that people create in a room with search profiles must have a profile."""
    profiles = [profile.model for profile in registry.profiles()]
    rooms = {label.split(".")[0] for label in profiles}
    return [
        Error(
            f"{model._meta.label} declares nothing searchable.",
            hint="Register a Profile in the room's search.py, or set is_creatable = False.",
            obj=model,
            id="search.E001",
        )
        for model in apps.get_models()
        if issubclass(model, Page)
        and model._meta.app_label in rooms
        and getattr(model, "is_creatable", False)
        and model._meta.label not in profiles
    ]
