"""Orders' rules in SQL: what was submitted keeps its terms, totals are the sum of the lines."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """References stay in the company, submitted orders keep their lines and prices."""

    dependencies = [
        ("orders", "0001_initial"),
        ("customers", "0002_rules"),
        ("catalog", "0002_rules"),
    ]

    operations = [rules_from(__file__)]
