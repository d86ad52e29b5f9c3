"""How a submitted order is invoiced stays as agreed."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("orders", "0007_discount_rules")]

    operations = [rules_from(__file__)]
