"""PostgreSQL itself refuses to change or delete what the register holds.

SQLite has no such trigger: Django makes a table anew there when a column changes, which would drop
it without a word. The model refuses on both, and `verify_decisions` finds what came another way.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION organizations_decision_is_kept() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'The register of decisions is append-only.';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER organizations_decision_is_kept
    BEFORE UPDATE OR DELETE ON organizations_decision
    FOR EACH ROW EXECUTE FUNCTION organizations_decision_is_kept();
"""
UNDO = """
DROP TRIGGER organizations_decision_is_kept ON organizations_decision;
DROP FUNCTION organizations_decision_is_kept();
"""


def keep(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGER)


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNDO)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0005_decisions_and_steps")]

    operations = [migrations.RunPython(keep, let_go)]
