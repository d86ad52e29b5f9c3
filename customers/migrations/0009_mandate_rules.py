"""What a mandate says stays; mandates are kept."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Triggers and the company's key."""

    dependencies = [("customers", "0008_mandates"), ("core", "0002_rules")]

    operations = [rules_from(__file__)]
