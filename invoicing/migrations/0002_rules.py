"""Invoicing's rules in SQL: what is issued stays, and nothing is billed or credited twice."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Issued documents are frozen, totals are sums, quantities stay within what was shipped."""

    dependencies = [
        ("invoicing", "0001_initial"),
        ("core", "0002_rules"),
        ("orders", "0002_rules"),
        ("fulfillment", "0002_rules"),
    ]

    operations = [rules_from(__file__)]
