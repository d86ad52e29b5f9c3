"""Subscriptions in SQL: whose they are, billed once, and never changed where billed."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("invoicing", "0013_subscriptions")]

    operations = [rules_from(__file__)]
