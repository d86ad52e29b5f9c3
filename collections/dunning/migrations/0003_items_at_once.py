"""Items are added only to a proposal: asked once a statement."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Rules in SQL, beside this file."""

    dependencies = [("dunning", "0002_rules")]

    operations = [rules_from(__file__)]
