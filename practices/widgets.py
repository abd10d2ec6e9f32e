"""How terms are chosen in the forms: as a tree that stays readable at a hundred terms."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class TermCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes indented as the vocabulary's tree; `depths` maps a term's id to its depth."""

    template_name = "practices/widgets/term_checkboxes.html"
    depths: dict[str, int]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.depths = {}

    class Media:
        css = {"all": ["css/knowledge-admin.css"]}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["depth"] = self.depths.get(str(value), 0)
        return option

    def _render(
        self, template_name: str, context: dict[str, Any], renderer: Any = None
    ) -> SafeString:
        # Django's form renderer looks for templates in apps only, ours are in the project.
        return render_to_string(template_name, context)
