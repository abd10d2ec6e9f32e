"""Vocabularies and terms in the admin, for those who manage them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import CreateView, DeleteView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from taxonomy.forms import TermForm
from taxonomy.models import Edition, Term, Vocabulary
from taxonomy.services import delete_term, delete_vocabulary


class TermColumn(Column):
    """The path of a term, which shows where it stands in its tree."""

    def get_value(self, instance: Term) -> str:
        return instance.path.replace("/", " › ")


class OriginColumn(Column):
    """Whether a term was shipped, edited here or added here."""

    def get_value(self, instance: Term) -> str:
        if not instance.shipped:
            return _("added here")
        edited = any(
            getattr(instance, name) != instance.shipped[name]
            for name in ("label_fr", "label_en", "definition_fr", "definition_en", "is_active")
        )
        return _("shipped, edited here") if edited else _("shipped")


class ListWithVocabulary(IndexView):
    """A list that shows the vocabulary of each row."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("vocabulary")


class TermCreateView(CreateView):
    """Adds a term of one's own, which a later `sync_terms` leaves alone."""

    def get_initial_form_instance(self) -> Term:
        return Term(is_local=True)


class CheckedDeleteView(DeleteView):
    """Deletes through a service; a refusal is shown on the page of the row, with what to do."""

    delete_service: Callable[[Any], None]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.edit_url_name, self.object.pk)
        return answer

    def delete_action(self) -> None:
        type(self).delete_service(self.object)


class TermDeleteView(CheckedDeleteView):
    delete_service = staticmethod(delete_term)


class VocabularyDeleteView(CheckedDeleteView):
    delete_service = staticmethod(delete_vocabulary)


class TaxonomyViewSet(ModelViewSet):
    """What the lists share. Wagtail's own usage pages cannot see the terms of pages: no link."""

    copy_view_enabled = False
    add_to_reference_index = False

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        view_kwargs: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return view_kwargs | {"usage_url_name": None}

    def get_urlpatterns(self) -> list[Any]:
        return [each for each in super().get_urlpatterns() if each.name != "usage"]


class TermViewSet(TaxonomyViewSet):
    """The terms of all vocabularies, one vocabulary at a time by filter."""

    model = Term
    name = "terms"
    menu_label = gettext_lazy("Terms")
    icon = "tag"
    list_display = [
        "label_fr",
        "label_en",
        "vocabulary",
        TermColumn("path", label=gettext_lazy("Identifier"), sort_key="path"),
        BooleanColumn("is_active", label=gettext_lazy("Can be chosen")),
        OriginColumn("origin", label=gettext_lazy("Origin")),
    ]
    list_filter = ["vocabulary", "edition", "is_active", "is_local"]
    list_per_page = 50
    ordering = ["vocabulary", "order", "path"]
    search_fields = ["label_fr", "label_en", "slug"]
    index_view_class = ListWithVocabulary
    add_view_class = TermCreateView
    delete_view_class = TermDeleteView
    edit_handler = ObjectList(
        [
            FieldPanel("vocabulary"),
            FieldRowPanel([FieldPanel("label_fr"), FieldPanel("label_en")]),
            FieldRowPanel([FieldPanel("definition_fr"), FieldPanel("definition_en")]),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "slug",
                        help_text=gettext_lazy(
                            "Used in addresses and files, in no particular language."
                        ),
                    ),
                    FieldPanel("parent"),
                    FieldRowPanel([FieldPanel("order"), FieldPanel("rank")]),
                    FieldPanel("edition"),
                ],
                heading=gettext_lazy("Place in the vocabulary"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("is_active"),
                    FieldPanel(
                        "replaced_by",
                        help_text=gettext_lazy(
                            "Every page that has this term gets the other one at once, and this"
                            " one can no longer be chosen."
                        ),
                    ),
                ],
                heading=gettext_lazy("Use"),
            ),
        ],
        base_form_class=TermForm,
    )


class VocabularyViewSet(TaxonomyViewSet):
    """The vocabularies."""

    model = Vocabulary
    name = "vocabularies"
    menu_label = gettext_lazy("Vocabularies")
    icon = "list-ul"
    list_display = ["label_fr", "label_en", "slug"]
    search_fields = ["label_fr", "label_en", "slug"]
    delete_view_class = VocabularyDeleteView
    panels = [
        FieldPanel("slug"),
        FieldPanel("label_fr"),
        FieldPanel("label_en"),
        FieldPanel("description_fr"),
        FieldPanel("description_en"),
        FieldPanel("is_hierarchical"),
        FieldPanel("source_url"),
    ]


class EditionViewSet(TaxonomyViewSet):
    """The editions of the vocabularies that have some."""

    model = Edition
    name = "editions"
    menu_label = gettext_lazy("Editions")
    icon = "calendar-alt"
    index_view_class = ListWithVocabulary
    list_display = ["label_fr", "vocabulary", "valid_from", "valid_to"]
    list_filter = ["vocabulary"]
    panels = [
        FieldPanel("vocabulary"),
        FieldPanel("slug"),
        FieldPanel("label_fr"),
        FieldPanel("label_en"),
        FieldPanel("valid_from"),
        FieldPanel("valid_to"),
    ]


class TaxonomyGroup(ViewSetGroup):
    """The entry “Taxonomy” of the admin's menu."""

    menu_label = gettext_lazy("Taxonomy")
    menu_icon = "tag"
    menu_order = 160
    items = (TermViewSet, VocabularyViewSet, EditionViewSet)
