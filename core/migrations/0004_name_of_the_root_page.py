"""The page above the home pages, which Wagtail names “Root” in whatever language."""

from django.db import migrations


def name_root(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    # Where somebody has named it already, that name stays.
    Page.objects.filter(depth=1, title="Root").update(title="Passerelle", draft_title="Passerelle")


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_locales_and_home_pages"),
    ]

    operations = [migrations.RunPython(name_root, migrations.RunPython.noop)]
