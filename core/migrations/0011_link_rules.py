"""Signed links in SQL: used up and ended, never given back."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("core", "0010_signed_links")]

    operations = [rules_from(__file__)]
