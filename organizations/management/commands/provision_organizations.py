"""`manage.py provision_organizations`: give every organization what it lacks."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.models import Organization
from organizations.services import provision_organization


class Command(BaseCommand):
    help = str(gettext_lazy("Make what the organizations lack: pages, groups, permissions…"))

    def handle(self, *args: Any, **options: Any) -> None:
        for organization in Organization.objects.order_by("slug"):
            done = provision_organization(organization)
            for made in done.made:
                self.stdout.write(f"{organization.slug}: {made}")
            if not done.made:
                self.stdout.write(_("%(slug)s: nothing was missing.") % {"slug": organization.slug})
