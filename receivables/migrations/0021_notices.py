"""What notifications (camt.054) tell of bookings, until their statement comes and after."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("receivables", "0020_advices"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity_key", models.CharField(max_length=80)),
                ("turn", models.PositiveIntegerField(default=1)),
                ("booking_on", models.DateField(verbose_name="booked")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "bank_reference",
                    models.CharField(blank=True, max_length=80, verbose_name="reference"),
                ),
                ("parts", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "notification of the bank",
                "verbose_name_plural": "notifications of the bank",
            },
        ),
        migrations.RemoveConstraint(
            model_name="bankfile",
            name="bank_file_state",
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
                    ("details", "details"),
                ],
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["booked", "known", "refused", "details"]),
                        ("undone_at", None),
                    ),
                    models.Q(("state", "undone"), ("undone_at__isnull", False)),
                    _connector="OR",
                ),
                name="bank_file_state",
            ),
        ),
        migrations.AddField(
            model_name="banknotice",
            name="bank_account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="receivables.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="banknotice",
            name="bank_entry",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="receivables.bankentry",
            ),
        ),
        migrations.AddField(
            model_name="banknotice",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.company",
                verbose_name="company",
            ),
        ),
        migrations.AddField(
            model_name="banknotice",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="receivables.bankfile",
            ),
        ),
        migrations.AddIndex(
            model_name="banknotice",
            index=models.Index(
                condition=models.Q(("bank_entry", None)),
                fields=["bank_account", "booking_on"],
                name="bank_notice_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="banknotice",
            constraint=models.UniqueConstraint(
                fields=("bank_account", "identity_key"), name="bank_notice_identity"
            ),
        ),
    ]
