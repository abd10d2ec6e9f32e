from django.db import migrations
from django.utils import timezone


def remember_pages(apps, schema_editor):
    """From now on it is known how the pages that are published have been shared."""
    KnowledgePage = apps.get_model("practices", "KnowledgePage")
    SharingPeriod = apps.get_model("organizations", "SharingPeriod")
    now = timezone.now()
    SharingPeriod.objects.bulk_create(
        (
            SharingPeriod(
                page_id=page.pk,
                since=now,
                sharing_level=page.sharing_level,
                organization_id=page.organization_id,
                content_type_id=page.content_type_id,
                co_organizations=sorted(each.pk for each in page.co_organizations.all()),
                themes=sorted(each.pk for each in page.themes.all()),
            )
            for page in KnowledgePage.objects.filter(live=True)
            .only("pk", "sharing_level", "organization_id", "content_type_id")
            .prefetch_related("co_organizations", "themes")
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0004_history_of_sharing"),
        ("practices", "0003_partners_level"),
    ]

    operations = [migrations.RunPython(remember_pages, migrations.RunPython.noop)]
