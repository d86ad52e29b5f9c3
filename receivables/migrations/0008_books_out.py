"""Books out: exports as they were made, settings, debtors' numbers."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from core.sql import rules_from


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_subscription_series"),
        ("customers", "0007_needs_order_number"),
        ("receivables", "0007_set_off"),
    ]

    operations = [
        migrations.CreateModel(
            name="BooksExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("datev", "DATEV"),
                            ("sie", "SIE 4"),
                            ("saft", "SAF-T (OECD)"),
                            ("saft-no", "SAF-T (Norway)"),
                            ("csv", "CSV of all lines"),
                        ],
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                ("start_on", models.DateField(verbose_name="from")),
                ("end_on", models.DateField(verbose_name="to")),
                ("sha256", models.CharField(max_length=64)),
                ("entry_count", models.PositiveIntegerField(verbose_name="entries")),
                ("line_count", models.PositiveIntegerField(verbose_name="lines")),
                (
                    "debit_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="debit"),
                ),
                (
                    "credit_amount",
                    models.DecimalField(decimal_places=2, max_digits=18, verbose_name="credit"),
                ),
                ("last_entry_id", models.BigIntegerField(verbose_name="last entry")),
                ("added_count", models.PositiveIntegerField(verbose_name="new since the last one")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("made_by_name", models.CharField(max_length=120, verbose_name="by")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storeddocument",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receivables.booksexport",
                    ),
                ),
            ],
            options={
                "verbose_name": "export of the books",
                "verbose_name_plural": "exports of the books",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["company", "-id"], name="books_export_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start_on__lte", models.F("end_on"))),
                        name="books_export_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debit_amount", models.F("credit_amount"))),
                        name="books_export_balances",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("format__in", ["datev", "sie", "saft", "saft-no", "csv"])
                        ),
                        name="books_export_format",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BooksSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year_start_month",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="first month of the fiscal year",
                    ),
                ),
                (
                    "consultant_number",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1001),
                            django.core.validators.MaxValueValidator(9999999),
                        ],
                        verbose_name="DATEV consultant number",
                    ),
                ),
                (
                    "client_number",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(99999),
                        ],
                        verbose_name="DATEV client number",
                    ),
                ),
                (
                    "account_length",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="Customers' accounts have one digit more. Keep it once books were handed out.",
                        validators=[
                            django.core.validators.MinValueValidator(4),
                            django.core.validators.MaxValueValidator(8),
                        ],
                        verbose_name="digits of a ledger account in DATEV",
                    ),
                ),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "setting of books out",
                "verbose_name_plural": "settings of books out",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("year_start_month__range", (1, 12)), ("account_length__range", (4, 8))
                        ),
                        name="books_setting_range",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonalAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "personal account",
                "verbose_name_plural": "personal accounts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "number"), name="personal_account_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 10000)), name="personal_account_range"
                    ),
                ],
            },
        ),
        rules_from(__file__),
    ]
