"""Takes the status of each sheet over to where every type has one."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_over(apps, schema_editor):
    sheets = apps.get_model("practices", "PracticeSheetPage").objects
    known = sheets.filter(pk=OuterRef("pk")).values("sheet_status")[:1]
    pages = apps.get_model("practices", "KnowledgePage").objects
    pages.filter(pk__in=sheets.values("pk")).update(status=Subquery(known))


def give_back(apps, schema_editor):
    sheets = apps.get_model("practices", "PracticeSheetPage").objects
    known = apps.get_model("practices", "KnowledgePage").objects.filter(pk=OuterRef("pk"))
    sheets.update(sheet_status=Subquery(known.values("status")[:1]))


class Migration(migrations.Migration):
    dependencies = [("practices", "0006_life_cycle")]

    operations = [migrations.RunPython(take_over, give_back)]
