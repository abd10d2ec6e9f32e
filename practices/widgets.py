"""How terms are chosen in the forms: as a tree that stays readable at a hundred terms."""

from typing import Any

from django import forms


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
