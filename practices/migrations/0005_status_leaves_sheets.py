"""Makes room for the status that every type of knowledge has."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("practices", "0004_history_of_sharing")]

    operations = [migrations.RenameField("practicesheetpage", "status", "sheet_status")]
