"""Discounts follow their lines in SQL too: an order is never worth less than nothing."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("orders", "0006_charge_text")]

    operations = [rules_from(__file__)]
