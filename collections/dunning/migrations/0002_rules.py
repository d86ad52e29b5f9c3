"""Dunning in the database: nothing is written before somebody approved it."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Rules in SQL, beside this file."""

    dependencies = [
        ("core", "0002_rules"),
        ("dunning", "0001_initial"),
    ]

    operations = [rules_from(__file__)]
