"""Indexes that keep lists and the search fast at a million invoices."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [("reporting", "0001_search"), ("core", "0001_initial")]

    operations = [rules_from(__file__)]
