"""What came of a debit: its payment, or its return with reason and fee."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("customers", "0009_mandate_rules"),
        ("receivables", "0011_debit_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="debit",
            name="fee_amount",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=18, verbose_name="bank's fee"
            ),
        ),
        migrations.AddField(
            model_name="debit",
            name="payment_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="collected_by",
                to="receivables.openitem",
            ),
        ),
        migrations.AddField(
            model_name="debit",
            name="return_entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="receivables.bankentry",
            ),
        ),
        migrations.AddField(
            model_name="debit",
            name="return_reason",
            field=models.CharField(blank=True, max_length=35, verbose_name="reason of the return"),
        ),
        migrations.AddField(
            model_name="debit",
            name="returned_on",
            field=models.DateField(blank=True, null=True, verbose_name="returned"),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fee_amount", 0),
                        ("payment_item", None),
                        ("returned_on", None),
                        ("state__in", ["proposed", "sent", "dropped"]),
                    ),
                    models.Q(
                        ("fee_amount", 0),
                        ("payment_item__isnull", False),
                        ("returned_on", None),
                        ("state", "collected"),
                    ),
                    models.Q(
                        ("fee_amount__gte", 0),
                        ("payment_item__isnull", False),
                        ("return_entry__isnull", False),
                        ("returned_on__isnull", False),
                        ("state", "returned"),
                    ),
                    _connector="OR",
                ),
                name="debit_outcome",
            ),
        ),
    ]
