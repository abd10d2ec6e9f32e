"""Drops the status that only sheets had."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("practices", "0007_status_of_every_type")]

    operations = [migrations.RemoveField("practicesheetpage", "sheet_status")]
