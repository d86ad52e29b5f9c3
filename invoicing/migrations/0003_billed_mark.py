"""The mark on shipments that an invoice was made of."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("invoicing", "0002_rules"), ("fulfillment", "0003_billed_mark")]

    operations = [rules_from(__file__)]
