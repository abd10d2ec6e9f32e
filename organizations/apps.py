from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        from organizations import signals  # noqa: F401
        from organizations.agreements import themes  # noqa: F401
        from organizations.moderation import signals as moderation_signals  # noqa: F401
        from organizations.visibility import viewer_tokens
        from search import audience

        audience.register(viewer_tokens)
