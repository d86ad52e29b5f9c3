"""Indexes of what reports sum over spans of days."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [
        ("reporting", "0003_kept_sums"),
        ("receivables", "0001_initial"),
        ("invoicing", "0001_initial"),
    ]

    operations = [rules_from(__file__)]
