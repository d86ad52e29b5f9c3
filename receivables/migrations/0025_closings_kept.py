"""Closings, proofs, balances and percentages can't be emptied."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("receivables", "0024_reconciling")]

    operations = [rules_from(__file__)]
