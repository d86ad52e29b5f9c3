"""Charges, deposits and collective invoices in SQL."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [
        ("invoicing", "0004_billing"),
        ("orders", "0004_charge_rules"),
        ("fulfillment", "0003_billed_mark"),
    ]

    operations = [rules_from(__file__)]
