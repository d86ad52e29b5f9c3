"""Imports that are taken back: the file, its entries, and the same booking once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("receivables", "0018_closing"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="bankentry",
            name="bank_entry_identity",
        ),
        migrations.RemoveConstraint(
            model_name="bankfile",
            name="bank_file_state",
        ),
        migrations.AddField(
            model_name="bankentry",
            name="is_undone",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="booked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="undone_at",
            field=models.DateTimeField(null=True, verbose_name="undone"),
        ),
        migrations.AddField(
            model_name="bankfile",
            name="undone_by_name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="bankfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("booked", "booked"),
                    ("known", "nothing new"),
                    ("refused", "refused"),
                    ("undone", "undone"),
                ],
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(
                condition=models.Q(("is_undone", True)),
                fields=["bank_account", "booking_on"],
                name="bank_entry_undone_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_undone", False)),
                fields=("bank_account", "identity_key"),
                name="bank_entry_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_undone", False), ("is_settled", True), _connector="OR"),
                name="bank_entry_undone",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["booked", "known", "refused"]), ("undone_at", None)),
                    models.Q(("state", "undone"), ("undone_at__isnull", False)),
                    _connector="OR",
                ),
                name="bank_file_state",
            ),
        ),
    ]
