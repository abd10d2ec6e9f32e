"""What waits for a person on the first page of the admin, and where a text stands in its editor."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.side_panels import BaseSidePanel

from organizations.moderation.inbox import free_for
from organizations.moderation.selectors import steps_of

SHOWN = 5


class WaitingTextsPanel(Component):
    """The first of the texts that wait for the person, and the way to their inbox."""

    name = "waiting_texts"
    template_name = "organizations/admin/waiting_texts.html"
    order = 220

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The tasks, each with its page, and how many there are."""
        waiting = free_for(parent_context["request"].user)
        return {"tasks": waiting[:SHOWN], "count": waiting.order_by().count()}


class StandingSidePanel(BaseSidePanel):
    """The steps of a text, when a decision is expected and who has claimed it."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle where it stands")
        icon_name = "list-ol"
        has_counter = False

    name = "standing"
    title = _("Where it stands")
    template_name = "organizations/admin/standing.html"
    order = 110

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The steps, those that were passed included."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, "steps": steps_of(self.object)}
