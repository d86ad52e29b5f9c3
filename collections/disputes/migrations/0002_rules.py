"""Disputes in the database: a decided dispute stays."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Rules in SQL, beside this file."""

    dependencies = [
        ("core", "0002_rules"),
        ("disputes", "0001_initial"),
    ]

    operations = [rules_from(__file__)]
