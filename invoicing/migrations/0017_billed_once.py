"""What an order wants is billed once, ahead of its delivery or with it; its charges are too."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("invoicing", "0016_files_of_replacements"), ("orders", "0008_policy_stays")]

    operations = [rules_from(__file__)]
