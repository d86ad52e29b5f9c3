"""Charges in SQL: kept with the order they were agreed in, and part of its net."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("orders", "0003_charges")]

    operations = [rules_from(__file__)]
