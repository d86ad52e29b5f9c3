"""How CSV files of a bank are read, once a person has said it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_direct_debit"),
        ("receivables", "0021_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankCsvProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("header_key", models.CharField(max_length=40)),
                ("header", models.JSONField(default=list)),
                ("fields", models.JSONField(default=list)),
                ("decimal", models.CharField(blank=True, max_length=1)),
                ("is_month_first", models.BooleanField(default=False)),
                ("saved_by_name", models.CharField(max_length=120, verbose_name="by")),
                ("saved_at", models.DateTimeField(auto_now=True, verbose_name="saved")),
                (
                    "bank_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="csv_profiles",
                        to="receivables.bankaccount",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "profile of bank CSV files",
                "verbose_name_plural": "profiles of bank CSV files",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bank_account", "header_key"), name="bank_csv_profile_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decimal__in", ["", ",", "."])),
                        name="bank_csv_profile_decimal",
                    ),
                ],
            },
        ),
    ]
