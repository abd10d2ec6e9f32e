"""The tabs in which each type of knowledge is written; they follow the field's own templates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    ObjectList,
    PageChooserPanel,
    Panel,
    TabbedInterface,
)
from wagtail.models import Page

from practices.completeness import completeness
from practices.forms import KnowledgePageForm
from practices.widgets import TermCheckboxes


class CompletenessPanel(Panel):
    """Shows how complete the page was when it was last saved, and what to fill in next."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "practices/panels/completeness.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["completeness"] = completeness(self.instance)
            return context


class LifeCyclePanel(Panel):
    """Shows the status and the reviews of a page, and leads to where they are decided."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "practices/panels/life_cycle.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from practices.life_cycle import may_verify, moves_for
            from practices.services import label_of_state

            context: dict[str, Any] = super().get_context_data(parent_context)
            user = self.request.user
            return context | {
                "page": self.instance,
                "state": label_of_state(self.instance.state),
                "moves": moves_for(self.instance, user),
                "may_verify": may_verify(self.instance, user),
            }


def terms_panel(field_name: str) -> FieldPanel:
    """Any number of terms, as a tree of checkboxes."""
    return FieldPanel(field_name, widget=TermCheckboxes)


def practices_panel(relation_name: str, extra: list[str], **kwargs: Any) -> InlinePanel:
    """A list of practice sheets, each with its `extra` fields."""
    return InlinePanel(
        relation_name,
        panels=[
            PageChooserPanel("practice", "practices.PracticeSheetPage"),
            *[FieldPanel(name) for name in extra],
        ],
        **kwargs,
    )


def tabs(*own: ObjectList, essentials: list[Any], classification: list[Any]) -> TabbedInterface:
    """The whole form of a type: what is essential, its own tabs, then what all types share."""
    return TabbedInterface(
        [
            ObjectList(
                [
                    CompletenessPanel(heading=_("How complete it is")),
                    LifeCyclePanel(heading=_("Status and review")),
                    *Page.content_panels,
                    FieldPanel("summary"),
                    *essentials,
                    FieldPanel("sharing_level"),
                    FieldPanel("image"),
                    InlinePanel(
                        "attachments",
                        panels=[FieldPanel("image"), FieldPanel("document")],
                        heading=_("Photos and documents"),
                        label=_("Photo or document"),
                        help_text=_("Shown below the text; a photo or a document a row."),
                    ),
                ],
                heading=_("Essentials"),
            ),
            *own,
            ObjectList(
                [
                    terms_panel("themes"),
                    terms_panel("settings"),
                    terms_panel("audiences"),
                    terms_panel("education_levels"),
                    *classification,
                    terms_panel("territories"),
                    FieldPanel("tags"),
                ],
                heading=_("Classification"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "contributions",
                        heading=_("People"),
                        label=_("Person"),
                        help_text=_("Those who are credited, each for what they brought."),
                    ),
                    FieldPanel("co_organizations", widget=forms.CheckboxSelectMultiple),
                    FieldRowPanel(
                        [FieldPanel("contact_name"), FieldPanel("contact_email")],
                        heading=_("Contact"),
                    ),
                    FieldPanel("licence"),
                ],
                heading=_("People and rights"),
            ),
            ObjectList([*Page.promote_panels, *Page.settings_panels], heading=_("Promotion")),
        ],
        base_form_class=KnowledgePageForm,
    )


def carried_out() -> FieldRowPanel:
    """When it was carried out."""
    return FieldRowPanel([FieldPanel("date_start"), FieldPanel("date_end")], heading=_("Dates"))


PRACTICE_SHEET = tabs(
    ObjectList(
        [
            FieldPanel("objective"),
            FieldPanel("original_context"),
            FieldPanel("why_it_works"),
        ],
        heading=_("Context"),
    ),
    ObjectList(
        [
            FieldPanel("materials"),
            FieldPanel("delivered_by"),
            FieldPanel("training_needed"),
            terms_panel("delivery_modes"),
            FieldPanel("resources"),
            FieldPanel("cost_class"),
            FieldPanel("what_not_to_do"),
        ],
        heading=_("Practice"),
    ),
    ObjectList(
        [
            FieldPanel("results"),
            FieldPanel("evidence_level"),
            FieldPanel("evidence_reason"),
            carried_out(),
        ],
        heading=_("Results and evidence"),
    ),
    ObjectList(
        [
            FieldPanel("transferability"),
            FieldPanel("success_factors"),
            FieldPanel("obstacles"),
            FieldPanel("sustainability"),
        ],
        heading=_("Transfer"),
    ),
    essentials=[FieldPanel("problem"), FieldPanel("building_blocks")],
    classification=[
        InlinePanel(
            "competencies",
            heading=_("Digital competency"),
            label=_("Dimension"),
            help_text=_("The dimensions of the framework that this practice develops."),
        ),
    ],
)

CASE_STUDY = tabs(
    ObjectList(
        [
            FieldPanel("organization_context"),
            FieldPanel("aims"),
            FieldPanel("reasons"),
            carried_out(),
        ],
        heading=_("Context"),
    ),
    ObjectList(
        [
            FieldPanel("timeline"),
            practices_panel(
                "applications",
                ["changes", "verdict"],
                heading=_("Practices applied"),
                label=_("Practice applied"),
                help_text=_("The sheets this case put to the test, and the verdict on each."),
            ),
            InlinePanel("partners", heading=_("Partners"), label=_("Partner")),
            FieldPanel("costs"),
            FieldPanel("cost_class"),
        ],
        heading=_("What was done"),
    ),
    ObjectList(
        [
            FieldPanel("how_measured"),
            FieldPanel("learning_points"),
            FieldPanel("quotes"),
        ],
        heading=_("Results and evidence"),
    ),
    essentials=[FieldPanel("starting_situation"), FieldPanel("results")],
    classification=[],
)

LESSON = tabs(
    ObjectList(
        [
            FieldPanel("planned"),
            FieldPanel("root_causes"),
            FieldRowPanel([FieldPanel("impact"), FieldPanel("severity")]),
            carried_out(),
        ],
        heading=_("Context"),
    ),
    ObjectList(
        [
            FieldPanel("recommendations"),
            FieldPanel("stage"),
            practices_panel(
                "lesson_practices",
                [],
                heading=_("Practices concerned"),
                label=_("Practice concerned"),
            ),
        ],
        heading=_("Transfer"),
    ),
    essentials=[
        FieldPanel("happened"),
        FieldPanel("lesson"),
        FieldPanel("anonymous_by_proxy"),
    ],
    classification=[],
)
