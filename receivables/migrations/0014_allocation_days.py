"""The day of an allocation: not before its items, nor before what was taken back of them."""

from django.db import migrations

from core.sql import rules_from


class Migration(migrations.Migration):
    """A trigger beside the one that carries what is left."""

    dependencies = [("receivables", "0013_taken_back")]

    operations = [rules_from(__file__)]
