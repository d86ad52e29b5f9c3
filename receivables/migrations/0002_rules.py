"""The ledger's rules in SQL: balanced, unchangeable, closed periods, items never through zero."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Triggers on journal, open items, allocations, bank entries and closings."""

    dependencies = [("receivables", "0001_initial"), ("core", "0002_rules")]

    operations = [rules_from(__file__)]
