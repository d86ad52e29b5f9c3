"""Indexes that the search asks for; the tables are other rooms', the need is the search's."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """SQL beside this file."""

    dependencies = [
        ("customers", "0001_initial"),
        ("orders", "0001_initial"),
        ("fulfillment", "0001_initial"),
        ("invoicing", "0001_initial"),
        ("receivables", "0001_initial"),
    ]

    operations = [rules_from(__file__)]
