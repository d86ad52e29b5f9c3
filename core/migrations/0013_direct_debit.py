"""The creditor identifier and the days a direct debit is announced ahead."""

from django.db import migrations, models

import core.models.company


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_subscription_series"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="creditor_identifier",
            field=models.CharField(
                blank=True,
                help_text="Needed to collect by direct debit; the central bank gives it.",
                max_length=35,
                validators=[core.models.company.validate_creditor_identifier],
                verbose_name="SEPA creditor identifier",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="debit_notice_days",
            field=models.PositiveSmallIntegerField(
                default=14,
                help_text="14 unless something shorter is agreed with the customers.",
                verbose_name="Days between announcing and collecting a direct debit",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("creditor_identifier", ""),
                    ("creditor_identifier__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$"),
                    _connector="OR",
                ),
                name="company_creditor_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit_notice_days__gte", 1), ("debit_notice_days__lte", 60)),
                name="company_debit_notice",
            ),
        ),
    ]
