"""Who is a superuser already is an administrator of the community."""

from django.conf import settings
from django.db import migrations


def make_administrators(apps, schema_editor):
    User = apps.get_model("core", "User")
    CommunityMembership = apps.get_model("organizations", "CommunityMembership")
    CommunityMembership.objects.bulk_create(
        [CommunityMembership(user=user, role="administrator") for user in User.objects.filter(is_superuser=True)],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("organizations", "0006_decisions_are_never_changed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(make_administrators, migrations.RunPython.noop)]
