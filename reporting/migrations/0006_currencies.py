"""Indexes by currency."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [
        ("reporting", "0005_billing_quality"),
        ("receivables", "0025_closings_kept"),
        ("customers", "0009_mandate_rules"),
    ]

    operations = [rules_from(__file__)]
