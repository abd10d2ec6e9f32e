"""Makes room for the status that every type of knowledge has."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_what_the_forms_say_of_fields")]

    operations = [migrations.RenameField("practicesheetpage", "status", "sheet_status")]
