"""The rules of catalog that SQL holds: prices, lists, products and customers of one company."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Composite keys and a trigger that tie lists and prices to one company."""

    dependencies = [("catalog", "0001_initial"), ("customers", "0002_rules")]

    operations = [rules_from(__file__)]
