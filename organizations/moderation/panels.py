"""What waits for a person, on the first page of the admin."""

from typing import Any

from django.db.models import prefetch_related_objects
from wagtail.admin.ui.components import Component

from organizations.moderation.selectors import tasks_for


class WaitingTextsPanel(Component):
    """The texts that wait for the person, the oldest first."""

    name = "waiting_texts"
    template_name = "organizations/admin/waiting_texts.html"
    order = 220

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The tasks, each with its page."""
        states = list(
            tasks_for(parent_context["request"].user).select_related(
                "workflow_state__requested_by", "task"
            )
        )
        prefetch_related_objects(states, "workflow_state__content_object")
        return {"states": states}
