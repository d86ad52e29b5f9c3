"""Told in time, approved runs stay, a debit fits its run and mandate."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Triggers and checks."""

    dependencies = [
        ("receivables", "0010_debits"),
        ("customers", "0009_mandate_rules"),
        ("core", "0002_rules"),
    ]

    operations = [rules_from(__file__)]
