"""Indexes of billing quality."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [
        ("reporting", "0004_report_indexes"),
        ("invoicing", "0008_deliver_rules"),
        ("core", "0001_initial"),
    ]

    operations = [rules_from(__file__)]
