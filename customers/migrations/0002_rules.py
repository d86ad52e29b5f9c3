"""The rules of customers that SQL holds: terms sum to the whole, references stay in the company."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Deferred check of instalment shares; composite keys that tie rows to one company."""

    dependencies = [("customers", "0001_initial")]

    operations = [rules_from(__file__)]
