"""Allocations after a day, by its index: what was open then without reading all that ever was."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built beside running work, so without a transaction."""

    atomic = False
    dependencies = [("receivables", "0003_entry_question")]
    operations = [
        AddIndexConcurrently(
            model_name="allocation",
            index=models.Index(fields=["company", "effective_on"], name="allocation_day"),
        ),
    ]
