"""Wagtail's admin, as Passerelle installs it."""

from wagtail.admin.apps import WagtailAdminAppConfig


class AdminConfig(WagtailAdminAppConfig):
    """The admin without mails of its own: the notices tell people what happens."""

    def ready(self) -> None:
        super().ready()
        # The admin has connected its mails only now.
        from notifications.receivers import replace_wagtails_mails

        replace_wagtails_mails()
