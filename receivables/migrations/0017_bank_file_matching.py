"""Long bank files are matched by thousands after they were booked: how far that is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("receivables", "0016_entry_balance"),
    ]

    operations = [
        migrations.AddField(
            model_name="bankfile",
            name="looked_at_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="match_from_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="bankfile",
            index=models.Index(
                condition=models.Q(("match_from_id__isnull", False)),
                fields=["company"],
                name="bank_file_to_match",
            ),
        ),
    ]
