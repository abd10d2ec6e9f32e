"""Every component of the reader's pages, with samples, for those who write and those who build.

A room shows its own by a module `specimens` with a function `specimens()`; this one gathers them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import module_has_submodule
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.templatetags.site_tags import OWN_NAMES


@dataclass(frozen=True)
class Specimen:
    """One component in one state: the template that pages use, and what is put into it."""

    title: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    # The list that it is an item of, on the pages.
    list_tag: str = ""
    # The classes of what stands around it.
    classes: str = ""

    def html(self, request: HttpRequest) -> SafeString:
        """The component as a page would show it to this reader."""
        return render_to_string(self.template, dict(self.values), request)


def specimens() -> Iterator[Specimen]:
    """The specimens of every room, in the language that is spoken now: the common ones first."""
    for app in reversed(list(apps.get_app_configs())):
        if app.module and module_has_submodule(app.module, "specimens"):
            yield from import_module(f"{app.name}.specimens").specimens()


class StyleGuideView(WagtailAdminTemplateMixin, TemplateView):
    """The page of the admin: the components in each language, in frames as wide as a phone."""

    template_name = "core/admin/style_guide.html"
    page_title = _("Style guide")
    header_icon = "desktop"
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": "", "label": _("Style guide")},
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["languages"] = list(OWN_NAMES.items())
        return context


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The components alone, as readers see them, in `?language=` or the present one."""
    asked = request.GET.get("language", "")
    with override(asked if asked in OWN_NAMES else get_language()):
        shown = [(each, each.html(request)) for each in specimens()]
        return render(request, "core/style_guide.html", {"specimens": shown})
