"""Wagtail's own search (modelsearch), set up as its documentation says, to be compared with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from modelsearch import index
from wagtail.fields import RichTextField, StreamField

from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage

BACKENDS = "WAGTAILSEARCH_BACKENDS"
TERMS = ("themes", "settings", "audiences", "education_levels")


def declared(model: type[KnowledgePage]) -> list[Any]:
    """Search fields that tell modelsearch of what our own documents hold."""
    labels = [index.SearchField("label_fr"), index.FilterField("slug")]
    return [
        *model.search_fields,
        index.SearchField("summary", boost=3),
        *(
            index.SearchField(field.name)
            for field in model._meta.get_fields()
            if isinstance(field, RichTextField | StreamField)
        ),
        *(index.RelatedFields(name, labels) for name in TERMS),
        index.RelatedFields("tags", [index.SearchField("name"), index.FilterField("slug")]),
        index.FilterField("organization"),
        index.FilterField("sharing_level"),
    ]


@contextmanager
def searched_by(backend: str, **options: Any) -> Iterator[None]:
    """Wagtail's searches go to `backend`, which is told of the content of every page."""
    chosen = {"default": {"BACKEND": backend, "AUTO_UPDATE": False, **options}}
    with mock.patch.object(settings, BACKENDS, chosen):
        types = [PracticeSheetPage, CaseStudyPage, LessonPage]
        patches = [mock.patch.object(each, "search_fields", declared(each)) for each in types]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


def update_index() -> None:
    """Wagtail's command that writes the whole index anew."""
    call_command("update_index", verbosity=0)


@contextmanager
def told_of_the_content() -> Iterator[None]:
    """Wagtail's searches go to the full-text search of the database, whose index is new."""
    with searched_by("modelsearch.backends.database"):
        update_index()
        yield
