"""Fulfilment's rules in SQL: the stock ledger adds up, nothing is shipped beyond the order."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Append-only moves, totals kept by the database, shipped within ordered, gone is gone."""

    dependencies = [
        ("fulfillment", "0001_initial"),
        ("orders", "0002_rules"),
        ("catalog", "0002_rules"),
        ("core", "0002_rules"),
    ]

    operations = [rules_from(__file__)]
