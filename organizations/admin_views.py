"""What the lists of organizations, of their members and of their steps share in the admin."""

from typing import Any

from wagtail.admin.views.generic import IndexView


class OwnIndexView(IndexView):
    """A list of what the person manages, and nothing else."""

    def get_base_queryset(self) -> Any:
        mine = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        return super().get_base_queryset().filter(pk__in=mine.values("pk"))
