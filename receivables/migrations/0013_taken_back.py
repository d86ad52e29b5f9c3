"""What was taken back of an item, by day: few rows, found without reading what still stands."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Built beside running work, so without a transaction."""

    atomic = False
    dependencies = [("receivables", "0012_debit_outcomes")]
    operations = [
        AddIndexConcurrently(
            model_name="allocation",
            index=models.Index(
                fields=[f"{side}_item", "effective_on"],
                name=f"allocation_{side}_back",
                condition=Q(amount__lt=0),
            ),
        )
        for side in ("debit", "credit")
    ]
