"""The kernel's rules in SQL: what was recorded can't be changed."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """Extensions for search and exclusion constraints; refusal of changes to recorded facts."""

    dependencies = [("core", "0001_initial")]

    operations = [rules_from(__file__)]
